"""Whether a process that was started does its work."""

import http.client
import os
from pathlib import Path

from crowd.config.celery import app


def web_answers(*, port: int) -> bool:
    """Whether `/healthz` says that all is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": _known_host()})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _known_host() -> str:
    first = os.environ.get("TAMIS_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first not in {"", "*"} else "localhost"


def worker_answers(*, node: str) -> bool:
    """Whether the Celery worker of that name answers a ping."""
    try:
        return bool(app.control.ping(destination=[node], timeout=0.5, limit=1))
    except OSError:
        return False


def beat_beats(*, schedule: Path, since: float) -> bool:
    """Whether beat looked at the clock after a moment (seconds since the epoch)."""
    pulse = schedule.with_name(f"{schedule.name}.pulse")
    return pulse.exists() and pulse.stat().st_mtime >= since - 1

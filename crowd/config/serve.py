"""The two servers: `python -m crowd.config.serve pages|sockets --port 8000`.

Pages and API are synchronous code, so they are served by WSGI, in a few processes of a few threads;
WebSockets are waited for in one event loop, in a process of its own (docs/decisions.md). Neither
writes a log of requests: it would hold the volunteers' addresses.
"""

import argparse
import importlib
import os
import signal
import threading
from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.utils.proxies import wrap_asgi_with_proxy_headers, wrap_wsgi_with_proxy_headers

from crowd.config import tidiness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")
THREADS_LIVE = 600  # seconds without work; each keeps what it has loaded
BETWEEN_LOOKS = 1.0


def main() -> None:
    """Serve until told to stop; what is under way then has a few seconds to end."""
    asked = _arguments()
    shared: dict[str, Any] = {
        "address": asked.host,
        "port": asked.port,
        "log_access": False,
        "log_level": LogLevels.error,
        "respawn_failed_workers": True,
        "workers_kill_timeout": asked.patience,
    }
    server: Any = _pages(shared) if asked.what == "pages" else _sockets(shared)
    server.serve(target_loader=_Loader(os.getpid()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["pages", "sockets"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--patience", type=int, default=3, help="seconds for what is under way")
    return parser.parse_args()


def _pages(shared: dict[str, Any]) -> Any:
    return Granian(
        "crowd.config.wsgi",
        interface=Interfaces.WSGI,
        websockets=False,
        workers=settings.TAMIS_WEB_PROCESSES,
        blocking_threads=settings.TAMIS_WEB_THREADS,
        blocking_threads_idle_timeout=THREADS_LIVE,
        **shared,
    )


def _sockets(shared: dict[str, Any]) -> Any:
    return Granian("crowd.config.asgi", interface=Interfaces.ASGI, workers=1, **shared)


class _Loader:
    """Loads the application, in each worker."""

    def __init__(self, server: int) -> None:
        self.server = server

    def __call__(self, module: str) -> Any:
        threading.Thread(target=self._leave_with_the_server, daemon=True).start()
        application = importlib.import_module(module).application
        tidiness.settle()
        if not settings.TAMIS_PROXIES:
            return application
        is_wsgi = module.endswith("wsgi")
        wrap = wrap_wsgi_with_proxy_headers if is_wsgi else wrap_asgi_with_proxy_headers
        return wrap(application, settings.TAMIS_PROXIES)

    def _leave_with_the_server(self) -> None:
        """A worker whose server was killed would go on answering beside the next one's."""
        while os.getppid() == self.server:
            threading.Event().wait(BETWEEN_LOOKS)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()

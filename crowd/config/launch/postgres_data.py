"""PostgreSQL's data directory, made once, and how its programs are run and reported."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from crowd.config.launch import logs
from crowd.config.launch.ground import Ground
from crowd.config.launch.telling import Refusal

VERSION = "18"
USER = "postgres"


def make(*, ground: Ground, durable: bool) -> None:
    """Make the data directory unless it is there.

    Raises:
        Refusal: something else is there, or it cannot be made.
    """
    data = ground.postgres_data
    if (data / "PG_VERSION").exists():
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != VERSION:
            raise Refusal(f"{data} was made by PostgreSQL {made_by}; this is PostgreSQL {VERSION}.")
        return
    if data.exists() and any(data.iterdir()):
        raise Refusal(f"{data} is not empty and holds no database; move it away and start again.")
    # Made beside and renamed: a start that is cut short leaves nothing that looks like a database.
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if ground.account:
        os.chown(unfinished, ground.account.pw_uid, ground.account.pw_gid)
    _initialise(unfinished, ground, durable=durable)
    unfinished.replace(data)


def _initialise(data: Path, ground: Ground, *, durable: bool) -> None:
    # The built-in C.UTF-8 sorts and folds case alike on every system, whatever its locales.
    command = [str(ground.postgres_programs / "bin" / "initdb"), "--pgdata", str(data)]
    command += ["--username", USER, "--auth-local", "trust", "--auth-host", "reject"]
    command += ["--encoding", "UTF8", "--no-locale", "--locale-provider", "builtin"]
    command += ["--builtin-locale", "C.UTF-8"] + ([] if durable else ["--no-sync"])
    log = ground.logs / "postgres.log"
    with logs.opened(log) as output:
        try:
            subprocess.run(command, check=True, **child(ground=ground, output=output, cwd=data))
        except (OSError, subprocess.CalledProcessError) as error:
            raise Refusal(
                died("could not make its data directory", log=log, error=error)
            ) from error


def child(*, ground: Ground, output: BinaryIO, cwd: Path) -> dict[str, Any]:
    """How its programs run: apart from our terminal, as its own account if we are root."""
    arguments: dict[str, Any] = {
        "cwd": cwd,
        "stdin": subprocess.DEVNULL,
        "stdout": output,
        "stderr": subprocess.STDOUT,
        "start_new_session": True,
        "env": {"PATH": os.defpath, "LC_ALL": "C"},
    }
    if ground.account:
        arguments |= {"user": ground.account.pw_uid, "group": ground.account.pw_gid}
        arguments["extra_groups"] = []
    return arguments


def died(what: str, *, log: Path, error: Exception | None = None) -> str:
    """What happened to PostgreSQL, in a sentence with its last words and where its log is."""
    said = isinstance(error, OSError | psycopg.Error)
    words = str(error).strip() if said else logs.last_words(log)
    return f"The embedded PostgreSQL {what}: {words or 'it left no word'}. Its log is {log}."

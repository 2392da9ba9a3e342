"""SQLite: one table of verdicts, and one that says what its columns hold."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from crowd.rules.opendata.columns import Column

TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL"}
MOST_COLUMNS = 2000  # SQLite has no more in a table
# Nobody else reads it before it is whole.
UNSHARED = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")


def write(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write one database; columns beyond what SQLite can have are left out, and listed all the
    same.
    """
    held = list(columns[:MOST_COLUMNS])
    own = _distinct([each.name for each in held])
    names = ", ".join(f"{_quoted(n)} {TYPES[c.type]}" for n, c in zip(own, held, strict=True))
    marks = ", ".join("?" * len(held))
    with closing(sqlite3.connect(path)) as database, database:
        for each in UNSHARED:
            database.execute(each)
        database.execute(f"CREATE TABLE verdicts ({names})")
        database.execute("CREATE TABLE columns (name TEXT, type TEXT, about TEXT)")
        told = [(each.name, each.type, each.about) for each in columns]
        database.executemany("INSERT INTO columns VALUES (?, ?, ?)", told)
        database.executemany(
            f"INSERT INTO verdicts VALUES ({marks})",  # noqa: S608 (marks only)
            (row[: len(held)] for row in rows),
        )


def _distinct(names: Sequence[str]) -> list[str]:
    """To SQLite "Name" and "name" are one: the second of them gets a number."""
    taken: set[str] = set()
    distinct = []
    for name in names:
        own, number = name, 1
        while own.lower() in taken:
            number += 1
            own = f"{name}_{number}"
        taken.add(own.lower())
        distinct.append(own)
    return distinct


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

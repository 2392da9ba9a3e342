"""Bulk: rows by the thousand, through PostgreSQL's COPY, with no Python object for each."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

NULL = r"\N"


def constants(model: type[models.Model], *, but: Collection[str]) -> dict[str, str]:
    """Column → default in COPY's text format, of every column that has one and is not given.

    A database knows none of a model's defaults: whoever writes past the model must give them.

    Args:
        but: columns that are given row by row.
    """
    found = {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if field.primary_key or column in but or not field.has_default():
            continue
        found[column] = encoded(field.get_default(), as_json=_is_json(field))
    return found


def encoded(value: Any, *, as_json: bool = False) -> str:
    """One value in COPY's text format."""
    if value is None:
        return NULL
    if as_json:
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "t" if value else "f"
    text = str(value).replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Numbers for that many new rows, which nobody else will be given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


@contextmanager
def unchecked() -> Iterator[None]:
    """Foreign keys are not looked up row by row in this block: the caller holds what they point to.

    Half of the time a million rows take would go into looking up the same three rows for each. A
    user of the database who may not decide this pays that time. An error within must end the
    transaction, as errors do; the setting ends with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        (allowed,) = cursor.fetchone()
        if allowed:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        if allowed:
            cursor.execute("SET LOCAL session_replication_role = origin")


def copy(table: str, columns: Iterable[str], lines: Iterable[str]) -> None:
    """Write rows, in the caller's transaction.

    Args:
        lines: in COPY's text format, without their ends.

    Raises:
        IntegrityError: what the table does not allow.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    into = f'COPY "{table}" ({names}) FROM STDIN'
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(into) as writing,
    ):
        writing.write("\n".join(lines) + "\n")


def _is_json(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.JSONField)

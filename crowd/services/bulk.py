"""Bulk: rows by the thousand, through PostgreSQL's COPY, with no Python object for each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import connection, models

AT_ONCE = 2000  # rows changed by one statement
NULL = r"\N"
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


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
        value = orjson.dumps(value).decode()
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(ESCAPED) if isinstance(value, str) else str(value)


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


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, numbered here where the database would number them.

    The same as `bulk_create` at a fraction of what it spends on each value.

    Raises:
        IntegrityError: what the table does not allow.
    """
    if not rows:
        return
    model = type(rows[0])
    unnumbered = [row for row in rows if row.pk is None]
    for row, number in zip(unnumbered, new_ids(model, len(unnumbered)), strict=True):
        row.pk = number
    fields = [(str(field.attname), _is_json(field)) for field in model._meta.concrete_fields]
    copy(
        model._meta.db_table,
        [str(field.column) for field in model._meta.concrete_fields],
        ["\t".join(encoded(getattr(row, name), as_json=j) for name, j in fields) for row in rows],
    )


def upsert(rows: Sequence[models.Model], *, by: Sequence[str], changes: str) -> None:
    """Write rows of one model, or one column of those that are there.

    Args:
        by: the columns that tell whether a row is there.
        changes: the column, of JSON, that is then replaced.
    """
    for start in range(0, len(rows), AT_ONCE):
        _upsert(rows[start : start + AT_ONCE], by, changes)


def _upsert(rows: Sequence[models.Model], by: Sequence[str], changes: str) -> None:
    model = type(rows[0])
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    given = [{str(f.column): _as_json(f, getattr(row, f.attname)) for f in fields} for row in rows]
    names = ", ".join(f'"{field.column}"' for field in fields)
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO "{model._meta.db_table}" ({names})
            SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS given ({types})
            ON CONFLICT ({", ".join(by)}) DO UPDATE SET "{changes}" = excluded."{changes}"
            """,  # noqa: S608 (names of our own columns)
            [orjson.dumps(given).decode()],
        )


def _as_json(field: "models.Field[Any, Any]", value: Any) -> Any:
    return str(value) if isinstance(field, models.DecimalField) else value


def _is_json(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.JSONField)

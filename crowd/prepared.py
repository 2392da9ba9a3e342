"""Statements of the volunteer's loop: sent as they are written, planned once per connection.

Django's own cursor writes the values into every statement's text, which PostgreSQL then reads and
plans each time. These are sent apart, and what was planned is kept (docs/performance.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection, models
from django.db import transaction as django
from django.db.models.base import ModelState
from psycopg.types.numeric import Int8

M = TypeVar("M", bound=models.Model)


class _Cursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        # Where TAMIS_PREPARE is off (a connection pooler in between) it is sent unprepared.
        return super().execute(query, params, prepare=True, **options)


def rows(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a statement that returns rows returns; its errors are Django's, as from its cursors."""
    connection.ensure_connection()
    cursor: Any = _Cursor(connection.connection)
    logged = connection.queries_logged
    with connection.make_debug_cursor(cursor) if logged else connection.make_cursor(cursor) as told:
        told.execute(sql, {name: _typed(value) for name, value in params.items()})
        return list(told.fetchall())


def _typed(value: Any) -> Any:
    # By itself, a whole number is sent as the smallest type that holds it: each size of an id
    # would be a statement of its own, prepared anew.
    if type(value) is int:
        return Int8(value)
    return [Int8(each) for each in value] if type(value) is list else value


@contextmanager
def transaction() -> Iterator[None]:
    """A transaction (or, inside one, a savepoint) around some of these statements.

    Lighter than `django.db.transaction.atomic`: what is registered for after the commit belongs
    behind the block, not into it.
    """
    if connection.in_atomic_block:
        with django.atomic():
            yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.transaction():
        yield


def columns(model: type[models.Model], alias: str) -> str:
    """What to select for `instance`; a field added to the model is in it without another word."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def instance(model: type[M], values: Sequence[Any]) -> M:
    """The row that these values of `columns` are."""
    names, converters = _fields(model)
    # Model.__init__ sets each field through its descriptors and sends two signals that nobody here
    # listens to: that is most of what reading a row costs in the volunteer's loop.
    made = model.__new__(model)
    made.__dict__.update(zip(names, values, strict=True))
    for name, convert in converters:
        made.__dict__[name] = convert(made.__dict__[name], None, connection)
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    return made


@cache
def _fields(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """The attributes of a model's columns, and how those are read that need it."""
    fields = model._meta.concrete_fields
    reading = ((f.attname, getattr(f, "from_db_value", None)) for f in fields)
    return tuple(f.attname for f in fields), tuple((name, read) for name, read in reading if read)

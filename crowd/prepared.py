"""Statements of the volunteer's loop: sent as they are written, planned once per connection.

Django's own cursor writes the values into every statement's text, which PostgreSQL then reads and
plans each time. These are sent apart, and what was planned is kept (docs/performance.md).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
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
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    cursor: Any = _Cursor(database.connection)
    sent = _short(sql), {name: _typed(value) for name, value in params.items()}
    if database.queries_logged or database.execute_wrappers:
        wrapped = database.make_debug_cursor if database.queries_logged else database.make_cursor
        with wrapped(cursor) as told:
            told.execute(*sent)
            return list(told.fetchall())
    # What a cursor of Django's does for each of its calls, once.
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        cursor.execute(*sent)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@cache
def _short(sql: str) -> str:
    # psycopg looks for the parameters of a statement of 4,096 letters and more each time it is
    # sent, and remembers where they are in a shorter one.
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


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


def columns(model: type[models.Model], alias: str, *, but: Collection[str] = ()) -> str:
    """What to select for `instance`; a field added to the model is in it without another word.

    Args:
        but: fields to leave out; whoever reads them all the same has them looked up then.
    """
    fields = model._meta.concrete_fields
    return ", ".join(f'{alias}."{each.column}"' for each in fields if each.name not in but)


def size(model: type[models.Model], *, but: Collection[str] = ()) -> int:
    """How many `columns` there are."""
    return len(_fields(model, frozenset(but))[0])


def instance(model: type[M], values: Sequence[Any], *, but: frozenset[str] = frozenset()) -> M:
    """The row that these values of `columns` are."""
    names, converters = _fields(model, but)
    # Model.__init__ sets each field through its descriptors and sends two signals that nobody here
    # listens to: that is most of what reading a row costs in the volunteer's loop.
    made = model.__new__(model)
    made.__dict__.update(zip(names, values, strict=True))
    for name, convert in converters:
        if made.__dict__[name] is not None:
            made.__dict__[name] = convert(made.__dict__[name])
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    return made


def attach(instance: models.Model, name: str, related: models.Model) -> None:
    """Give a row what one of its foreign keys names, which it was read together with."""
    # The descriptor compares models, databases and keys first, all of which are known here.
    instance._state.fields_cache[name] = related


@cache
def _fields(
    model: type[models.Model], but: frozenset[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]:
    """The attributes of a model's columns, and how those are read that need it."""
    fields = [each for each in model._meta.concrete_fields if each.name not in but]
    reading = ((each.attname, _reader(each)) for each in fields)
    return tuple(f.attname for f in fields), tuple((name, read) for name, read in reading if read)


def _reader(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.JSONField) and field.decoder is None:
        return orjson.loads  # a third of the time; PostgreSQL holds no JSON that differs
    convert = getattr(field, "from_db_value", None)
    return convert and (lambda value: convert(value, None, connection))

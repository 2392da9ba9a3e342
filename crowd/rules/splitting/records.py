"""JSON and JSON Lines: each object becomes a row, its keys name the columns."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings
from crowd.rules.splitting.parts import Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan
from crowd.rules.wording import storable

Record = dict[str, Any]

MOST_COLUMNS = 2_000
DEEPEST = 3  # objects in objects become columns ("place.name"); deeper ones stay JSON
LONGEST_LINE = 10_000_000  # characters of one record of JSON Lines


class JsonSplitter:
    """An array of objects, or the longest such array inside of an object."""

    ways = (By.ROWS,)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Read everything once.

        Raises:
            Problem: too large, no JSON, no objects in it, or too many.
        """
        size = file.seek(0, 2)
        if size > limits.text_bytes:
            most = limits.text_bytes // 2**20
            raise Problem("text_too_large", megabytes=size // 2**20 + 1, most=most)
        return _survey(_flattened(_found(_loaded(file))), limits)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        records = [*_flattened(_found(_loaded(file)))]
        return _parts(records, _columns(records), start)


class JsonLinesSplitter:
    """One object a line: read line by line, however many there are."""

    ways = (By.ROWS,)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Read everything once.

        Raises:
            Problem: a line that is no JSON object (named by its number), or too many.
        """
        return _survey(_flattened(_of_lines(file)), limits)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        columns = _columns(_flattened(_of_lines(file)))
        return _parts(_flattened(_of_lines(file)), columns, start)


def loads(text: str) -> Any:
    """JSON with its numbers as they were written.

    Raises:
        Problem: `json_unreadable`.
    """
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as wrong:
        raise Problem("json_unreadable", line=wrong.lineno) from wrong
    except RecursionError:
        raise Problem("json_too_deep") from None


def _loaded(file: BinaryIO) -> Any:
    file.seek(0)
    data = file.read()
    try:
        return loads(data.decode(encodings.encoding(data[: encodings.LOOK])))
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong


def _found(data: Any) -> list[Record]:
    """The longest array of objects, wherever it is; of several such, the first."""
    best: list[Record] = []
    level = [data]
    for _ in range(DEEPEST + 1):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, list) and _are_records(each):
                best = each if len(each) > len(best) else best
            elif isinstance(each, dict):
                inner += each.values()
        level = inner
    if not best:
        raise Problem("json_without_records")
    return best


def _are_records(each: list[Any]) -> bool:
    return bool(each) and all(isinstance(one, dict) for one in each)


def _of_lines(file: BinaryIO) -> Iterator[Record]:
    text = encodings.opened(file)
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                record = loads(line)
                if not isinstance(record, dict):
                    raise Problem("json_line_unreadable", line=number)
                yield record
    except Problem as wrong:
        if wrong.code == "json_unreadable":
            raise Problem("json_line_unreadable", line=number) from wrong
        raise
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong
    finally:
        text.detach()


def _flattened(records: Iterable[Record]) -> Iterator[dict[str, str]]:
    return (dict(_cells(record, "", DEEPEST)) for record in records)


def _cells(record: Record, before: str, deeper: int) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, dict) and value and deeper > 1:
            yield from _cells(value, f"{before}{key}.", deeper - 1)
        else:
            yield storable(f"{before}{key}"), storable(_shown(value))


def _shown(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _columns(records: Iterable[dict[str, str]]) -> list[str]:
    """Every key, in the order in which they first come."""
    columns: dict[str, None] = {}
    for record in records:
        if not record.keys() <= columns.keys():
            columns.update(dict.fromkeys(record))
        if len(columns) > MOST_COLUMNS:
            raise Problem("table_too_wide", most=MOST_COLUMNS)
    return list(columns)


def _survey(records: Iterator[dict[str, str]], limits: Limits) -> Survey:
    count = 0

    def counted() -> Iterator[dict[str, str]]:
        nonlocal count
        for count, record in enumerate(records, start=1):
            if count > limits.rows:
                raise Problem("csv_too_long", most=limits.rows)
            yield record

    columns = _columns(counted())
    if not columns:
        raise Problem("json_without_records")
    if count * len(columns) > limits.cells:
        raise Problem("table_too_large", most=limits.cells)
    return Survey(parts=count, columns=columns)


def _parts(records: Iterable[dict[str, str]], columns: list[str], start: int) -> Iterator[Part]:
    for position, record in enumerate(records, start=1):
        if position > start:
            yield Part(position=position, cells=[record.get(name, "") for name in columns])

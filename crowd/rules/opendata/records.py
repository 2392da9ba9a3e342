"""Records: one excerpt with its verdicts, as a line of JSON; and what tables make of it.

A record is {"excerpt", "document", "document_sha256", "source", "kind", "position", "page",
"sheet", "picture": None or {"widths", "width", "height", "box"}, "cells": column → text,
"verdicts": block → {"outcome", "values": question → {"value", "outcome", "confidence",
"support", "answers"}}}.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crowd.rules.opendata.cells import cell, guarded, joined
from crowd.rules.opendata.columns import Column
from crowd.rules.questions import Kind

Record = Mapping[str, Any]

TIDY = ("excerpt", "step", "about", "question", "row", "column", "value")


def row(record: Record, columns: Sequence[Column]) -> list[Any]:
    """One row of the flat table: texts, numbers, None where there is nothing."""
    return [_value(record, column) for column in columns]


def texts(values: Sequence[Any]) -> list[str]:
    """The same as cells of a CSV: what looks like a formula is guarded."""
    return [cell(each) for each in values]


def _value(record: Record, column: Column) -> Any:
    if not column.block:
        if column.part == "cells":
            return record["cells"].get(column.key) or None
        found = record.get(column.part)  # lines kept from before a column was there lack it
        return None if found == "" else found
    verdict = record["verdicts"].get(column.block)
    if verdict is None:
        return None
    said = verdict["values"].get(column.question)
    if said is None:
        return verdict["outcome"] if column.part == "outcome" else None
    return _part(said, column)


def _part(said: Mapping[str, Any], column: Column) -> Any:
    value = said["value"]
    match column.part:
        case "value":
            return _plain(value, column)
        case "rows":
            return len(value) if isinstance(value, list) else None
        case "cell":
            rows = value if isinstance(value, list) else []
            found = rows[column.row - 1].get(column.key) if column.row <= len(rows) else None
            return _plain(found, column)
    return said[column.part]


def _plain(value: Any, column: Column) -> Any:
    if isinstance(value, list):
        return joined(value) or None
    if value is None or value == "":
        return None
    return value if column.type == "number" else str(value)


def tidy(record: Record, tables: Mapping[str, Mapping[str, Kind]]) -> Iterator[list[Any]]:
    """The tables and marks of one excerpt, one line a cell (`TIDY` names the columns).

    Args:
        tables: block → its questions whose answers are tables or marks.
    """
    for block, verdict in sorted(record["verdicts"].items()):
        step, _, about = block.partition(".")
        for question in tables.get(block, ()):
            said = verdict["values"].get(question)
            rows = said["value"] if said and isinstance(said["value"], list) else []
            for number, each in enumerate(rows, start=1):
                for key, value in each.items():
                    if value is not None and value != "":
                        text = " ".join(map(cell, value)) if isinstance(value, list) else value
                        yield [record["excerpt"], step, about, question, number, key, text]


def tidy_texts(values: Sequence[Any]) -> list[str]:
    """A tidy line as cells of a CSV."""
    return [guarded(str(each)) if isinstance(each, str) else cell(each) for each in values]

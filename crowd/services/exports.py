"""Open data, live: the verdicts of a campaign in several formats, streamed."""

import csv
import importlib
import io
import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from crowd.models import Campaign
from crowd.rules.opendata import cells, records
from crowd.rules.opendata import columns as layouts
from crowd.rules.opendata.columns import Column
from crowd.rules.problems import Problem
from crowd.rules.questions import Kind
from crowd.services import annotations, flat_table

PIECE = flat_table.PIECE
AT_ONCE = 500  # rows written together
# Formats that can't be sent before their last row is known are made of no more than this; larger
# ones come with the snapshots.
MOST_AT_HAND = 100_000


@dataclass(frozen=True, kw_only=True)
class Format:
    """One way to take the data along.

    Attributes:
        streams: sent while it is read; the others are made first.
        writer: the module that writes it. By name: one of them alone would weigh as much as all
            of Tamis in each web process, so it is loaded when somebody asks for it.
    """

    key: str
    media_type: str
    ending: str
    streams: bool = True
    writer: str = ""


FORMATS = {
    each.key: each
    for each in (
        Format(key="csv", media_type="text/csv; charset=utf-8", ending="csv"),
        Format(key="rows", media_type="text/csv; charset=utf-8", ending="rows.csv"),
        Format(key="jsonl", media_type="application/x-ndjson", ending="jsonl"),
        Format(
            key="xlsx",
            media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ending="xlsx",
            streams=False,
            writer="crowd.rules.opendata.xlsx",
        ),
        Format(
            key="parquet",
            media_type="application/vnd.apache.parquet",
            ending="parquet",
            streams=False,
            writer="crowd.rules.opendata.parquet",
        ),
        Format(
            key="sqlite",
            media_type="application/vnd.sqlite3",
            ending="sqlite",
            streams=False,
            writer="crowd.rules.opendata.sqlite",
        ),
        Format(
            key="annotations",
            media_type='application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
            ending="annotations.json",
        ),
        Format(
            key="iiif",
            media_type=(
                'application/ld+json; profile="http://iiif.io/api/presentation/3/context.json"'
            ),
            ending="iiif.json",
        ),
    )
}

Write = Callable[..., None]


def stream(
    *,
    campaign: Campaign,
    format: str,
    fields: Collection[str] = (),
    steps: Collection[str] = (),
) -> Iterator[bytes]:
    """One format of what is public now, in pieces.

    Args:
        fields: names of columns to tell; all, if empty.
        steps: keys of steps to tell; all, if empty.

    Raises:
        Problem: `export_field_unknown`, `export_in_snapshots`.
    """
    columns = choose(flat_table.layout(campaign), fields=fields, steps=steps)
    told = list(steps)
    match format:
        case "csv":
            return chain([header(columns)], flat_table.csv_rows(campaign=campaign, columns=columns))
        case "rows":
            return tidy_csv(_records(campaign, told), flat_table.blocks(campaign))
        case "jsonl" if fields:
            return _json_lines(_records(campaign, told), columns)
        case "jsonl":
            return flat_table.lines(campaign=campaign, steps=told)
        case "annotations":
            found = _records(campaign, told)
            return annotations.web_annotations(campaign=campaign, found=found)
        case "iiif":
            return annotations.manifest(campaign=campaign, found=_records(campaign, told))
    if campaign.excerpts.all()[MOST_AT_HAND:].exists():
        raise Problem("export_in_snapshots", most=MOST_AT_HAND)
    return _made(FORMATS[format], _records(campaign, told), columns)


def choose(every: list[Column], *, fields: Collection[str], steps: Collection[str]) -> list[Column]:
    """Some of the columns.

    Raises:
        Problem: `export_field_unknown`.
    """
    try:
        return layouts.chosen(every, fields=fields, steps=steps)
    except KeyError as unknown:
        raise Problem("export_field_unknown", name=str(unknown.args[0])[:100]) from unknown


def header(columns: Iterable[Column]) -> bytes:
    return csv_text([[cells.guarded(each.name) for each in columns]])


def csv_text(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def tidy_csv(found: Iterable[records.Record], blocks: Iterable[layouts.Block]) -> Iterator[bytes]:
    """The tables and marks, one line a cell: what does not fit into a flat table's row."""
    tables = tables_of(blocks)
    yield csv_text([records.TIDY])
    rows = (records.tidy_texts(each) for one in found for each in records.tidy(one, tables))
    while batch := list(islice(rows, AT_ONCE)):
        yield csv_text(batch)


def tables_of(blocks: Iterable[layouts.Block]) -> Mapping[str, Mapping[str, Kind]]:
    """Block → its questions whose answers are tables or marks."""
    return {
        block.name: {
            each.key: each.kind
            for each in block.questions
            if each.kind in {Kind.TABLE, Kind.REGION}
        }
        for block in blocks
    }


def _json_lines(found: Iterable[records.Record], columns: list[Column]) -> Iterator[bytes]:
    names = [each.name for each in columns]
    lines = (
        json.dumps(dict(zip(names, records.row(one, columns), strict=True)), ensure_ascii=False)
        for one in found
    )
    while batch := list(islice(lines, AT_ONCE)):
        yield ("\n".join(batch) + "\n").encode()


def _records(campaign: Campaign, steps: list[str]) -> Iterator[dict[str, Any]]:
    return parsed(flat_table.lines(campaign=campaign, steps=steps))


def parsed(pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Lines of JSON out of pieces of text, one by one."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from map(json.loads, lines)
    if rest:
        yield json.loads(rest)


def _made(
    format: Format, found: Iterable[records.Record], columns: list[Column]
) -> Iterator[bytes]:
    """A file that is complete before its first byte leaves, and gone after its last."""
    with tempfile.TemporaryDirectory(prefix="tamis-export-") as folder:
        path = Path(folder) / format.key
        write(format, path, found, columns)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def write(
    format: Format, path: Path, found: Iterable[records.Record], columns: list[Column]
) -> None:
    """Write a format that needs a library of its own."""
    writing: Write = importlib.import_module(format.writer).write
    writing(path, columns, (records.row(each, columns) for each in found))

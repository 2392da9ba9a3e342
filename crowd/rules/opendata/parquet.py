"""Parquet: typed columns, compressed, some thousand rows at a time."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from crowd.rules.opendata.columns import Column

AT_ONCE = 10_000  # rows of a group
TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}


def write(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write one file; each column carries its sentence as metadata."""
    schema = pa.schema(
        [
            pa.field(each.name, TYPES[each.type], metadata={"description": each.about})
            for each in columns
        ]
    )
    remaining = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as out:
        while batch := list(islice(remaining, AT_ONCE)):
            of_columns = [
                pa.array(values, type_)
                for values, type_ in zip(zip(*batch, strict=True), schema.types, strict=True)
            ]
            out.write_table(pa.Table.from_arrays(of_columns, schema=schema))

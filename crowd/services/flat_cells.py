"""The cells of the flat table as SQL: the same that `rules.opendata.records` makes in Python."""

from collections.abc import Sequence

from psycopg.sql import quote

from crowd.rules.opendata.cells import BETWEEN, DANGEROUS, WITHIN
from crowd.rules.opendata.columns import Column
from crowd.rules.questions import Kind

# As `Excerpt.sheet` has it.
SHEET = """CASE WHEN e.kind = 'row' AND doc.largest IS NOT NULL
    THEN COALESCE(NULLIF(doc.series->>e.series::int, ''), doc.largest) END"""


def place(names: str, name: str) -> str:
    """At which place of a list of names this one is, from 0; NULL where it is not."""
    each = f"jsonb_array_elements_text({names}) WITH ORDINALITY c(n, i)"
    return f"(SELECT (c.i - 1)::int FROM {each} WHERE c.n = {quote(name)} LIMIT 1)"  # noqa: S608


def cell(column: Column, named: Sequence[str], sources: Sequence[str]) -> str:
    if column.block:
        return _of_verdict(column, f"b{named.index(column.block)}")
    if column.part == "cells":
        own = f"e.cells->>doc.i{sources.index(column.key)}"
        other = f"e.cells->>{place('e.columns', column.key)}"
        shown = f"CASE WHEN e.columns IS NULL THEN {own} ELSE {other} END"
        return _text(f"COALESCE({shown}, e.metadata->>{quote(column.key)})")
    return {
        "excerpt": "e.id",
        "document": _text("doc.name"),
        "document_sha256": "doc.sha256",
        "source": _text("doc.source_url"),
        "kind": "e.kind",
        "position": "e.position",
        "page": "e.page",
        "sheet": _text(f"({SHEET})"),
    }[column.part]


def _of_verdict(column: Column, block: str) -> str:
    key = quote(column.question)
    value = f"{block}.said->{key}->'value'"

    def said(part: str) -> str:
        return f"({block}.said #>> ARRAY[{key}, '{part}'])"

    match column.part:
        case "outcome":
            return f"COALESCE({said('outcome')}, {block}.outcome)"
        case "confidence":
            return f"trim_scale({said('confidence')}::numeric)"
        case "answers":
            return said("answers")
        case "rows":
            return f"CASE jsonb_typeof({value}) WHEN 'array' THEN jsonb_array_length({value}) END"
        case "cell":
            found = f"{value}->{column.row - 1}->>{quote(column.key)}"
            return _number(found) if column.type == "number" else _text(found)
    return _value(column, value, said("value"))


def _value(column: Column, value: str, text: str) -> str:
    if column.kind is Kind.CHOICES:
        return _text(_joined(value, "m.v #>> '{}'"))
    if column.kind is Kind.REGION:
        return _text(_joined(value, _mark()))
    if column.harmless:
        return text
    return _number(text) if column.type == "number" else _text(text)


def _joined(value: str, member: str) -> str:
    between = quote(BETWEEN)
    each = f"jsonb_array_elements({value}) WITH ORDINALITY m(v, i)"
    joined = f"(SELECT string_agg({member}, {between} ORDER BY m.i) FROM {each})"  # noqa: S608
    return f"CASE jsonb_typeof({value}) WHEN 'array' THEN {joined} END"


def _mark() -> str:
    """A mark part by part, in the order of their names: "box: 0.1 0.1 0.5 0.3; label: stamp"."""
    numbers = "(SELECT string_agg(trim_scale(n::numeric)::text, ' ' ORDER BY i) FROM"
    numbers += " jsonb_array_elements_text(p.v) WITH ORDINALITY q(n, i))"
    part = f"p.k || ': ' || CASE jsonb_typeof(p.v) WHEN 'array' THEN {numbers}"
    part += " ELSE p.v #>> '{}' END"
    each = "jsonb_each(m.v) p(k, v) WHERE jsonb_typeof(p.v) <> 'null'"
    return f"(SELECT string_agg({part}, {quote(WITHIN)} ORDER BY p.k) FROM {each})"  # noqa: S608


def _number(text: str) -> str:
    return f"trim_scale(({text})::numeric)"


def _text(text: str) -> str:
    """Guarded as `rules.opendata.cells.guarded` does it; NULL for nothing."""
    starts = ", ".join(quote(each) for each in DANGEROUS)
    plain = r"'^[+-][0-9][0-9 .,\u00a0\u202f]*$'"
    return (
        f"CASE WHEN left({text}, 1) IN ({starts}) AND {text} !~ {plain}"
        f" THEN '''' || ({text}) ELSE NULLIF({text}, '') END"
    )

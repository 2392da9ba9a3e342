"""The flat table of a campaign, written by PostgreSQL itself and passed on as it comes.

One statement reads all that is public and writes it as CSV, or as lines of JSON: no Python object
is made for a row, and memory stays flat whatever the size. Which verdicts are public is said once,
by `Verdict.objects.public()`: its SQL is part of the statement. The same cells are made in Python
(`rules.opendata.records`) for other formats; a test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from psycopg.sql import quote

from crowd.models import Campaign, Verdict
from crowd.rules.opendata import columns as rules
from crowd.rules.opendata.cells import BETWEEN, DANGEROUS, WITHIN
from crowd.rules.opendata.columns import Block, Column
from crowd.rules.opening import opened_by
from crowd.rules.questions import Kind

PIECE = 1 << 16  # bytes that are passed on together

# Each document's columns as they are shown: those chosen for it, else all.
DOCUMENTS = """
SELECT d.id, d.name, d.sha256, d.source_url, CASE
    WHEN jsonb_typeof(d.splitting->'columns') <> 'array' THEN d.columns
    WHEN d.splitting->'columns' = '[]' THEN d.columns
    ELSE COALESCE(d.splitting->'columns', d.columns) END AS names
FROM crowd_document d WHERE d.campaign_id = {campaign}
"""
EXCERPTS = """
FROM crowd_excerpt e JOIN doc ON doc.id = e.document_id {joins}
WHERE e.campaign_id = {campaign} AND e.hidden_at IS NULL
ORDER BY e.document_id, e.kind, e.position
"""
# Without a document's cells that are empty; those that are not shown beside those that are.
LINE = """
SELECT json_build_object(
    'excerpt', e.id, 'document', doc.name, 'document_sha256', doc.sha256,
    'source', doc.source_url, 'kind', e.kind, 'position', e.position, 'page', e.page,
    'picture', CASE WHEN e.image_key <> '' AND e.image_widths <> '[]' THEN json_build_object(
        'widths', e.image_widths, 'width', e.width, 'height', e.height, 'box', e.box) END,
    'cells', e.metadata || COALESCE((
        SELECT jsonb_object_agg(n.name, e.cells->(n.i::int - 1))
        FROM jsonb_array_elements_text(COALESCE(e.columns, doc.names)) WITH ORDINALITY n(name, i)
        WHERE e.cells->>(n.i::int - 1) <> ''
    ), '{{}}'),
    'verdicts', COALESCE((
        SELECT json_object_agg(
            s.key || CASE v.about WHEN '' THEN '' ELSE '.' || v.about END,
            json_build_object('microtask', v.microtask_id, 'outcome', v.outcome, 'values', v.said))
        FROM seen v JOIN crowd_step s ON s.id = v.step_id
        WHERE v.excerpt_id = e.id {steps}
    ), '{{}}'))::text
"""
COPY_CSV = "COPY ({query}) TO STDOUT (FORMAT csv)"
# JSON holds neither of these control characters as they are: its lines leave as they were written.
COPY_LINES = "COPY ({query}) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"


def blocks(campaign: Campaign) -> list[Block]:
    """The campaign's steps, each with what it can be about, and how long its tables are."""
    steps = list(campaign.steps.prefetch_related("questions").order_by("position"))
    by_key = {step.key: step for step in steps}
    found = []
    for step in steps:
        asked = sorted(step.questions.all(), key=lambda each: (each.position, each.pk))
        questions = [each.rule for each in asked]
        tables = [each.key for each in questions if each.kind is Kind.TABLE]
        heights = {key: _height(campaign, step.pk, key) for key in tables}
        labels = {each.key: each.label for each in asked}
        found += [
            Block(step=step.key, about=about, questions=questions, labels=labels, heights=heights)
            for about in _matters(step.opens_when, by_key)
        ]
    return found


def _matters(condition: dict[str, Any] | None, by_key: Mapping[str, Any]) -> list[str]:
    """What a step can be about: each option of the question that opens it, or just the excerpt."""
    if not condition:
        return [""]
    questions = by_key[condition["step"]].questions.filter(key=condition["question"])
    options = [option["value"] for question in questions for option in question.options]
    return opened_by(condition, {condition["question"]: options}) or [""]


def _height(campaign: Campaign, step_id: int, question: str) -> int:
    """How many rows the longest public table of a question has."""
    value = f"v.said->{quote(question)}->'value'"
    sql = f"""
    WITH seen AS ({_seen(campaign)})
    SELECT max(CASE jsonb_typeof({value}) WHEN 'array' THEN jsonb_array_length({value}) END)
    FROM seen v WHERE v.step_id = {step_id}
    """  # noqa: S608 (names are quoted, the rest is ours)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0] or 0)


def layout(campaign: Campaign) -> list[Column]:
    """All columns of the campaign's flat table."""
    names: dict[str, None] = {}
    for own in campaign.documents.order_by("pk").values_list("columns", flat=True):
        names.update(dict.fromkeys(own))
    return rules.columns(list(names), blocks(campaign))


def csv_rows(*, campaign: Campaign, columns: Sequence[Column]) -> Iterator[bytes]:
    """The rows as CSV (UTF-8, RFC 4180 but for its line ends), in pieces, without a header."""
    return copied(COPY_CSV.format(query=_table(campaign, columns)))


def lines(*, campaign: Campaign, steps: Sequence[str] = ()) -> Iterator[bytes]:
    """One record a line (`rules.opendata.records`), in pieces that end where a line ends, or not.

    Args:
        steps: whose verdicts to tell; all, if empty.
    """
    keys = ", ".join(quote(key) for key in steps)
    line = LINE.format(steps=f"AND s.key IN ({keys})" if steps else "")
    query = _with(campaign, DOCUMENTS) + line + _excerpts(campaign)
    return copied(COPY_LINES.format(query=query))


def _table(campaign: Campaign, columns: Sequence[Column]) -> str:
    sources = [each.key for each in columns if each.part == "cells"]
    places = "".join(
        f", {_place('k.names', name)} AS i{number}" for number, name in enumerate(sources)
    )
    documents = f"SELECT k.*{places} FROM ({DOCUMENTS}) k"  # noqa: S608
    named = list(dict.fromkeys(each.block for each in columns if each.block))
    steps = dict(campaign.steps.values_list("key", "pk"))
    joins = "".join(
        f" LEFT JOIN seen b{number} ON b{number}.excerpt_id = e.id"
        f" AND b{number}.step_id = {steps[name.partition('.')[0]]}"
        f" AND b{number}.about = {quote(name.partition('.')[2])}"
        for number, name in enumerate(named)
    )
    cells = ", ".join(_cell(each, named, sources) for each in columns)
    return f"{_with(campaign, documents)} SELECT {cells} {_excerpts(campaign, joins)}"


def _with(campaign: Campaign, documents: str) -> str:
    of_campaign = documents.format(campaign=campaign.pk)
    return f"WITH doc AS MATERIALIZED ({of_campaign}), seen AS NOT MATERIALIZED ({_seen(campaign)})"


def _excerpts(campaign: Campaign, joins: str = "") -> str:
    return EXCERPTS.format(campaign=campaign.pk, joins=joins)


def public(campaign: Campaign) -> QuerySet[Verdict]:
    """The verdicts that anyone may see now."""
    return Verdict.objects.public().filter(microtask__campaign=campaign)


def _seen(campaign: Campaign) -> str:
    found = public(campaign).order_by().values_list(
        F("microtask__excerpt_id"), "microtask_id", "step_id", F("microtask__about"),
        "outcome", "values",
    )  # fmt: skip
    sql, params = found.query.sql_with_params()
    with connection.cursor() as cursor:
        told = cursor.mogrify(sql, params)
    names = "excerpt_id, microtask_id, step_id, about, outcome, said"
    return f"SELECT * FROM ({told}) AS found({names})"  # noqa: S608


def _place(names: str, name: str) -> str:
    """At which place of a list of names this one is, from 0; NULL where it is not."""
    each = f"jsonb_array_elements_text({names}) WITH ORDINALITY c(n, i)"
    return f"(SELECT (c.i - 1)::int FROM {each} WHERE c.n = {quote(name)} LIMIT 1)"  # noqa: S608


def _cell(column: Column, named: Sequence[str], sources: Sequence[str]) -> str:
    if column.block:
        return _of_verdict(column, f"b{named.index(column.block)}")
    if column.part == "cells":
        own = f"e.cells->>doc.i{sources.index(column.key)}"
        other = f"e.cells->>{_place('e.columns', column.key)}"
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
    }[column.part]


def _of_verdict(column: Column, block: str) -> str:
    said = f"{block}.said->{quote(column.question)}"
    value = f"{said}->'value'"
    match column.part:
        case "outcome":
            return f"COALESCE({said}->>'outcome', {block}.outcome)"
        case "confidence":
            return f"trim_scale(({said}->>'confidence')::numeric)"
        case "answers":
            return f"{said}->>'answers'"
        case "rows":
            return f"CASE jsonb_typeof({value}) WHEN 'array' THEN jsonb_array_length({value}) END"
        case "cell":
            found = f"{value}->{column.row - 1}->>{quote(column.key)}"
            return _number(found) if column.type == "number" else _text(found)
    return _value(column, value, f"{said}->>'value'")


def _value(column: Column, value: str, text: str) -> str:
    if column.kind is Kind.CHOICES:
        return _text(_joined(value, "m.v #>> '{}'"))
    if column.kind is Kind.REGION:
        return _text(_joined(value, _mark()))
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


def copied(sql: str) -> Iterator[bytes]:
    """What COPY says, in pieces of some size."""
    with connection.cursor() as cursor, cursor.copy(sql) as copying:
        held, size = [], 0
        for block in copying:
            held.append(bytes(block))
            size += len(block)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
        if held:
            yield b"".join(held)

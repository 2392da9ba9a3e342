"""The flat table of a campaign, written by PostgreSQL itself and passed on as it comes.

One statement reads all that is public and writes it as CSV, or as lines of JSON: no Python object
is made for a row, and memory stays flat whatever the size. Which verdicts are public is said once,
by `Verdict.objects.public()`: its SQL is part of the statement. The same cells are made in Python
(`rules.opendata.records`) for other formats; a test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from psycopg.sql import quote

from crowd.models import Campaign, Verdict
from crowd.rules.opendata import columns as rules
from crowd.rules.opendata.columns import Block, Column
from crowd.rules.opening import opened_by
from crowd.rules.questions import Kind
from crowd.services import flat_cells

PIECE = 1 << 16  # bytes that are passed on together

# Each document's columns as they are shown: those chosen for it, else all; of a workbook with
# several sheets, which is read when none is chosen, and which each series of its rows is of.
DOCUMENTS = """
SELECT d.id, d.name, d.sha256, d.source_url, d.partings->'row' AS series, CASE
    WHEN jsonb_array_length(d.sheets) > 1 THEN (
        SELECT s->>'name' FROM jsonb_array_elements(d.sheets) WITH ORDINALITY n(s, i)
        ORDER BY (s->>'rows')::bigint * (s->>'columns')::bigint DESC, i LIMIT 1
    ) END AS largest, CASE
    WHEN jsonb_typeof(d.splitting->'columns') <> 'array' THEN d.columns
    WHEN d.splitting->'columns' = '[]' THEN d.columns
    ELSE COALESCE(d.splitting->'columns', d.columns) END AS names
FROM crowd_document d WHERE d.campaign_id = {campaign}
"""
EXCERPTS = """
FROM crowd_excerpt e JOIN ({documents} OFFSET 0) doc ON doc.id = e.document_id {joins}
WHERE e.campaign_id = {campaign} AND e.hidden_at IS NULL {between}
ORDER BY e.document_id, e.kind, e.position
"""
KEY = "e.document_id, e.kind, e.position"
STRETCH = f"""
SELECT {KEY} FROM crowd_excerpt e
WHERE e.campaign_id = {{campaign}} AND e.hidden_at IS NULL {{after}}
ORDER BY {KEY} OFFSET {{skipped}} LIMIT 1
"""  # noqa: S608 (our own names)
FIRST_STRETCH, LATER_STRETCHES = 500, 20_000  # excerpts
# Without a document's cells that are empty; those that are not shown beside those that are.
LINE = """
SELECT json_build_object(
    'excerpt', e.id, 'document', doc.name, 'document_sha256', doc.sha256,
    'source', doc.source_url, 'kind', e.kind, 'position', e.position, 'page', e.page,
    'sheet', {sheet},
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
    WITH seen AS ({_seen(public(campaign))})
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
    sheet = flat_cells.SHEET
    line = LINE.format(sheet=sheet, steps=f"AND s.key IN ({keys})" if steps else "")
    with _one_moment():
        for between in _stretches(campaign):
            query = _with(campaign) + line + _excerpts(campaign, DOCUMENTS, between=between)
            yield from copied(COPY_LINES.format(query=query))


@contextmanager
def _one_moment() -> Iterator[None]:
    """What several statements read belongs together; within a transaction, its rule holds."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _stretches(campaign: Campaign) -> Iterator[str]:
    """Conditions that take the excerpts apart into stretches, in order, the first one short: what
    is sorted as a whole leaves only when all of it has been read.
    """
    after, size = "", FIRST_STRETCH
    while True:
        with connection.cursor() as cursor:
            cursor.execute(STRETCH.format(campaign=campaign.pk, after=after, skipped=size - 1))
            last = cursor.fetchone()
        if last is None:
            yield after
            return
        upto = f"({KEY}) {{}} ({last[0]}, {quote(last[1])}, {last[2]})"
        yield f"{after} AND {upto.format('<=')}"
        after, size = f"AND {upto.format('>')}", LATER_STRETCHES


def _table(campaign: Campaign, columns: Sequence[Column]) -> str:
    sources = [each.key for each in columns if each.part == "cells"]
    places = "".join(
        f", {flat_cells.place('k.names', name)} AS i{number}" for number, name in enumerate(sources)
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
    cells = ", ".join(flat_cells.cell(each, named, sources) for each in columns)
    return f"{_with(campaign)} SELECT {cells} {_excerpts(campaign, documents, joins=joins)}"


def _with(campaign: Campaign) -> str:
    # Its excerpts are those of the statement around, which are not hidden.
    seen = Verdict.objects.public_unless_hidden().filter(microtask__campaign=campaign)
    return f"WITH seen AS NOT MATERIALIZED ({_seen(seen)})"


def _excerpts(campaign: Campaign, documents: str, *, joins: str = "", between: str = "") -> str:
    # OFFSET 0 has each document's columns found once, and every process of a parallel plan may
    # read it: cells are then written by all of them.
    of_campaign = documents.format(campaign=campaign.pk)
    told = {"documents": of_campaign, "joins": joins, "between": between}
    return EXCERPTS.format(campaign=campaign.pk, **told)


def public(campaign: Campaign) -> QuerySet[Verdict]:
    """The verdicts that anyone may see now."""
    return Verdict.objects.public().filter(microtask__campaign=campaign)


def _seen(verdicts: QuerySet[Verdict]) -> str:
    found = verdicts.order_by().values_list(
        F("microtask__excerpt_id"), "microtask_id", "step_id", F("microtask__about"),
        "outcome", "values",
    )  # fmt: skip
    sql, params = found.query.sql_with_params()
    with connection.cursor() as cursor:
        told = cursor.mogrify(sql, params)
    names = "excerpt_id, microtask_id, step_id, about, outcome, said"
    return f"SELECT * FROM ({told}) AS found({names})"  # noqa: S608


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

"""The columns of the open data: one row an excerpt, one column a question and table cell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crowd.rules.opendata.cells import guarded
from crowd.rules.questions import Kind, Question


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: "excerpt", "source.NAME", "step.question", "step.about.question.confidence", …
        type: "string", "integer" or "number", as Frictionless' table schema names them.
        about: what it holds, in a sentence.
        block, question: of a verdict's column, whose.
        part: "value", "outcome", "confidence", "answers", "rows" or "cell" of it; of the others
            the record's own key, "cells" for a column of the document.
        row, key: of a table's cell, from 1, and which; `key` names a document's column, too.
        kind: of the question, or of the table's column.
        harmless: none of its values looks like a formula, nor is empty.
    """

    name: str
    type: str
    about: str
    block: str = ""
    question: str = ""
    part: str
    row: int = 0
    key: str = ""
    kind: Kind | None = None
    harmless: bool = False

    @property
    def step(self) -> str:
        """The step it belongs to; "" for what tells where an excerpt comes from."""
        return self.block.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One step, or one follow-up of it.

    Attributes:
        heights: question key → how many rows its longest table has.
    """

    step: str
    about: str
    questions: Sequence[Question]
    labels: Mapping[str, str] = field(default_factory=dict)
    heights: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.step}.{self.about}" if self.about else self.step


ORIGIN = (
    ("excerpt", "integer", "Number of the excerpt; its page is /excerpts/NUMBER/."),
    ("document", "string", "Name of the document it comes from."),
    ("document_sha256", "string", "SHA-256 of that document's file."),
    ("source", "string", "Where that document was found."),
    ("kind", "string", "What the excerpt is: a row, a page, a zone of one, …"),
    ("position", "integer", "Which of its kind in the document, from 1."),
    ("page", "integer", "Page of the document, from 1."),
    ("sheet", "string", "Sheet of the workbook it is a row of, where there are several."),
)
ENDINGS = (
    ("outcome", "string", "settled, contested, cant_tell, left_empty, unasked or set_aside"),
    ("confidence", "number", "how probable it is that the value is right, 0 to 1"),
    ("answers", "integer", "how many people's answers count"),
)


def columns(sources: Sequence[str], blocks: Sequence[Block]) -> list[Column]:
    """All columns: where an excerpt comes from, its own cells, then block by block.

    Args:
        sources: the names of the documents' own columns.
    """
    found = [Column(name=n, type=t, about=a, part=n) for n, t, a in ORIGIN]
    found += [
        Column(
            name=f"source.{name}",
            type="string",
            about=f"Column “{name}” of the document.",
            part="cells",
            key=name,
        )
        for name in sources
    ]
    for block in blocks:
        for question in block.questions:
            found += _of_question(block, question)
    return found


def chosen(
    every: Sequence[Column], *, fields: Collection[str] = (), steps: Collection[str] = ()
) -> list[Column]:
    """Some of the columns, in their order; "excerpt" is always there.

    Args:
        fields: names of columns; all, if empty.
        steps: keys of steps; where an excerpt comes from stays.

    Raises:
        KeyError: a name or a key that does not exist.
    """
    unknown = set(fields) - {each.name for each in every}
    unknown |= set(steps) - {each.step for each in every}
    if unknown:
        raise KeyError(min(unknown))
    return [
        each
        for each in every
        if each.name == "excerpt"
        or ((not fields or each.name in fields) and (not steps or each.step in {"", *steps}))
    ]


def _of_question(block: Block, question: Question) -> list[Column]:
    start = f"{block.name}.{question.key}"
    label = block.labels.get(question.key, question.key)
    common: dict[str, Any] = {"block": block.name, "question": question.key}
    if question.kind is Kind.TABLE:
        first = Column(
            name=f"{start}.rows", type="integer", about=f"{label}: rows.", part="rows", **common
        )
    else:
        type_ = "number" if question.kind is Kind.NUMBER else "string"
        options = question.options if question.kind is Kind.CHOICE else ()
        harmless = bool(options) and all(each and each == guarded(each) for each in options)
        first = Column(
            name=start, type=type_, about=label, part="value", kind=question.kind,
            harmless=harmless, **common,
        )  # fmt: skip
    told = [
        Column(name=f"{start}.{end}", type=type_, about=f"{label}: {a}.", part=end, **common)
        for end, type_, a in ENDINGS
    ]
    return [first, *told, *_of_table(block, question, start, label)]


def _of_table(block: Block, question: Question, start: str, label: str) -> list[Column]:
    if question.kind is not Kind.TABLE:
        return []
    return [
        Column(
            name=f"{start}.{row}.{each['key']}",
            type="number" if each.get("kind") == Kind.NUMBER.value else "string",
            about=f"{label}: row {row}, {each.get('label') or each['key']}.",
            block=block.name,
            question=question.key,
            part="cell",
            row=row,
            key=each["key"],
            kind=Kind(each.get("kind", Kind.TEXT.value)),
        )
        for row in range(1, block.heights.get(question.key, 0) + 1)
        for each in question.settings["columns"]
    ]

"""Open data: the verdicts of a campaign as a flat table, streamed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crowd.models import Campaign, Excerpt, Verdict
from crowd.rules import flat
from crowd.rules.opening import opened_by

AT_ONCE = 1000  # excerpts in memory


@dataclass(frozen=True, kw_only=True)
class _Block:
    """The columns of one step, or of one follow-up of it."""

    step_id: int
    step: str
    about: str
    questions: list[str]


def verdict_rows(*, campaign: Campaign) -> Iterator[list[str]]:
    """The header, then one row per excerpt in the order of the documents.

    Where the excerpt comes from, the columns of its table row if it has any, then for each
    question its value, outcome, confidence and number of answers. Excerpts without a verdict yet
    have empty cells there; hidden ones are left out.
    """
    blocks = _blocks(campaign)
    source = _source_columns(campaign)
    header = ["excerpt", "document", "document_sha256", "source", "position"]
    header += [f"source.{name}" for name in source]
    yield header + [
        name for block in blocks for name in flat.columns(block.step, block.about, block.questions)
    ]
    excerpts = (
        Excerpt.objects.filter(campaign=campaign, hidden_at=None)
        .select_related("document")
        .order_by("document_id", "position")
        .iterator(chunk_size=AT_ONCE)
    )
    while batch := list(islice(excerpts, AT_ONCE)):
        verdicts = _verdicts(batch)
        for excerpt in batch:
            yield _row(excerpt, source, blocks, verdicts)


def _blocks(campaign: Campaign) -> list[_Block]:
    steps = list(campaign.steps.prefetch_related("questions").order_by("position"))
    by_key = {step.key: step for step in steps}
    blocks = []
    for step in steps:
        questions = [question.key for question in step.questions.order_by("position", "pk")]
        blocks += [
            _Block(step_id=step.pk, step=step.key, about=about, questions=questions)
            for about in _matters(step.opens_when, by_key)
        ]
    return blocks


def _matters(condition: dict[str, Any] | None, by_key: dict[str, Any]) -> list[str]:
    """What a step can be about: each option of the question that opens it, or just the excerpt."""
    if not condition:
        return [""]
    questions = by_key[condition["step"]].questions.filter(key=condition["question"])
    options = [option["value"] for question in questions for option in question.options]
    return opened_by(condition, {condition["question"]: options}) or [""]


def _source_columns(campaign: Campaign) -> list[str]:
    """The columns of all the campaign's tables, in the order they first appear."""
    names: dict[str, None] = {}
    for columns in campaign.documents.order_by("pk").values_list("columns", flat=True):
        names.update(dict.fromkeys(columns))
    return list(names)


def _verdicts(excerpts: Sequence[Excerpt]) -> dict[tuple[int, int, str], Verdict]:
    found = Verdict.objects.public().filter(microtask__excerpt__in=excerpts)
    return {
        (each.microtask.excerpt_id, each.step_id, each.microtask.about): each
        for each in found.select_related("microtask")
    }


def _row(
    excerpt: Excerpt,
    source: Sequence[str],
    blocks: Sequence[_Block],
    verdicts: dict[tuple[int, int, str], Verdict],
) -> list[str]:
    document = excerpt.document
    own = dict(zip(document.columns, excerpt.cells, strict=False))
    row = [
        str(excerpt.pk),
        flat.guarded(document.name),
        document.sha256,
        flat.guarded(document.source_url),
        str(excerpt.position),
        *(flat.guarded(own.get(name, "")) for name in source),
    ]
    for block in blocks:
        verdict = verdicts.get((excerpt.pk, block.step_id, block.about))
        row += flat.cells(
            verdict.values if verdict else None, block.questions, verdict.outcome if verdict else ""
        )
    return row

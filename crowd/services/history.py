"""What one person has said, newest first, with what became of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from crowd.models import (
    Answer,
    Award,
    Campaign,
    Contributor,
    Objection,
    Verdict,
    VerdictAnswer,
)
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import contributors, corrections, game


@dataclass(frozen=True, kw_only=True)
class HistoryItem:
    """One answer and what became of it.

    Attributes:
        verdict: the current one, None while others are still asked.
        agrees: whether the answer says what the verdict says; None without a verdict.
        hidden: the excerpt was taken out of sight since: nothing of it is told, nor what was said.
        points: signed sum of its ledger rows, None when it has none, or the game is switched off.
        awards: its ledger rows, oldest first; none where the game is switched off.
        may_correct: its author may still say something else.
    """

    answer: Answer
    verdict: Verdict | None
    agrees: bool | None
    hidden: bool
    points: Decimal | None
    awards: list[Award]
    may_correct: bool = False


def of(
    *,
    contributor: Contributor,
    campaign: Campaign | None = None,
    before: uuid.UUID | str | None = None,
    limit: int = 20,
    against: bool = False,
) -> list[HistoryItem]:
    """The newest answers of a person, optionally of one campaign.

    Args:
        against: those alone that were not confirmed, or whose author objects.
        before: id of the answer that the page before ended with; anything else starts anew.
    """
    person = contributors.person_ids(contributor=contributor)
    answers = Answer.objects.filter(contributor__in=person).exclude(
        set_aside_reason=SetAside.CORRECTED
    )
    if campaign is not None:
        answers = answers.filter(microtask__campaign=campaign)
    if against:
        answers = answers.counting().filter(_not_confirmed(person))
    if (last := _answer(answers, before)) is not None:
        # Several may be of the same instant: the id says which of them came before.
        later_ones = Q(given_at=last.given_at, pk__gt=last.pk)
        answers = answers.filter(Q(given_at__lt=last.given_at) | later_ones)
    answers = answers.select_related(
        "microtask__step", "microtask__campaign", "microtask__excerpt__document"
    ).prefetch_related(
        "proof",
        Prefetch("microtask__verdicts", Verdict.objects.readable()),
        Prefetch("awards", Award.objects.order_by("pk")),
    )
    given = list(answers.order_by("-given_at", "pk")[:limit])
    correctable = corrections.open_ones(given=given)
    items = [_item(answer, may_correct=answer.pk in correctable) for answer in given]
    if game.shown_to(contributor=contributor).points:
        return items
    return [replace(item, points=None, awards=[]) for item in items]


def _not_confirmed(person: Sequence[int]) -> Exists | Q:
    told = Verdict.objects.readable().exclude(outcome=MicroTaskState.CONTESTED.value)
    refuted = VerdictAnswer.objects.filter(answer=OuterRef("pk"), agrees=False, verdict__in=told)
    objected = Objection.objects.waiting().filter(
        verdict__microtask=OuterRef("microtask"), contributor__in=person
    )
    return Exists(refuted) | Exists(objected)


def _answer(answers: QuerySet[Answer], name: uuid.UUID | str | None) -> Answer | None:
    try:
        return answers.filter(pk=uuid.UUID(str(name))).first() if name else None
    except ValueError:
        return None


def _item(answer: Answer, *, may_correct: bool) -> HistoryItem:
    # Prefetched: the current one, unless it is veiled or waits for someone's lease to end.
    verdict = next(iter(answer.microtask.verdicts.all()), None)
    proof = {each.verdict_id: each.agrees for each in answer.proof.all()}
    awards = [] if answer.microtask.looks_open else list(answer.awards.all())
    hidden = answer.microtask.excerpt.hidden_at is not None
    if hidden:
        answer.values, verdict = {}, None  # of this copy, which is to be read
    return HistoryItem(
        answer=answer,
        verdict=verdict,
        agrees=proof.get(verdict.pk) if verdict else None,
        hidden=hidden,
        points=sum((award.points for award in awards), Decimal(0)) if awards else None,
        awards=awards,
        may_correct=may_correct and not hidden,
    )

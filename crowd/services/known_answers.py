"""Known answers: micro-tasks whose right answer is known beforehand, for learning and measuring.

Those that measure must look like any other: they are taken from under a veil, or laid under one
before anyone has answered (`services.veils`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from crowd.models import Campaign, KnownAnswer, MicroTask, User, Verdict
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import changes, consensus, locks, reviews

SURE = 0.99  # probability of a verdict that may be taken for known


@transaction.atomic
def tell(
    *,
    microtask: MicroTask,
    values: Mapping[str, Any],
    tutorial: bool,
    now: datetime,
    by: User | None = None,
) -> KnownAnswer:
    """Say what the right answer to a micro-task is.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
        Problem: `known_answer_public`: its verdict can be read already, so it measures nothing.
    """
    clean = reviews.checked(microtask, values)
    locks.hold(campaign_id=microtask.campaign_id)
    microtask.refresh_from_db(fields=["state", "veiled"])
    if not tutorial and not microtask.veiled:
        if microtask.verdicts.exists():
            raise Problem("known_answer_public")
        MicroTask.objects.filter(pk=microtask.pk).update(veiled=True)
    known, _ = KnownAnswer.objects.update_or_create(
        microtask=microtask, defaults={"values": clean, "tutorial": tutorial, "made_at": now}
    )
    consensus.settle(microtask_ids=[microtask.pk], now=now)
    if not tutorial:
        _record(microtask.campaign, "known_answers.written", {}, by, now)
    return known


@dataclass(frozen=True, kw_only=True)
class Result:
    """One known answer that measures, and what people said to it.

    Attributes:
        answers: that the current verdict knows of.
        right: of these, how many say what is known.
    """

    known: KnownAnswer
    answers: int
    right: int


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a campaign's known answers measured. For its team alone."""

    each: list[Result]
    veiled: int
    microtasks: int

    @property
    def answers(self) -> int:
        return sum(result.answers for result in self.each)

    @property
    def right(self) -> int:
        return sum(result.right for result in self.each)


def results(*, campaign: Campaign) -> Results:
    """The known answers that measure, the least often right first; and how many could be drawn."""
    measuring = KnownAnswer.objects.filter(microtask__campaign=campaign, tutorial=False)
    current = Q(microtask__verdicts__is_current=True)
    counted = measuring.select_related(
        "microtask__step", "microtask__excerpt__document", "microtask__campaign"
    ).annotate(
        n=Count("microtask__verdicts__proof", filter=current),
        agreeing=Count(
            "microtask__verdicts__proof",
            filter=current & Q(microtask__verdicts__proof__agrees=True),
        ),
    )
    each = [Result(known=known, answers=known.n, right=known.agreeing) for known in counted]
    each.sort(key=lambda result: result.right / result.answers if result.answers else 2.0)
    microtasks = MicroTask.objects.filter(campaign=campaign)
    veiled = microtasks.filter(veiled=True, known_answer=None, verdicts__is_current=True)
    return Results(each=each, veiled=veiled.distinct().count(), microtasks=microtasks.count())


def to_write(*, campaign: Campaign) -> MicroTask | None:
    """An open micro-task nobody was ever given, for a reviewer to answer beforehand; by lot."""
    fresh = MicroTask.objects.open().filter(
        campaign=campaign, known_answer=None, assignments=None, excerpt__hidden_at=None
    )
    return fresh.select_related("step", "excerpt__document", "campaign").order_by("?").first()


@transaction.atomic
def draw(
    *, campaign: Campaign, count: int, now: datetime, by: User | None = None
) -> list[KnownAnswer]:
    """Take known answers from the surest verdicts under a veil, the surest first.

    Returns:
        The new ones: as many as there are, at most `count`.
    """
    locks.hold(campaign_id=campaign.pk)
    sure = Verdict.objects.current().filter(
        microtask__campaign=campaign,
        microtask__veiled=True,
        microtask__known_answer=None,
        outcome=MicroTaskState.SETTLED.value,
        confidence__gte=SURE,
    )
    made = KnownAnswer.objects.bulk_create(
        KnownAnswer(
            microtask_id=verdict.microtask_id,
            values={
                key: said["value"]
                for key, said in verdict.values.items()
                if said["outcome"] != "left_empty"
            },
            made_at=now,
        )
        for verdict in sure.order_by("-confidence", "pk")[:count]
    )
    _record(campaign, "known_answers.drawn", {"count": len(made)}, by, now)
    return made


def _record(
    campaign: Campaign, what: str, told: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    changes.record(campaign=campaign, user=by, what=what, details=told, now=now)

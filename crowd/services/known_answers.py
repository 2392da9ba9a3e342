"""Known answers: micro-tasks whose right answer is known beforehand, for learning and measuring.

Those that measure must look like any other: they are taken from under a veil, or laid under one
before anyone has answered (`services.veils`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crowd.models import Campaign, KnownAnswer, MicroTask, Verdict
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import consensus, locks, reviews

SURE = 0.99  # probability of a verdict that may be taken for known


@transaction.atomic
def tell(
    *, microtask: MicroTask, values: Mapping[str, Any], tutorial: bool, now: datetime
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
    return known


@transaction.atomic
def draw(*, campaign: Campaign, count: int, now: datetime) -> list[KnownAnswer]:
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
    return KnownAnswer.objects.bulk_create(
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

"""Endings: the steps that are down to their last micro-tasks, looked up now and then.

Mirrored in Valkey for the claims, which must not count. Away or forgotten, nothing is an ending for
half a minute: the last of a step then weighs as the others do.
"""

import json
import logging

from django.db.models import Count, Q

from crowd import valkey
from crowd.models import MicroTask
from crowd.rules import unloved
from crowd.rules.lifecycle import CampaignState, MicroTaskState

logger = logging.getLogger(__name__)

KEPT_MS = 120_000
OPEN = Q(state=MicroTaskState.OPEN.value)


def look() -> None:
    """Find the steps of open campaigns that come to their end.

    A step that others open grows until those are finished; it ends after them.

    Raises:
        valkey.Unreachable: nothing was written.
    """
    in_play = MicroTask.objects.filter(campaign__state=CampaignState.OPEN.value)
    in_play = in_play.exclude(state=MicroTaskState.WITHDRAWN.value)
    counted = in_play.values_list("campaign", "step", "step__opens_when").annotate(
        total=Count("pk"), still_open=Count("pk", filter=OPEN)
    )
    steps = list(counted.order_by())
    ending = [
        step
        for campaign, step, opens_when, total, still_open in steps
        if unloved.is_ending(still_open=still_open, total=total)
        and not (opens_when and _others_open(campaign, step, steps))
    ]
    valkey.client().set(_key(), json.dumps(ending), px=KEPT_MS)


def of_steps() -> frozenset[int]:
    """The ids of steps that come to their end, as last looked up."""
    try:
        kept = valkey.client().get(_key())
    except valkey.Unreachable:
        return frozenset()
    return frozenset(json.loads(kept)) if kept else frozenset()


def _others_open(campaign: int, step: int, steps: list[tuple[int, int, object, int, int]]) -> bool:
    return any(
        still_open for each, other, _, _, still_open in steps if each == campaign and other != step
    )


def _key() -> str:
    return valkey.key("endings")

"""Progress: counted from PostgreSQL, remembered a moment in Valkey, never kept as a counter."""

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from crowd import valkey
from crowd.models import Answer, Campaign, MicroTask
from crowd.models.microtasks import MicroTaskQuerySet
from crowd.rules.lifecycle import MicroTaskState

# A count that took t seconds is shown for 20 t: however large a campaign, counting takes at most
# a twentieth of one process.
SHOWN_FOR_TIMES = 20
SHOWN_AT_LEAST_MS = 500
LONG_MS = 250  # a count that took longer is not made anew for news that come every second

PERSON = Coalesce("contributor__joined_into_id", "contributor_id")  # guests count as their account


@dataclass(frozen=True, kw_only=True)
class StepProgress:
    """How far one step is, in micro-tasks."""

    key: str
    title: str
    total: int
    settled: int
    contested: int
    set_aside: int

    @property
    def open(self) -> int:
        return self.total - self.settled - self.contested - self.set_aside


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a campaign is, in micro-tasks (those withdrawn do not count)."""

    total: int
    settled: int
    contested: int
    set_aside: int
    answers: int
    contributors: int
    per_step: list[StepProgress]

    @property
    def open(self) -> int:
        return self.total - self.settled - self.contested - self.set_aside


def of_campaign(campaign: Campaign) -> Progress:
    """How far a campaign is, at most a moment ago."""
    kept = _kept(campaign.pk)
    if kept is None:
        began = time.monotonic()
        kept = _counted(campaign)
        kept["took_ms"] = int(1000 * (time.monotonic() - began))
        _keep(campaign.pk, kept)
    steps = [StepProgress(**step) for step in kept.pop("per_step")]
    kept.pop("took_ms")
    return Progress(**kept, per_step=steps)


def recount(campaign: Campaign) -> Progress:
    """How far a campaign is, counted now, unless counting it takes too long to do at every news."""
    kept = _kept(campaign.pk)
    if kept is None or kept["took_ms"] < LONG_MS:
        forget(campaign.pk)
    return of_campaign(campaign)


def forget(campaign_id: int) -> None:
    """Drop what is remembered, so that the next look counts."""
    try:
        valkey.client().delete(_key(campaign_id))
    except valkey.Unreachable:
        pass  # nothing is remembered where nothing can be reached


def _counted(campaign: Campaign) -> dict[str, Any]:
    answered = Answer.objects.counting().filter(microtask__campaign=campaign)
    totals = answered.aggregate(answers=Count("pk"), contributors=Count(PERSON, distinct=True))
    steps = [_of_step(step.pk, step.key, step.title) for step in campaign.steps.all()]
    summed = {name: sum(getattr(step, name) for step in steps) for name in COUNTED}
    return {**summed, **totals, "per_step": [asdict(step) for step in steps]}


COUNTED = ("total", "settled", "contested", "set_aside")


def _of_step(step_id: int, key: str, title: str) -> StepProgress:
    return StepProgress(key=key, title=title, **shares(MicroTask.objects.filter(step=step_id)))


def shares(microtasks: MicroTaskQuerySet) -> dict[str, int]:
    """How many of these are settled, contested and set aside, as everyone may know, and `total`."""
    states, veiled = _by_state(microtasks), _by_state(microtasks.looking_open())
    total = states.total() - states[MicroTaskState.WITHDRAWN.value]
    states.subtract(veiled)
    return {
        "total": total,
        "settled": states[MicroTaskState.SETTLED.value],
        "contested": states[MicroTaskState.CONTESTED.value],
        "set_aside": states[MicroTaskState.SET_ASIDE.value],
    }


def _by_state(microtasks: QuerySet[MicroTask]) -> Counter[str]:
    counted = microtasks.order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(counted))


def _kept(campaign_id: int) -> dict[str, Any] | None:
    try:
        kept = valkey.client().get(_key(campaign_id))
    except valkey.Unreachable:
        return None
    return json.loads(kept) if kept else None


def _keep(campaign_id: int, counted: dict[str, Any]) -> None:
    shown_ms = max(SHOWN_AT_LEAST_MS, SHOWN_FOR_TIMES * counted["took_ms"])
    try:
        valkey.client().set(_key(campaign_id), json.dumps(counted), px=shown_ms)
    except valkey.Unreachable:
        pass  # counted again next time


def _key(campaign_id: int) -> str:
    return valkey.key("progress", campaign_id)

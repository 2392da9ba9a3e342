"""The review queue: what people can't agree on, object to, or are not sure of, for the team.

Two reviewers at once are given different ones: looking at one claims it softly, for some minutes,
in Valkey. What keeps a decision from being made twice is the decision itself (`reviews.decide`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, islice

from django.db.models import QuerySet

from crowd import valkey
from crowd.models import Campaign, MicroTask, Objection, Report, User, Verdict
from crowd.models.microtasks import under_a_veil
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import cuts, objections

UNSURE = 0.9  # settled with less is looked at
CLAIMED = timedelta(minutes=5)
LOOKED_AT = 200  # of the queue, to find one that nobody holds


class Source(StrEnum):
    """Why something is in the queue, in the order in which it comes."""

    OBJECTION = "objection"
    CONTESTED = "contested"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One micro-task to be looked at."""

    source: Source
    microtask: MicroTask
    verdict: Verdict
    objection: Objection | None = None

    @property
    def since(self) -> datetime:
        return self.objection.made_at if self.objection else self.verdict.made_at


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much waits, by where it is decided."""

    objection: int
    contested: int
    unsure: int
    cuts: int
    reports: int

    @property
    def microtasks(self) -> int:
        return self.objection + self.contested + self.unsure


def counts(*, campaign: Campaign) -> Counts:
    """How much waits for the campaign's team."""
    return Counts(
        objection=objections.waiting(campaign=campaign).count(),
        contested=_contested(campaign).count(),
        unsure=_unsure(campaign).count(),
        cuts=cuts.badly_cut(campaign=campaign).count(),
        reports=Report.objects.waiting().filter(excerpt__campaign=campaign).count(),
    )


def pressing(*, campaign: Campaign) -> int:
    """How much can't wait for nightfall: contested, or objected to. Cheap: every page shows it."""
    contested = MicroTask.objects.filter(
        campaign=campaign,
        step__in=campaign.steps.values_list("pk", flat=True),
        state=MicroTaskState.CONTESTED.value,
    )
    return contested.count() + objections.waiting(campaign=campaign).count()


def items(*, campaign: Campaign, source: Source | None = None) -> Sequence[Item]:
    """What waits, those objected to first; at most `LOOKED_AT` of each kind."""
    wanted = [source] if source else list(Source)
    found = chain.from_iterable(_of(each, campaign) for each in wanted)
    once: dict[int, Item] = {}
    for item in found:
        once.setdefault(item.microtask.pk, item)
    return list(once.values())


def next_item(*, campaign: Campaign, user: User, after: int | None = None) -> Item | None:
    """The next one nobody else looks at, past `after` (a micro-task) as long as there are any."""
    waiting = items(campaign=campaign)
    places = [place for place, item in enumerate(waiting) if item.microtask.pk == after]
    start = places[0] + 1 if places else 0
    for item in [*waiting[start:], *waiting[:start]]:
        if item.microtask.pk != after and holder(microtask=item.microtask) in {None, user.pk}:
            return item
    return None


def claim(*, microtask: MicroTask, user: User) -> None:
    """Say that this reviewer looks at it now, unless another one does already."""
    try:
        valkey.client().set(_key(microtask), user.pk, nx=True, px=CLAIMED)
    except valkey.Unreachable:
        pass  # two may look at one; only one decision will count


def let_go(*, microtask: MicroTask) -> None:
    """Decided, or left."""
    try:
        valkey.client().delete(_key(microtask))
    except valkey.Unreachable:
        pass  # it ends by itself


def holder(*, microtask: MicroTask) -> int | None:
    """Who looks at it now: an account's number."""
    try:
        held = valkey.client().get(_key(microtask))
    except valkey.Unreachable:
        return None
    return int(held) if held else None


def _of(source: Source, campaign: Campaign) -> list[Item]:
    if source is Source.OBJECTION:
        return [
            Item(source=source, microtask=each.verdict.microtask, verdict=current, objection=each)
            for each in islice(objections.waiting(campaign=campaign), LOOKED_AT)
            if (current := _current(each.verdict)) is not None
        ]
    found = _contested(campaign) if source is Source.CONTESTED else _unsure(campaign)
    return [
        Item(source=source, microtask=verdict.microtask, verdict=verdict)
        for verdict in found[:LOOKED_AT]
    ]


def _current(verdict: Verdict) -> Verdict | None:
    return Verdict.objects.current().filter(microtask=verdict.microtask_id).first()


def _contested(campaign: Campaign) -> QuerySet[Verdict]:
    return _shown(campaign, MicroTaskState.CONTESTED).order_by("made_at", "pk")


def _unsure(campaign: Campaign) -> QuerySet[Verdict]:
    settled = _shown(campaign, MicroTaskState.SETTLED).exclude(under_a_veil("microtask__"))
    # The outcome is said once more for the index by confidence, which holds such verdicts alone.
    unsure = settled.filter(outcome="settled", confidence__lt=UNSURE, review=None)
    return unsure.order_by("confidence", "pk")


def _shown(campaign: Campaign, state: MicroTaskState) -> QuerySet[Verdict]:
    current = Verdict.objects.current().filter(
        step__campaign=campaign, microtask__state=state.value, microtask__excerpt__hidden_at=None
    )
    return current.select_related("microtask__excerpt__document", "microtask__step")


def _key(microtask: MicroTask) -> str:
    return valkey.key("review", microtask.pk)

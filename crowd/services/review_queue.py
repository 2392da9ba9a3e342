"""The review queue: all that waits for the team's word, whatever it is about.

Reports of personal data, objections, what people can't agree on or are not sure of, what they call
badly cut, and finds. Two reviewers at once are given different ones: looking at one claims it
softly, for some minutes, in Valkey. What keeps a decision from being made twice is the decision
itself (`reviews.decide`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from crowd import valkey
from crowd.models import (
    Campaign,
    Excerpt,
    Find,
    MicroTask,
    Objection,
    Report,
    User,
    Verdict,
)
from crowd.models.microtasks import under_a_veil
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import cuts, finds, objections, reports

UNSURE = 0.9  # settled with less is looked at
CLAIMED = timedelta(minutes=5)
LOOKED_AT = 200  # of each source, to find one that nobody holds


class Source(StrEnum):
    """Why something is in the queue, in the order in which it comes."""

    REPORT = "report"
    OBJECTION = "objection"
    CONTESTED = "contested"
    CUT = "cut"
    FIND = "find"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to be looked at.

    Attributes:
        since: when it began to wait.
        verdict, objection, report, find: what is to be decided; a cut has none but its excerpt.
    """

    source: Source
    excerpt: Excerpt
    since: datetime | None
    verdict: Verdict | None = None
    objection: Objection | None = None
    report: Report | None = None
    find: Find | None = None

    @property
    def microtask(self) -> MicroTask | None:
        return self.verdict.microtask if self.verdict else None

    @property
    def name(self) -> str:
        """What it is called in addresses, and claimed by: two reasons to look at one micro-task
        are one thing.
        """
        if self.microtask is not None:
            return f"microtask-{self.microtask.pk}"
        return f"{self.source.value}-{self.pk}"

    @property
    def pk(self) -> int:
        """Of what is to be decided."""
        held = self.microtask or self.report or self.find or self.excerpt
        return held.pk


def counts(*, campaign: Campaign) -> Mapping[Source, int]:
    """How much waits for the campaign's team."""
    return {
        Source.REPORT: reports.waiting(campaign=campaign).count(),
        Source.OBJECTION: objections.waiting(campaign=campaign).count(),
        Source.CONTESTED: _contested(campaign).count(),
        Source.CUT: cuts.badly_cut(campaign=campaign).count(),
        Source.FIND: finds.waiting(campaign=campaign).count(),
        Source.UNSURE: _unsure(campaign).count(),
    }


def pressing(*, campaign: Campaign) -> int:
    """How much can't wait for nightfall: contested, or objected to. Cheap: every page shows it."""
    contested = MicroTask.objects.filter(
        campaign=campaign,
        step__in=campaign.steps.values_list("pk", flat=True),
        state=MicroTaskState.CONTESTED.value,
    )
    return contested.count() + objections.waiting(campaign=campaign).count()


def items(*, campaign: Campaign, source: Source | None = None) -> Sequence[Item]:
    """What waits, in the order of `Source`; at most `LOOKED_AT` of each."""
    once: dict[str, Item] = {}
    for each in [source] if source else list(Source):
        for item in _FOUND[each](campaign):
            once.setdefault(item.name, item)
    return list(once.values())


def next_item(*, campaign: Campaign, user: User, after: str = "") -> Item | None:
    """The next one nobody else looks at, past `after` (a name) as long as there are any."""
    waiting = items(campaign=campaign)
    places = [place for place, item in enumerate(waiting) if item.name == after]
    start = places[0] + 1 if places else 0
    for item in [*waiting[start:], *waiting[:start]]:
        if item.name != after and holder(name=item.name) in {None, user.pk}:
            return item
    return None


def named(microtask: MicroTask) -> str:
    """The name of a micro-task's item."""
    return f"microtask-{microtask.pk}"


def claim(*, name: str, user: User) -> None:
    """Say that this reviewer looks at it now, unless another one does already."""
    try:
        valkey.client().set(_key(name), user.pk, nx=True, px=CLAIMED)
    except valkey.Unreachable:
        pass  # two may look at one; only one decision will count


def let_go(*, name: str) -> None:
    """Decided, or left."""
    try:
        valkey.client().delete(_key(name))
    except valkey.Unreachable:
        pass  # it ends by itself


def holder(*, name: str) -> int | None:
    """Who looks at it now: an account's number."""
    try:
        held = valkey.client().get(_key(name))
    except valkey.Unreachable:
        return None
    return int(held) if held else None


def _reported(campaign: Campaign) -> list[Item]:
    return [
        Item(source=Source.REPORT, excerpt=each.excerpt, since=each.made_at, report=each)
        for each in reports.waiting(campaign=campaign)[:LOOKED_AT]
    ]


def _objected(campaign: Campaign) -> list[Item]:
    return [
        Item(
            source=Source.OBJECTION,
            excerpt=current.microtask.excerpt,
            since=each.made_at,
            verdict=current,
            objection=each,
        )
        for each in objections.waiting(campaign=campaign)[:LOOKED_AT]
        if (current := _current(each.verdict)) is not None
    ]


def _of_verdicts(source: Source, verdicts: QuerySet[Verdict]) -> list[Item]:
    return [
        Item(source=source, excerpt=each.microtask.excerpt, since=each.made_at, verdict=each)
        for each in verdicts[:LOOKED_AT]
    ]


def _badly_cut(campaign: Campaign) -> list[Item]:
    return [
        Item(source=Source.CUT, excerpt=each, since=said_at)
        for each, said_at in cuts.waiting(campaign=campaign, most=LOOKED_AT)
    ]


def _found(campaign: Campaign) -> list[Item]:
    return [
        Item(source=Source.FIND, excerpt=each.excerpt, since=each.made_at, find=each)
        for each in finds.waiting(campaign=campaign)[:LOOKED_AT]
    ]


_FOUND: Mapping[Source, Callable[[Campaign], list[Item]]] = {
    Source.REPORT: _reported,
    Source.OBJECTION: _objected,
    Source.CONTESTED: lambda campaign: _of_verdicts(Source.CONTESTED, _contested(campaign)),
    Source.CUT: _badly_cut,
    Source.FIND: _found,
    Source.UNSURE: lambda campaign: _of_verdicts(Source.UNSURE, _unsure(campaign)),
}


def _current(verdict: Verdict) -> Verdict | None:
    found = Verdict.objects.current().filter(microtask=verdict.microtask_id)
    return found.select_related("microtask__excerpt__document", "microtask__step").first()


def _contested(campaign: Campaign) -> QuerySet[Verdict]:
    return _shown(campaign, MicroTaskState.CONTESTED).order_by("made_at", "pk")


def _unsure(campaign: Campaign) -> QuerySet[Verdict]:
    settled = _shown(campaign, MicroTaskState.SETTLED).exclude(under_a_veil("microtask__"))
    # The outcome is said once more for the index by confidence, which holds such verdicts alone.
    unsure = settled.filter(outcome="settled", confidence__lt=UNSURE, review=None)
    # Where one person is asked, as by those who take a target on, others check what they sent.
    unsure = unsure.exclude(step__at_most=1)
    return unsure.order_by("confidence", "pk")


def _shown(campaign: Campaign, state: MicroTaskState) -> QuerySet[Verdict]:
    current = Verdict.objects.current().filter(
        step__campaign=campaign, microtask__state=state.value, microtask__excerpt__hidden_at=None
    )
    return current.select_related("microtask__excerpt__document", "microtask__step")


def _key(name: str) -> str:
    return valkey.key("review", name)

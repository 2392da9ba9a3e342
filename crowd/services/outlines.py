"""Outlines: a campaign with its steps and questions, as last read. They change rarely, and every
answer needs them, so each process keeps them for a moment.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from crowd import prepared
from crowd.models import Assignment, Campaign, Experiment, KnownAnswer, Question, Step
from crowd.rules import unloved
from crowd.services import endings, objections

KEPT_SECONDS = 2.0  # a change is seen everywhere at most this much later


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A campaign and its steps in order, each with its questions loaded. To read, not to change.

    Attributes:
        mixes: some of its micro-tasks have answers that are known (`services.mixing`).
    """

    campaign: Campaign
    steps: list[Step]
    mixes: bool
    objected: bool
    teaches: bool
    weights: Mapping[int, Sequence[Decimal]]
    experiment: Experiment | None = None

    def step(self, step_id: int) -> Step:
        return next(step for step in self.steps if step.pk == step_id)


_kept: dict[int, tuple[float, Outline]] = {}
_at: dict[str, tuple[float, int]] = {}


def of_campaign(*, campaign_id: int) -> Outline:
    """The outline of one campaign, at most a moment old.

    Raises:
        Campaign.DoesNotExist: there is none.
    """
    read_at, outline = _kept.get(campaign_id, (0.0, None))
    if outline is None or time.monotonic() - read_at > KEPT_SECONDS:
        outline = _read(campaign_id)
        _kept[campaign_id] = time.monotonic(), outline
    return outline


def public(*, slug: str) -> Campaign | None:
    """The campaign at an address that everybody may see, at most a moment old; None: there is none.

    To read, not to change; for whoever is nobody's: a team's drafts are not found here.
    """
    read_at, campaign_id = _at.get(slug, (0.0, 0))
    if not campaign_id or time.monotonic() - read_at > KEPT_SECONDS:
        found = Campaign.objects.visible().filter(slug=slug).values_list("pk", flat=True).first()
        if found is None:
            return None
        campaign_id = found
        _at[slug] = time.monotonic(), campaign_id
    return of_campaign(campaign_id=campaign_id).campaign


def weights_of(step: Step) -> Sequence[Decimal]:
    """What the points of a step's micro-tasks count if lent now, and of those disputed."""
    known = of_campaign(campaign_id=step.campaign_id).weights
    return known.get(step.pk) or unloved.weights(step.weight, ending=False)


def attach(assignment: Assignment) -> Assignment:
    """Give an assignment, loaded with its micro-task, its campaign, step and questions."""
    microtask = assignment.microtask
    outline = of_campaign(campaign_id=microtask.campaign_id)
    try:
        step = outline.step(microtask.step_id)
    except StopIteration:  # a step younger than what is kept
        forget()
        outline = of_campaign(campaign_id=microtask.campaign_id)
        step = outline.step(microtask.step_id)
    prepared.attach(microtask, "step", step)
    prepared.attach(microtask, "campaign", outline.campaign)
    return assignment


def forget() -> None:
    """Read everything anew: something has been changed in this process."""
    _kept.clear()
    _at.clear()


def _read(campaign_id: int) -> Outline:
    in_order = Prefetch("questions", Question.objects.order_by("position", "pk"))
    steps = Step.objects.filter(campaign=campaign_id).order_by("position")
    known = KnownAnswer.objects.filter(microtask__campaign=campaign_id)
    uses = set(known.order_by().values_list("tutorial", flat=True).distinct())
    ending, found = endings.of_steps(), list(steps.prefetch_related(in_order))
    return Outline(
        campaign=Campaign.objects.get(pk=campaign_id),
        steps=found,
        objected=objections.ask_an_opinion(campaign_id=campaign_id),
        mixes=False in uses,
        teaches=True in uses,
        weights={each.pk: unloved.weights(each.weight, ending=each.pk in ending) for each in found},
        experiment=Experiment.objects.filter(campaign=campaign_id, ended_at=None).first(),
    )

"""The workshop's first page: the path to an open campaign, and where one is on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from crowd.models import Campaign
from crowd.rules.lifecycle import CampaignState
from crowd.sentences import sentence
from crowd.services import readiness
from crowd.services.readiness import Missing, Stage
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One stage of the path as the page shows it."""

    number: int
    stage: Stage
    name: Any
    about: Any
    url: str
    missing: list[str]
    needed: bool
    done: bool


# Stage → its name, what one does there, and the page.
STAGES: dict[Stage, tuple[Any, Any, str]] = {
    Stage.CAUSE: (
        _("The cause"),
        _("The problem, what you propose, a story, and by when."),
        "workshop:cause",
    ),
    Stage.DOCUMENTS: (
        _("The documents"),
        _("Bring them in, and see how they are cut into excerpts."),
        "workshop:documents",
    ),
    Stage.QUESTIONS: (
        _("The questions"),
        _("What volunteers are asked about each excerpt."),
        "workshop:questions",
    ),
    Stage.SURE: (
        _("How sure"),
        _("How many people must agree, and what that takes."),
        "workshop:sure",
    ),
    Stage.TRYOUT: (
        _("A try-out"),
        _("Twenty excerpts with a few colleagues, before strangers come."),
        "workshop:tryout",
    ),
    Stage.OPEN: (_("Open"), _("Look once more, and open it to everyone."), "workshop:open"),
}
# What can still be filled in there once the campaign has been opened.
CHANGED_LATER = {Stage.CAUSE, Stage.DOCUMENTS}


@team.looking
@require_safe
def overview(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Where the campaign stands, and what comes next."""
    legs = path(campaign)
    first = [leg for leg in legs if leg.needed] or [leg for leg in legs if not leg.done]
    is_draft = campaign.state == CampaignState.DRAFT.value
    # Once it is open, nothing on this path is next: it is run from other pages.
    next_leg = (first[0] if first else legs[-1]) if is_draft else None
    context = {"tab": "overview", "legs": legs, "next_leg": next_leg}
    return team.show(request, campaign, "workshop/overview.html", context)


def path(campaign: Campaign) -> list[Leg]:
    """The stages with what each still lacks."""
    lacking = readiness.missing(campaign=campaign)
    is_draft = campaign.state == CampaignState.DRAFT.value
    begun = {Stage.SURE: campaign.steps.exists(), Stage.OPEN: not is_draft}
    told = set(STAGES) if is_draft else CHANGED_LATER
    return [
        _leg(number, stage, lacking, begun=begun.get(stage, True), is_told=stage in told)
        for number, stage in enumerate(STAGES, start=1)
    ]


def _leg(number: int, stage: Stage, lacking: list[Missing], *, begun: bool, is_told: bool) -> Leg:
    name, about, url = STAGES[stage]
    here = [each for each in lacking if each.stage is stage]
    return Leg(
        number=number,
        stage=stage,
        name=name,
        about=about,
        url=url,
        missing=[sentence(each.problem) for each in here] if is_told else [],
        needed=any(each.needed for each in here),
        done=begun and not here,
    )

"""Changes after launch: what can be changed, weighed before it holds; and what was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Amendment, Campaign, Step, User
from crowd.models.steps import Preset
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import amendments as services
from frontend.views import redirects
from frontend.views.workshop import presets, team
from frontend.visitor import TamisRequest

Line = tuple[str, str, str]
"""A field's name, and what it says before and after."""


@team.editing
@require_safe
def amendments(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What can be changed, and everything that was."""
    context = {
        "tab": "amendments",
        "steps": campaign.steps.order_by("position").prefetch_related("questions"),
        "history": services.of_campaign(campaign),
    }
    return team.show(request, campaign, "workshop/amendments.html", context)


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Another policy for a step."""
    step = get_object_or_404(Step, campaign=campaign, pk=pk)
    context = {
        "tab": "amendments",
        "step": step,
        "outlook": presets.outlook(step=step, per_day=0),
        "most": presets.MOST,
    }
    template = "workshop/amend_policy.html"

    def propose() -> Amendment:
        wanted = presets.wanted(step=step, sent=request.POST)
        if wanted is None:
            raise Problem("amendment_empty")
        by, now = cast(User, request.user), timezone.now()
        return services.propose_policy(step=step, policy=wanted, by=by, now=now)

    return proposing(request, campaign, template, context, propose)


def proposing(
    request: TamisRequest,
    campaign: Campaign,
    template: str,
    context: dict[str, Any],
    propose: Callable[[], Amendment],
) -> HttpResponse:
    """The form; sent, what it proposes is weighed, or the form comes back with the reason."""
    if request.method != "POST":
        return team.show(request, campaign, template, context)
    try:
        made = propose()
    except (Problem, ValueError) as problem:
        said = problem if isinstance(problem, Problem) else Problem("policy_impossible")
        is_stale = said.code == "someone_changed_it"
        more = {"wrong": sentence(said), "is_stale": is_stale}
        status = 409 if is_stale else 422
        return team.show(request, campaign, template, context | more, status=status)
    return redirects.SeeOther(reverse("workshop:amendment", args=[campaign.slug, made.pk]))


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def amendment(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One change: what it comes to, and the decision; then how far it is."""
    found = get_object_or_404(services.of_campaign(campaign), pk=pk)
    if request.method != "POST":
        context = {"tab": "amendments", "amendment": found, "lines": lines(found)}
        return team.show(request, campaign, "workshop/amendment.html", context)
    by, now = cast(User, request.user), timezone.now()
    if request.POST.get("do") == "drop":
        services.drop(amendment=found)
        messages.info(request, _("Nothing was changed."))
        return redirects.SeeOther(reverse("workshop:amendments", args=[campaign.slug]))
    if request.POST.get("do") != "apply":
        raise Http404
    try:
        services.apply(amendment=found, by=by, now=now)
    except Problem as problem:
        messages.error(request, sentence(problem))
    return redirects.SeeOther(request.path)


def lines(found: Amendment) -> list[Line]:
    """What changes."""
    names = {
        "title": _("Title of the step"),
        "instructions": _("Instructions"),
        "example": _("Example"),
        "label": _("Question"),
        "help": _("Help"),
        "options": _("Options"),
        "settings": _("Settings"),
        "required": _("Required"),
        "preset": _("How sure"),
        "agree": _("Answers that must agree"),
        "at_most": _("Answers at most"),
        "at_least": _("Answers at least"),
        "sure": _("Probability wanted"),
        "per_room": _("Deciding answers of one room"),
    }
    return [
        (names.get(name, name), _said(name, found.before[name]), _said(name, after))
        for name, after in found.after.items()
        if found.before[name] != after
    ]


def _said(name: str, value: Any) -> str:
    if name == "options":
        return " · ".join(option["label"] for option in value)
    if name == "preset":
        return str(dict(Preset.choices)[value])
    return "—" if value in (None, "") else str(value)

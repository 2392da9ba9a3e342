"""The questions: the steps of a campaign, and the builder of each."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd import beginnings
from crowd.models import Campaign, Excerpt, Step, User, Zone
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import step_descriptions
from crowd.services import steps as verbs
from frontend import answer_form, step_form, wording
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.looking
@require_safe
def questions(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The steps in order, and templates for another one."""
    found = list(campaign.steps.prefetch_related("questions").order_by("position"))
    of_layouts = {"layout__campaign": campaign, "mask": False}
    context = {
        "tab": "questions",
        "steps": [(step, _opens(step)) for step in found],
        "beginnings": beginnings.OFFERED,
        "is_draft": campaign.state == "draft",
        # With one step there is nothing to choose: each zone is asked about by it.
        "zones_choose": len(found) > 1 and Zone.objects.drawn().filter(**of_layouts).exists(),
    }
    return team.show(request, campaign, "workshop/questions.html", context)


@team.editing
@require_POST
def add(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Begin one or several steps from a template, in the campaign's language."""
    try:
        with translation.override(campaign.language):
            described = beginnings.steps_of(request.POST.get("from", ""))
    except KeyError:
        raise Http404 from None
    by, now = cast(User, request.user), timezone.now()
    try:
        made = verbs.add_all(campaign=campaign, descriptions=described, by=by, now=now)
    except Problem as problem:
        messages.error(request, sentence(problem))
        return _list(campaign)
    if len(made) > 1:
        return _list(campaign)
    return redirects.SeeOther(reverse("workshop:step", args=[campaign.slug, made[0].pk]))


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """The builder. POST keeps it, or gives it back with one more question, one moved, one gone."""
    found = get_object_or_404(Step, campaign=campaign, pk=pk)
    if request.method != "POST":
        return _page(request, found, step_descriptions.describe(step=found))
    described = step_form.read(request.POST)
    do = request.POST.get("do", "keep")
    if do != "keep":
        return _page(request, found, step_form.changed(described, do))
    return _keep(request, found, described)


def _keep(request: TamisRequest, found: Step, described: dict[str, Any]) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        verbs.save(
            step=found,
            description=described,
            by=cast(User, request.user),
            now=timezone.now(),
            version=int(version) if version.isdecimal() else None,
        )
    except step_descriptions.InvalidStep as invalid:
        return _page(request, found, described, {"problems": invalid.problems}, status=422)
    except Problem as problem:
        more = {"problem": sentence(problem)}
        return _page(request, found, described, more, status=422)
    messages.success(request, _("“%(step)s” is kept.") % {"step": described["title"]})
    return _list(found.campaign)


@team.editing
@require_POST
def preview(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """What a volunteer would see of the form as it is now."""
    found = get_object_or_404(Step, campaign=campaign, pk=pk)
    context = {"campaign": campaign, **_seen(found, step_form.read(request.POST))}
    return render(request, "workshop/step_preview.html", context)


@team.editing
@require_POST
def arrange(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Move a step up or down, or delete it."""
    found = Step.objects.filter(campaign=campaign, pk=pk).first()
    do = request.POST.get("do")
    if found is None:
        return _list(campaign)  # gone already: a second click
    by, now = cast(User, request.user), timezone.now()
    try:
        if do == "delete":
            verbs.delete(step=found, by=by, now=now)
        elif do in {"up", "down"}:
            verbs.move(step=found, up=do == "up", by=by, now=now)
        else:
            raise Http404
    except Problem as problem:
        messages.error(request, sentence(problem))
    return _list(campaign)


def _page(
    request: TamisRequest,
    found: Step,
    described: dict[str, Any],
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    more = more or {}
    campaign = found.campaign
    before = campaign.steps.filter(position__lt=found.position).prefetch_related("questions")
    shown = step_form.form(
        described,
        earlier_steps=list(before.order_by("position")),
        problems=more.pop("problems", None),
    )
    context = {
        "tab": "questions",
        "step": found,
        "form": shown,
        "version": request.POST.get("version", found.version),
        "is_draft": campaign.state == "draft",
        **_seen(found, described),
        **more,
    }
    if request.htmx:
        return render(request, "workshop/step_form.html", {"campaign": campaign, **context})
    return team.show(request, campaign, "workshop/step.html", context, status=status)


def _seen(found: Step, described: dict[str, Any]) -> dict[str, Any]:
    """The play page's own form of what is described, on an excerpt of the campaign."""
    step, asked = step_form.unsaved(found.campaign, described)
    shown = Excerpt.objects.filter(campaign=found.campaign, hidden_at=None)
    tied = shown.filter(zone__step=found)
    excerpt = (tied if tied.exists() else shown).select_related("document", "zone").first()
    return {
        "preview_step": step,
        "preview": answer_form.blank(asked),
        "excerpt": excerpt,
    }


def _opens(step: Step) -> str:
    return wording.opens(step)


def _list(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:questions", args=[campaign.slug]))

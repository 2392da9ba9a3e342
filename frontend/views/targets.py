"""Targets: chosen from a list, taken on, followed, talked about; and which are mine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Assignment, Campaign, Excerpt
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import (
    comments,
    contributors,
    following,
    leases,
    mails,
    names,
    pasts,
    stages,
)
from crowd.services import targets as verbs
from frontend import stages as shown
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest

A_PAGE = 30


@never_cache
@require_safe
def targets(request: TamisRequest, slug: str) -> HttpResponse:
    """How many are where, as a chart and a table; and the list, with its filters."""
    campaign = visible(request, slug)
    all_stages = stages.of_campaign(campaign=campaign)
    if not all_stages:
        raise Http404
    search, stage = request.GET.get("q", "")[:100], request.GET.get("stage", "")
    if stage not in {each.key for each in all_stages}:
        stage = ""
    number = _page_number(request)
    counted = stages.counted(campaign=campaign, search=search)
    page = stages.page(
        campaign=campaign,
        stage=stage,
        search=search,
        skip=(number - 1) * A_PAGE,
        limit=A_PAGE,
        free_first=True,
    )
    context = {
        "campaign": campaign,
        "rows": shown.rows(counted),
        "worth": shown.dot_worth(counted),
        "total": sum(each.count for each in counted),
        "targets": _all_listed(page.targets),
        "count": page.count,
        "stage": stage,
        "search": search,
        "number": number,
        "following": _address(search, stage, number + 1) if page.count > number * A_PAGE else "",
        "previous": _address(search, stage, number - 1) if number > 1 else "",
    }
    return render(request, "pages/targets.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target(request: TamisRequest, slug: str, pk: int) -> HttpResponse:
    """One target: where it is, what happened, its published files, what people say of it."""
    campaign = visible(request, slug)
    excerpts = Excerpt.objects.select_related("document", "campaign")
    excerpt = get_object_or_404(excerpts, campaign=campaign, pk=pk, hidden_at=None)
    if request.method != "POST":
        return _show(request, campaign, excerpt)
    try:
        return _do(request, campaign, excerpt)
    except Problem as problem:
        return _show(request, campaign, excerpt, problem=problem, status=422)


@never_cache
@require_safe
def mine(request: TamisRequest) -> HttpResponse:
    """What I have taken on, what is kept for me, what I follow."""
    contributor, now = request.visitor.contributor, timezone.now()
    context: dict[str, Any] = {"held": [], "next": [], "followed": []}
    if contributor is not None:
        followed = following.of_contributor(contributor=contributor)
        rows = _all_listed([each.target for each in followed])
        context = {
            "held": [
                {"lease": each, "title": stages.title(each.microtask.excerpt)}
                for each in verbs.held_by(contributor=contributor)
            ],
            "next": [
                {"next": each, "title": stages.title(each.microtask.excerpt)}
                for each in verbs.next_for(contributor=contributor, now=now)
            ],
            "followed": [
                {**row, "follow": each.follow} for row, each in zip(rows, followed, strict=True)
            ],
        }
    return render(request, "pages/my_targets.html", context)


def _do(request: TamisRequest, campaign: Campaign, excerpt: Excerpt) -> HttpResponse:
    now = timezone.now()
    person = request.visitor.take_part(now=now)
    deed, here = request.POST.get("do"), reverse("target", args=[campaign.slug, excerpt.pk])
    if deed == "take_on":
        microtask = verbs.of_excerpt(excerpt=excerpt)
        if microtask is None:
            raise Problem("target_gone")
        held = verbs.take_on(contributor=person, microtask=microtask, now=now)
        _agree(request, Topic.REMINDERS)
        messages.success(request, _("It is yours. Come back here whenever you are ready."))
        return redirects.SeeOther(reverse("assignment", args=[campaign.slug, held.pk]))
    if deed == "follow":
        by_mail = bool(request.POST.get("by_mail"))
        following.follow(excerpt=excerpt, contributor=person, by_mail=by_mail, now=now)
        _agree(request, Topic.FOLLOWED)
        messages.success(request, _("You follow this target: see “My targets”."))
    elif deed == "unfollow":
        following.unfollow(excerpt=excerpt, contributor=person)
        messages.info(request, _("You don't follow this target any more."))
    elif deed == "comment":
        said = request.POST.get("text", "")
        comments.write(excerpt=excerpt, contributor=person, text=said, now=now)
        messages.success(request, _("Thank you. The team reads comments before they are shown."))
    elif deed in {"extend", "return"}:
        _lease(request, excerpt, deed)
    return redirects.SeeOther(here)


def _lease(request: TamisRequest, excerpt: Excerpt, deed: str) -> None:
    held, now = _mine(request, excerpt), timezone.now()
    if held is None:
        raise Problem("target_gone")
    if deed == "return":
        leases.give_back(assignment=held, now=now)
        messages.info(request, _("You gave it back. Someone else can take it on now."))
    elif verbs.extend(assignment=held, now=now):
        messages.success(request, _("You have more time now."))


def _agree(request: TamisRequest, topic: Topic) -> None:
    """Keep that an account agrees to e-mails, where its form asked and it ticked."""
    if request.user.is_authenticated and request.POST.get("by_mail"):
        mails.choose(user=request.user, topic=topic, agreed=True, now=timezone.now())


def _show(
    request: TamisRequest,
    campaign: Campaign,
    excerpt: Excerpt,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    found = stages.of_target(excerpt=excerpt)
    if found is None:
        raise Http404
    contributor = request.visitor.contributor
    microtask = verbs.of_excerpt(excerpt=excerpt)
    held = _mine(request, excerpt)
    step = held.microtask.step if held else microtask.step if microtask else None
    person = contributors.person_ids(contributor=contributor) if contributor else []
    began = bool(verbs.began(excerpt=excerpt) & set(person))
    # Kept for whoever did the earlier step: to others the button would only say no.
    kept = None if began else verbs.kept(targets=[found], now=timezone.now()).get(excerpt.pk)
    context = {
        **(_listed(found, None) if began else _all_listed([found])[0]),
        "campaign": campaign,
        "excerpt": excerpt,
        "held": held,
        "step": step,
        "lease_days": step.lease_seconds // (24 * 3600) if step else 0,
        "may_take_on": bool(microtask and not found.due_at and not kept and campaign.is_open),
        "kept_until": kept,
        "way": pasts.way(excerpt=excerpt),
        "events": pasts.of_target(excerpt=excerpt),
        "proofs": pasts.published(excerpt=excerpt),
        "comments": [
            {
                "pk": each.pk,
                "text": each.text,
                "name": names.shown(each.contributor),
                "made_at": each.made_at,
                "state": each.state,
            }
            for each in comments.of_target(excerpt=excerpt, contributor=contributor)
        ],
        "follow": following.of_target(excerpt=excerpt, contributor=contributor),
        "problem": sentence(problem) if problem else "",
        "typed": request.POST.get("text", ""),
    }
    return render(request, "pages/target.html", context, status=status)


def _mine(request: TamisRequest, excerpt: Excerpt) -> Assignment | None:
    contributor = request.visitor.contributor
    if contributor is None:
        return None
    held = verbs.held_by(contributor=contributor)
    return next((each for each in held if each.microtask.excerpt_id == excerpt.pk), None)


def _all_listed(targets: Sequence[stages.Target]) -> list[dict[str, Any]]:
    kept = verbs.kept(targets=targets, now=timezone.now())
    return [_listed(each, kept.get(each.excerpt.pk)) for each in targets]


def _listed(target: stages.Target, kept: datetime | None) -> dict[str, Any]:
    return {
        "target": target,
        "title": stages.title(target.excerpt),
        "subtitle": shown.subtitle(target.excerpt),
        "stage_step": target.stage.step.title if target.stage.step else "",
        "stage_name": shown.kept(kept) if kept else shown.words(target.stage),
        "mark": shown.MARKS[target.stage.what],
    }


def _page_number(request: TamisRequest) -> int:
    typed = request.GET.get("page", "1")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 6 else 1


def _address(search: str, stage: str, number: int) -> str:
    asked = {"q": search, "stage": stage, "page": number if number > 1 else ""}
    return "?" + urlencode({name: value for name, value in asked.items() if value})

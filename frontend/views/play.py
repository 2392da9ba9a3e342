"""Play: claim one micro-task, answer it, get the next. HTML first, htmx swaps the same parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import Assignment, Campaign, Excerpt, Question
from crowd.rules.claims import Nothing
from crowd.services import answers, assignments, flow, game, points, progress, reports, turns
from frontend import answer_form, wording
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest

WORTH_SAYING = 10  # seconds that the cross-check is behind
SCRIPTS = {"region": "tamis/marks.js", "table": "tamis/entries.js"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def play(request: TamisRequest, slug: str) -> HttpResponse:
    """POST claims the next micro-task; GET says why there is none (and never claims)."""
    campaign = visible(request, slug)
    if request.method == "POST":
        return _next(request, campaign)
    if request.GET.get("why") not in {reason.value for reason in Nothing}:
        return redirects.SeeOther(reverse("campaign", args=[slug]))
    return _show(request, campaign, "parts/nothing.html", _nothing(campaign, request.GET["why"]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: TamisRequest, slug: str, assignment_id: int) -> HttpResponse:
    """The micro-task this person holds: GET shows it, POST takes what they say."""
    campaign = visible(request, slug)
    held = _held(request, campaign, assignment_id)
    if held.microtask.excerpt.hidden_at is not None:
        return _show(request, campaign, "parts/gone.html", {})
    if request.method != "POST":
        return _ask(request, campaign, held, answer_form.blank(_questions(held)))
    deed = request.POST.get("do", "answer")
    if deed == "keep":
        lasts = assignments.extend(assignment=held, now=timezone.now())
        return HttpResponse(status=204 if lasts else 409)
    if deed == "skip":
        assignments.skip(assignment=held, now=timezone.now())
        return _next(request, campaign)
    if deed.startswith("more:"):  # rows or marks, for pages without the script that adds them
        given = answer_form.answer_id(request.POST)
        form = answer_form.again(_questions(held), request.POST, given, {})
        return _ask(request, campaign, held, form)
    if deed == "report":
        return _report(request, campaign, held)
    return _take(request, campaign, held, badly_cut=deed == "badly_cut")


def _take(
    request: TamisRequest, campaign: Campaign, held: Assignment, *, badly_cut: bool
) -> HttpResponse:
    questions, contributor = _questions(held), request.visitor.contributor
    assert contributor is not None  # `_held` found what they hold
    answer_id = answer_form.answer_id(request.POST)
    try:
        turn = turns.take(
            contributor=contributor,
            assignment=held,
            answer_id=answer_id,
            values=answer_form.values(questions, request.POST),
            badly_cut=badly_cut,
            now=timezone.now(),
        )
    except answers.InvalidAnswer as invalid:
        form = answer_form.again(questions, request.POST, answer_id, invalid.problems)
        return _ask(request, campaign, held, form, status=422)
    outcome = turn.receipt.outcome
    messages.info(request, _thanks(outcome), extra_tags=outcome.value)
    return _given(request, campaign, turn.next)


def _report(request: TamisRequest, campaign: Campaign, held: Assignment) -> HttpResponse:
    now = timezone.now()
    reports.personal_data(
        excerpt=held.microtask.excerpt,
        contributor=held.contributor,
        note=request.POST.get("note", "")[: reports.LONGEST_NOTE],
        now=now,
    )
    assignments.skip(assignment=held, now=now)
    messages.info(request, _("Thank you for the report. The team looks at it. Here is the next."))
    return _next(request, campaign)


def _thanks(outcome: answers.Outcome) -> str:
    if outcome is answers.Outcome.REPEATED:
        return _("That one was already answered. Here is the next.")
    if outcome is answers.Outcome.LATE:
        return _("Thank you. Others had finished that one meanwhile; your answer is kept.")
    return _("Thank you.")


def _next(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    now = timezone.now()
    contributor = request.visitor.take_part(now=now)
    claim = assignments.claim_next(contributor=contributor, campaign=campaign, now=now)
    return _given(request, campaign, claim)


def _given(request: TamisRequest, campaign: Campaign, claim: assignments.Claim) -> HttpResponse:
    if claim.assignment is None:
        why = (claim.reason or Nothing.CHECKING).value
        there = f"{reverse('play', args=[campaign.slug])}?{urlencode({'why': why})}"
        if not request.htmx:
            return redirects.SeeOther(there)
        response = _show(request, campaign, "parts/nothing.html", _nothing(campaign, why))
    else:
        there = reverse("assignment", args=[campaign.slug, claim.assignment.pk])
        if not request.htmx:
            return redirects.SeeOther(there)
        form = answer_form.blank(_questions(claim.assignment))
        response = _ask(request, campaign, claim.assignment, form)
    response.headers["HX-Push-Url"] = there
    return response


def _ask(
    request: TamisRequest,
    campaign: Campaign,
    held: Assignment,
    form: answer_form.AnswerForm,
    *,
    status: int = 200,
) -> HttpResponse:
    microtask = held.microtask
    context = {
        "assignment": held,
        "step": microtask.step,
        "excerpt": microtask.excerpt,
        "upcoming": _upcoming(request, held),
        "about": wording.about(microtask),
        "form": form,
    }
    closed = held.state in {"answered", "skipped", "returned"}
    part = "parts/done.html" if closed else "parts/ask.html"
    return _show(request, campaign, part, context, status=status)


def _upcoming(request: TamisRequest, held: Assignment) -> Excerpt | None:
    """The excerpt whose picture the browser may load meanwhile."""
    contributor = request.visitor.contributor
    if contributor is None or not held.microtask.excerpt.image_widths:
        return None  # where this one has no picture, the next has none either
    found = assignments.upcoming(contributor=contributor, assignment=held)
    return found if found and found.image_widths else None


def _show(
    request: TamisRequest, campaign: Campaign, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or with htmx the part that changes."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor, campaign=campaign)
    summary = points.summary(contributor=contributor) if contributor else None
    asks_name = shown.ranks and contributor and contributor.listed is None
    context |= {
        "campaign": campaign,
        "contributor": contributor,
        "play_part": part,
        "summary": summary,
        "game": shown,
        "shows_points": shown.points,
        "newcomer": not (summary and summary.given),
        "asks_name": bool(asks_name and summary and summary.points > 0),
    }
    if request.htmx:
        return render(request, "parts/swap.html", context, status=status)
    context["scripts"] = _scripts(campaign)
    template = "pages/play.html"
    return render(request, template, context, status=status)


def _scripts(campaign: Campaign) -> list[str]:
    """What the campaign's kinds of questions need on top of the page's own script."""
    kinds = Question.objects.filter(step__campaign=campaign).values_list("kind", flat=True)
    return [SCRIPTS[kind] for kind in sorted(set(kinds)) if kind in SCRIPTS]


def _nothing(campaign: Campaign, why: str) -> dict[str, Any]:
    others = Campaign.objects.visible().open().exclude(pk=campaign.pk)[:3]
    behind = 0
    if why == Nothing.CHECKING.value:
        behind = int(flow.of_campaign(campaign=campaign, now=timezone.now()).behind.total_seconds())
    return {
        "why": why,
        "progress": progress.of_campaign(campaign),
        "others": others,
        "behind": behind if behind >= WORTH_SAYING else 0,
    }


def _held(request: TamisRequest, campaign: Campaign, assignment_id: int) -> Assignment:
    contributor = request.visitor.contributor
    try:
        if contributor is None:
            raise Assignment.DoesNotExist
        held = assignments.open_for(contributor=contributor, assignment_id=assignment_id)
    except Assignment.DoesNotExist:
        raise Http404 from None
    if held.microtask.campaign_id != campaign.pk:
        raise Http404
    return held


def _questions(held: Assignment) -> list[Any]:
    return list(held.microtask.step.questions.all())

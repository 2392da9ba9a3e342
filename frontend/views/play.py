"""Play: claim one micro-task, answer it, get the next. HTML first, htmx swaps the same parts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from crowd.models import Assignment, Campaign, Excerpt
from crowd.rules.claims import Nothing
from crowd.services import (
    answers,
    assignments,
    drafts,
    flow,
    leases,
    progress,
    reports,
    suggestions,
    turns,
    tutorials,
)
from frontend import answer_form, drafting, playing, signed_out
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest

WORTH_SAYING = 10  # seconds that the cross-check is behind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def play(request: TamisRequest, slug: str) -> HttpResponse:
    """POST claims the next micro-task; GET says why there is none (and never claims)."""
    campaign = visible(request, slug)
    if request.method == "POST":
        return _begin(request, campaign)
    if request.GET.get("why") not in {reason.value for reason in Nothing}:
        return redirects.SeeOther(reverse("campaign", args=[slug]))
    return playing.show(
        request, campaign, "parts/nothing.html", _nothing(campaign, request.GET["why"])
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: TamisRequest, slug: str, assignment_id: int) -> HttpResponse:
    """The micro-task this person holds: GET shows it, POST takes what they say."""
    campaign = visible(request, slug)
    if request.visitor.contributor is None:
        return signed_out.ask_to_sign_in(request, campaign, assignment_id)
    held = playing.held_by(request, campaign, assignment_id)
    if held.microtask.excerpt.hidden_at is not None:
        return playing.show(request, campaign, "parts/gone.html", {})
    if request.method != "POST":
        return _shown(request, campaign, held)
    return _sent(request, campaign, held)


def _shown(request: TamisRequest, campaign: Campaign, held: Assignment) -> HttpResponse:
    signed_out.bring_back(request, held)
    if "newest" in request.GET:
        return drafting.newest(held)
    return _ask(request, campaign, held, drafting.form_of(held))


def _sent(request: TamisRequest, campaign: Campaign, held: Assignment) -> HttpResponse:
    questions = playing.questions_of(held)
    wrong = answer_form.take_files(request, held=held, questions=questions, now=timezone.now())
    if wrong:
        return _ask(request, campaign, held, drafting.again(request, held, wrong), status=422)
    deed = request.POST.get("do", "answer")
    if deed in {"draft", "empty", "suggested"}:
        return _keep(request, campaign, held, deed)
    if deed == "keep":
        lasts = leases.extend(assignment=held, now=timezone.now())
        return HttpResponse(status=204 if lasts else 409)
    if deed == "skip":
        leases.skip(assignment=held, now=timezone.now())
        return claim_next(request, campaign)
    if deed.startswith(("more:", "drop:")):  # for pages without the scripts that do it
        return _ask(request, campaign, held, drafting.again(request, held))
    if deed == "report":
        return _report(request, campaign, held)
    return _take(request, campaign, held, badly_cut=deed == "badly_cut")


def _take(
    request: TamisRequest, campaign: Campaign, held: Assignment, *, badly_cut: bool
) -> HttpResponse:
    questions, contributor = playing.questions_of(held), request.visitor.contributor
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
        form = drafting.again(request, held, invalid.problems)
        return _ask(request, campaign, held, form, status=422)
    outcome = turn.receipt.outcome
    # The page offers to correct it: `play_status.html` finds it by its tag.
    messages.info(request, _thanks(outcome), extra_tags=f"{outcome.value} of-{held.pk}")
    return _given(request, campaign, turn.next, after=held)


def _keep(request: TamisRequest, campaign: Campaign, held: Assignment, deed: str) -> HttpResponse:
    """Keep what is typed, forget it, or fill in what is suggested: nothing is sent by that."""
    if deed == "suggested":
        return _ask(request, campaign, held, drafting.suggested(held, request.POST))
    if deed == "empty":
        drafts.discard(assignment=held)
        return _ask(request, campaign, held, answer_form.blank(playing.questions_of(held)))
    if request.headers.get("Accept") == "application/json":
        return drafting.told(request, held)
    form = drafting.again(request, held)
    if form.seen:
        messages.info(request, _("Kept. Come back to this page whenever you like."))
    return _ask(request, campaign, held, form)


def _report(request: TamisRequest, campaign: Campaign, held: Assignment) -> HttpResponse:
    now = timezone.now()
    reports.personal_data(
        excerpt=held.microtask.excerpt,
        contributor=held.contributor,
        note=request.POST.get("note", "")[: reports.LONGEST_NOTE],
        now=now,
    )
    leases.skip(assignment=held, now=now)
    messages.info(request, _("Thank you for the report. The team looks at it. Here is the next."))
    return claim_next(request, campaign)


def _thanks(outcome: answers.Outcome) -> str:
    if outcome is answers.Outcome.REPEATED:
        return _("That one was already answered. Here is the next.")
    if outcome is answers.Outcome.LATE:
        return _("Thank you. Others had finished that one meanwhile; your answer is kept.")
    return _("Thank you.")


def _begin(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The next one; for newcomers to a campaign that has a tutorial, its first lesson."""
    contributor = request.visitor.contributor
    wanted = campaign.is_open and "tutorial" not in request.POST
    if not wanted or not tutorials.is_for(contributor=contributor, campaign=campaign):
        return claim_next(request, campaign)
    there = reverse("learn", args=[campaign.slug])
    return HttpResponseClientRedirect(there) if request.htmx else redirects.SeeOther(there)


def claim_next(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    now = timezone.now()
    contributor = request.visitor.take_part(now=now)
    claim = assignments.claim_next(contributor=contributor, campaign=campaign, now=now)
    return _given(request, campaign, claim)


def _given(
    request: TamisRequest,
    campaign: Campaign,
    claim: assignments.Claim,
    after: Assignment | None = None,
) -> HttpResponse:
    if claim.assignment is None:
        why = (claim.reason or Nothing.CHECKING).value
        there = f"{reverse('play', args=[campaign.slug])}?{urlencode({'why': why})}"
        if not request.htmx:
            return redirects.SeeOther(there)
        response = playing.show(request, campaign, "parts/nothing.html", _nothing(campaign, why))
    else:
        suggestions.offer(assignment=claim.assignment, now=timezone.now())
        there = reverse("assignment", args=[campaign.slug, claim.assignment.pk])
        if not request.htmx:
            return redirects.SeeOther(there)
        # A lease that was just made has nothing typed in it; an older one is taken up again.
        fresh = after is not None and claim.assignment.pk > after.pk and not claim.resumed
        if fresh:
            form = answer_form.blank(playing.questions_of(claim.assignment))
        else:
            form = drafting.form_of(claim.assignment)
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
    context = playing.asked(held, form) | {"upcoming": _upcoming(request, held)}
    context["suggestion"] = playing.suggestion(held)
    closed = held.state in {"answered", "skipped", "returned"}
    part = "parts/done.html" if closed else "parts/ask.html"
    return playing.show(request, campaign, part, context, status=status)


def _upcoming(request: TamisRequest, held: Assignment) -> Excerpt | None:
    """The excerpt whose picture the browser may load meanwhile."""
    contributor = request.visitor.contributor
    if contributor is None or not held.microtask.excerpt.image_widths:
        return None  # where this one has no picture, the next has none either
    found = assignments.upcoming(contributor=contributor, assignment=held)
    return found if found and found.image_widths else None


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

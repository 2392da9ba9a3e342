"""Corrections: what was sent comes back as a form, until others have settled it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import Assignment, Campaign
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import answers, corrections
from crowd.services.answers import Outcome
from frontend import answer_form, playing
from frontend.views import play, redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: TamisRequest, slug: str, assignment_id: int) -> HttpResponse:
    """GET shows the answer as it was sent; POST puts another in its place."""
    campaign = visible(request, slug)
    held = playing.held_by(request, campaign, assignment_id)
    if held.microtask.excerpt.hidden_at is not None:
        return playing.show(request, campaign, "parts/gone.html", {})
    try:
        if request.method == "POST":
            return _take(request, campaign, held)
        said = corrections.current(assignment=held)
    except Problem as problem:
        context = {"assignment": held, "sentence": sentence(problem)}
        return playing.show(request, campaign, "parts/settled.html", context)
    questions = playing.questions_of(held)
    form = answer_form.again(questions, answer_form.given(questions, said.values), uuid.uuid4(), {})
    return _ask(request, campaign, held, form, badly_cut=said.badly_cut)


def _take(request: TamisRequest, campaign: Campaign, held: Assignment) -> HttpResponse:
    questions, deed = playing.questions_of(held), request.POST.get("do", "answer")
    answer_id = answer_form.answer_id(request.POST)
    wrong = answer_form.take_files(request, held=held, questions=questions, now=timezone.now())
    if wrong or deed.startswith(("more:", "drop:")):
        form = answer_form.again(questions, request.POST, answer_id, wrong)
        return _ask(request, campaign, held, form, status=422 if wrong else 200)
    try:
        receipt = corrections.correct(
            assignment=held,
            answer_id=answer_id,
            values=answer_form.values(questions, request.POST),
            badly_cut=deed == "badly_cut",
            now=timezone.now(),
        )
    except answers.InvalidAnswer as invalid:
        form = answer_form.again(questions, request.POST, answer_id, invalid.problems)
        return _ask(request, campaign, held, form, status=422)
    again = receipt.outcome is Outcome.REPEATED
    said = _("That correction was already here.") if again else _("Your answer is corrected.")
    messages.info(request, said)
    there = request.POST.get("next") == "contributions"
    if there or not campaign.is_open:
        return redirects.SeeOther(reverse("contributions"))
    return play.claim_next(request, campaign)


def _ask(
    request: TamisRequest,
    campaign: Campaign,
    held: Assignment,
    form: answer_form.AnswerForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = playing.asked(held, form) | more
    context["correcting"] = True
    context["next"] = request.POST.get("next") or request.GET.get("next", "")
    return playing.show(request, campaign, "parts/ask.html", context, status=status)

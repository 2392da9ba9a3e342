"""Drafts on pages: a form comes back as it was left, and what is typed is kept on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone

from crowd.models import Assignment
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import drafts, suggestions
from frontend import answer_form


def form_of(held: Assignment) -> answer_form.AnswerForm:
    """The form of an assignment as this person left it."""
    questions = list(held.microtask.step.questions.all())
    draft = drafts.of_assignment(assignment=held)
    if draft is None:
        return answer_form.blank(questions)
    form = answer_form.again(questions, answer_form.filled(draft.fields), uuid.uuid4(), {})
    return replace(form, seen=draft.revision, restored=True)


def suggested(held: Assignment, sent: QueryDict) -> answer_form.AnswerForm:
    """The form filled in with what a machine suggests; nothing is sent by that."""
    questions = list(held.microtask.step.questions.all())
    answer = suggestions.shown(assignment=held)
    given = answer_form.answer_id(sent)
    if answer is None:
        return answer_form.again(questions, sent, given, {})
    form = answer_form.again(questions, answer_form.given(questions, answer.values), given, {})
    seen = sent.get("seen", "")
    return replace(form, seen=int(seen) if seen.isdecimal() else 0)


def keep(request: HttpRequest, held: Assignment) -> drafts.Kept | None:
    """Keep what a sent form says; None where there is nothing to answer any more.

    Raises:
        Problem: `draft_too_long`.
    """
    seen = request.POST.get("seen", "")
    return drafts.save(
        assignment=held,
        fields=answer_form.typed(request.POST),
        seen=int(seen) if seen.isdecimal() else 0,
        now=timezone.now(),
    )


def again(
    request: HttpRequest,
    held: Assignment,
    problems: Mapping[str, Problem] | None = None,
) -> answer_form.AnswerForm:
    """The form as it was sent, which is kept on the way."""
    questions = list(held.microtask.step.questions.all())
    given = answer_form.answer_id(request.POST)
    form = answer_form.again(questions, request.POST, given, problems or {})
    if not answer_form.says_something(answer_form.typed(request.POST)):
        return form
    try:
        kept = keep(request, held)
    except Problem:
        return form  # too long to be kept; it is on the page that answers this
    return replace(form, seen=kept.draft.revision) if kept else form


def told(request: HttpRequest, held: Assignment) -> HttpResponse:
    """For the page's script: what became of what it sent, and the other version there was."""
    try:
        kept = keep(request, held)
    except Problem as problem:
        return JsonResponse({"sentence": sentence(problem)}, status=422)
    if kept is None:
        return JsonResponse({}, status=409)
    return JsonResponse({"seen": kept.draft.revision, "overtaken": kept.overtaken})


def newest(held: Assignment) -> HttpResponse:
    """For the page's script: which revision of the draft there is."""
    draft = drafts.of_assignment(assignment=held)
    open_still = held.state in drafts.UNANSWERED
    return JsonResponse({"seen": draft.revision if draft else 0}, status=200 if open_still else 409)

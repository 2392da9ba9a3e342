"""The review queue: one after the other, by keyboard or with plain forms."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, MicroTask, Question, User, Verdict
from crowd.models.objections import ObjectionState
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import objections, review_queue, reviews
from crowd.services.answers import InvalidAnswer
from crowd.services.review_queue import Source
from frontend import proof, wording
from frontend.answer_form import form as answer_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

SOURCES = {
    Source.REPORT: gettext_lazy("Reports"),
    Source.OBJECTION: gettext_lazy("Objections"),
    Source.CONTESTED: gettext_lazy("Contested"),
    Source.CUT: gettext_lazy("Badly cut"),
    Source.FIND: gettext_lazy("Finds"),
    Source.UNSURE: gettext_lazy("Not sure"),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHOWN = 60


@team.reviewing
@require_safe
def review(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What waits, and why."""
    sources = {each.value for each in Source}
    said = request.GET.get("show", "")
    source = Source(said) if said in sources else None
    waiting = review_queue.items(campaign=campaign, source=source)
    counts = review_queue.counts(campaign=campaign)
    context = {
        "tab": "review",
        "tabs": [(each.value, SOURCES[each], counts[each]) for each in Source],
        "total": sum(counts.values()),
        "items": [(each, address(campaign, each)) for each in waiting[:SHOWN]],
        "more": max(0, len(waiting) - SHOWN),
        "show": source.value if source else "all",
    }
    return team.show(request, campaign, "workshop/review.html", context)


@team.reviewing
@require_safe
def review_next(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The next one that nobody else looks at."""
    return to_next(request, campaign, request.GET.get("after", ""))


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def review_one(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One micro-task: the excerpt, everyone's answers, the odds; and the decision."""
    found = MicroTask.objects.select_related("step", "excerpt__document", "campaign")
    microtask = get_object_or_404(found, campaign=campaign, pk=pk, excerpt__hidden_at=None)
    if microtask.looks_open:
        raise Http404  # to reviewers, too: known answers are drawn from these
    questions = list(microtask.step.questions.order_by("position", "pk"))
    if request.method != "POST":
        review_queue.claim(name=review_queue.named(microtask), user=cast(User, request.user))
        return _page(request, campaign, microtask, answer_form.blank(questions))
    try:
        return _decide(request, campaign, microtask, questions)
    except InvalidAnswer as invalid:
        form = answer_form.again(
            questions, request.POST, answer_form.answer_id(request.POST), invalid.problems
        )
        return _page(request, campaign, microtask, form, status=422)
    except Problem as problem:
        messages.warning(request, sentence(problem))
        return to_next(request, campaign, review_queue.named(microtask))


def _decide(
    request: TamisRequest, campaign: Campaign, microtask: MicroTask, questions: list[Question]
) -> HttpResponse:
    user, now, sent = cast(User, request.user), timezone.now(), request.POST
    do = sent.get("do", "")
    if do == "more":
        if reviews.ask_more(microtask=microtask, by=user, now=now):
            messages.success(request, _("One more person is asked."))
        return _after(request, campaign, microtask)
    before = Verdict.objects.current().filter(microtask=microtask).first()
    if do == "keep":
        _close_objections(microtask, user, granted=False)
        messages.success(request, _("The verdict stays as it is."))
        return _after(request, campaign, microtask)
    seen = int(sent.get("seen", "0")) if sent.get("seen", "0").isdigit() else 0
    reviews.decide(
        microtask=microtask,
        reviewer=user,
        values=_values(do, microtask, questions, sent),
        badly_cut=do == "badly_cut",
        now=now,
        seen=seen,
    )
    after = Verdict.objects.current().filter(microtask=microtask).first()
    changed = before is None or after is None or _said(before) != _said(after)
    _close_objections(microtask, user, granted=changed)
    messages.success(request, _("Decided."))
    return _after(request, campaign, microtask)


def _values(
    do: str, microtask: MicroTask, questions: list[Question], sent: QueryDict
) -> dict[str, Any]:
    """What was decided: someone's answer, taken as it is, or what the form says."""
    if not do.startswith("voice-"):
        return answer_form.values(questions, sent) if do != "badly_cut" else {}
    verdict = Verdict.objects.current().filter(microtask=microtask).first()
    said = list(verdict.proof.select_related("answer").order_by("answer_id")) if verdict else []
    number = do.removeprefix("voice-")
    if not number.isdigit() or not 1 <= int(number) <= len(said):
        raise Http404
    values: dict[str, Any] = said[int(number) - 1].answer.values
    return values


def _said(verdict: Verdict) -> Any:
    return verdict.outcome, {key: each["value"] for key, each in verdict.values.items()}


def _close_objections(microtask: MicroTask, user: User, *, granted: bool) -> None:
    waiting = objections.waiting(campaign=microtask.campaign)
    for each in waiting.filter(verdict__microtask=microtask, state=ObjectionState.WAITING.value):
        objections.decide(objection=each, granted=granted, by=user, now=timezone.now())


def _after(request: TamisRequest, campaign: Campaign, microtask: MicroTask) -> HttpResponse:
    name = review_queue.named(microtask)
    review_queue.let_go(name=name)
    return to_next(request, campaign, name)


def to_next(request: TamisRequest, campaign: Campaign, after: str) -> HttpResponse:
    """On to what nobody else looks at, past `after` (a name); else to the whole queue."""
    user = cast(User, request.user)
    item = review_queue.next_item(campaign=campaign, user=user, after=after)
    where = reverse("workshop:review", args=[campaign.slug])
    return redirects.SeeOther(address(campaign, item) if item else where)


def address(campaign: Campaign, item: review_queue.Item) -> str:
    """The page on which something of the queue is decided."""
    if item.microtask is not None:
        return reverse("workshop:review_one", args=[campaign.slug, item.pk])
    return reverse("workshop:review_other", args=[campaign.slug, item.source.value, item.pk])


def _page(
    request: TamisRequest,
    campaign: Campaign,
    microtask: MicroTask,
    form: answer_form.AnswerForm,
    *,
    status: int = 200,
) -> HttpResponse:
    found = Verdict.objects.current().filter(microtask=microtask)
    verdict = found.select_related("microtask__step").first()
    standing = reviews.standing(microtask=microtask)
    questions = list(microtask.step.questions.order_by("position", "pk"))
    holder = review_queue.holder(name=review_queue.named(microtask))
    context = {
        "tab": "review",
        "microtask": microtask,
        "excerpt": microtask.excerpt,
        "step": microtask.step,
        "about": wording.about(microtask),
        "verdict": verdict,
        "voices": list(zip(LETTERS, proof.weighed(verdict), strict=False)) if verdict else [],
        "odds": _odds(verdict, questions) if verdict else [],
        "objections": objections.waiting(campaign=campaign).filter(verdict__microtask=microtask),
        "standing": standing,
        "seen": standing.pk if standing else 0,
        "taken": holder not in {None, cast(User, request.user).pk},
        "form": form,
    }
    return team.show(request, campaign, "workshop/review_one.html", context, status=status)


def _odds(verdict: Verdict, questions: list[Question]) -> list[dict[str, Any]]:
    return [
        {
            "label": question.label,
            "outcome": verdict.values[question.key]["outcome"],
            "candidates": proof.candidates(verdict, question),
        }
        for question in questions
        if question.key in verdict.values
    ]

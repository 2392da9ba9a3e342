"""Known answers: what measures, what people said to it, and the tutorial's lessons apart."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, KnownAnswer, MicroTask, User, Verdict
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import known_answers, tutorials
from crowd.services.answers import InvalidAnswer
from frontend import wording
from frontend.answer_form import form as answer_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

MOST = 500
OFFERED = 6  # sure verdicts that would make a lesson


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def known(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What measures and what teaches; POST draws some, or adds or removes a lesson."""
    if request.method == "POST":
        try:
            messages.success(request, _done(request, campaign))
        except Problem as problem:
            messages.error(request, sentence(problem))
        return redirects.SeeOther(request.path)
    lessons = [(each, _words(each.microtask, each.values)) for each in _lessons(campaign)]
    context = {
        "tab": "known",
        "results": known_answers.results(campaign=campaign),
        "lessons": lessons,
        "offered": _offered(campaign),
    }
    return team.show(request, campaign, "workshop/known.html", context)


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def known_new(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Write one: a micro-task nobody was given yet is answered beforehand."""
    number = request.POST.get("microtask", "")
    found = MicroTask.objects.select_related("step", "excerpt__document", "campaign")
    if request.method != "POST":
        microtask = known_answers.to_write(campaign=campaign)
        return _writing(request, campaign, microtask)
    microtask = get_object_or_404(
        found, campaign=campaign, pk=int(number) if number.isdigit() else 0
    )
    questions = list(microtask.step.questions.order_by("position", "pk"))
    try:
        values = answer_form.values(questions, request.POST)
        if request.POST.get("tutorial"):
            tutorials.add(microtask=microtask, values=values, now=timezone.now())
        else:
            known_answers.tell(
                microtask=microtask,
                values=values,
                tutorial=False,
                by=cast(User, request.user),
                now=timezone.now(),
            )
    except InvalidAnswer as invalid:
        sent = request.POST
        form = answer_form.again(questions, sent, answer_form.answer_id(sent), invalid.problems)
        return _writing(request, campaign, microtask, form, status=422)
    except Problem as problem:
        messages.error(request, sentence(problem))
        return redirects.SeeOther(request.path)
    messages.success(request, _("Kept."))
    return redirects.SeeOther(reverse("workshop:known", args=[campaign.slug]))


def _writing(
    request: TamisRequest,
    campaign: Campaign,
    microtask: MicroTask | None,
    form: answer_form.AnswerForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"tab": "known", "microtask": microtask}
    if microtask is not None:
        questions = list(microtask.step.questions.order_by("position", "pk"))
        context |= {
            "excerpt": microtask.excerpt,
            "step": microtask.step,
            "about": wording.about(microtask),
            "form": form or answer_form.blank(questions),
        }
    return team.show(request, campaign, "workshop/known_new.html", context, status=status)


def _done(request: TamisRequest, campaign: Campaign) -> str:
    sent, now = request.POST, timezone.now()
    if sent.get("lesson", "").isdigit():
        verdicts = _sure(campaign).select_related("microtask__campaign", "microtask__step")
        verdict = get_object_or_404(verdicts, pk=int(sent["lesson"]))
        values = {
            key: said["value"]
            for key, said in verdict.values.items()
            if said["outcome"] != "left_empty"
        }
        tutorials.add(microtask=verdict.microtask, values=values, now=now)
        return _("It is part of the tutorial.")
    if sent.get("remove", "").isdigit():
        lessons = KnownAnswer.objects.filter(microtask__campaign=campaign, tutorial=True)
        tutorials.remove(lesson=get_object_or_404(lessons, pk=int(sent["remove"])))
        return _("It is no longer part of the tutorial.")
    count = int(sent["count"]) if sent.get("count", "").isdigit() else 0
    by = cast(User, request.user)
    made = known_answers.draw(campaign=campaign, count=min(count, MOST), by=by, now=now)
    words = ngettext("{n} known answer was taken.", "{n} known answers were taken.", len(made))
    return words.format(n=len(made))


def _lessons(campaign: Campaign) -> list[KnownAnswer]:
    return tutorials.lessons(campaign=campaign)


def _sure(campaign: Campaign) -> QuerySet[Verdict]:
    """Verdicts that would make a lesson: seen by everyone already, and sure."""
    return (
        Verdict.objects.public()
        .filter(step__campaign=campaign, outcome="settled", confidence__gte=known_answers.SURE)
        .filter(microtask__known_answer=None)
    )


def _offered(campaign: Campaign) -> list[tuple[Verdict, str]]:
    sure = _sure(campaign).select_related("microtask__step", "microtask__excerpt__document")
    return [
        (each, _words(each.microtask, {key: said["value"] for key, said in each.values.items()}))
        for each in sure.order_by("-confidence", "pk")[:OFFERED]
    ]


def _words(microtask: MicroTask, values: dict[str, Any]) -> str:
    questions = microtask.step.questions.order_by("position", "pk")
    said = [wording.words(each, values[each.key]) for each in questions if each.key in values]
    return " · ".join(said)

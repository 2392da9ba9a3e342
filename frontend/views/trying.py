"""A colleague's side of a try-out: the play page's form, kept apart from the campaign."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Question, Tryout
from crowd.services import tryouts
from crowd.services.answers import InvalidAnswer
from crowd.services.tryouts import Asked
from frontend import answer_form, wording
from frontend.playing import SCRIPTS
from frontend.views import redirects
from frontend.views.pictures import send
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trying(request: TamisRequest, token: str) -> HttpResponse:
    """What it is, then one excerpt after the other. POST begins, or keeps an answer."""
    tryout = _found(token)
    if request.method == "POST" and request.POST.get("do") == "begin":
        request.visitor.take_part(now=timezone.now())
        return redirects.SeeOther(request.path + "?go=1")
    contributor = request.visitor.contributor
    if contributor is None or ("go" not in request.GET and request.method != "POST"):
        return _show(request, tryout, {})
    asked = tryouts.next_for(tryout=tryout, contributor=contributor)
    if asked is None:
        return _show(request, tryout, {"through": True})
    questions = tryouts.questions_of(asked.step)
    if request.method != "POST":
        return _ask(request, tryout, asked, answer_form.blank(questions))
    return _take(request, tryout, asked, questions)


def _take(
    request: TamisRequest, tryout: Tryout, asked: Asked, questions: list[Question]
) -> HttpResponse:
    data, contributor = request.POST, request.visitor.contributor
    assert contributor is not None  # `trying` asked
    here = redirects.SeeOther(request.path + "?go=1")
    if data.get("asked") != _name(asked):
        return here  # sent twice, or from another tab: that one is kept already
    given = answer_form.answer_id(data)
    if data.get("do", "").startswith("more:"):
        return _ask(request, tryout, asked, answer_form.again(questions, data, given, {}))
    try:
        tryouts.answer(
            tryout=tryout,
            contributor=contributor,
            asked=asked,
            values=answer_form.values(questions, data),
            unclear=data.getlist("unclear"),
            note=data.get("note", ""),
            now=timezone.now(),
        )
    except InvalidAnswer as invalid:
        form = answer_form.again(questions, data, given, invalid.problems)
        return _ask(request, tryout, asked, form, status=422)
    return here


def _ask(
    request: TamisRequest,
    tryout: Tryout,
    asked: Asked,
    form: answer_form.AnswerForm,
    *,
    status: int = 200,
) -> HttpResponse:
    widths = asked.excerpt.image_widths
    picture = [tryout.token, asked.excerpt.pk, max(widths)] if widths else None
    scripts = {SCRIPTS[field.kind] for field in form.fields if field.kind in SCRIPTS}
    context = {
        "asked": asked,
        "asked_name": _name(asked),
        "number": asked.done + 1,
        "excerpt": asked.excerpt,
        "picture": reverse("try_picture", args=picture) if picture else "",
        "about": wording.matter(asked.step, asked.about),
        "form": form,
        "scripts": sorted(scripts),
        "unclear": request.POST.getlist("unclear"),
        "note": request.POST.get("note", ""),
    }
    return _show(request, tryout, context, status=status)


def _show(
    request: TamisRequest, tryout: Tryout, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    common = {"tryout": tryout, "campaign": tryout.campaign, "excerpts": tryout.excerpts.count()}
    return render(request, "pages/trying.html", common | context, status=status)


@require_safe
def picture(request: HttpRequest, token: str, excerpt_id: int, width: int) -> HttpResponseBase:
    """A picture of an excerpt that the try-out is about: its campaign may be a draft."""
    shown = _found(token).excerpts.filter(hidden_at=None)
    return send(request, get_object_or_404(shown, pk=excerpt_id), width)


def _found(token: str) -> Tryout:
    found = tryouts.find(token=token)
    if found is None:
        raise Http404
    return found


def _name(asked: Asked) -> str:
    return f"{asked.step.pk}-{asked.excerpt.pk}-{asked.about}"

"""Words corrected after launch: a question's, with its answers to choose from, and a step's."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crowd.models import Amendment, Campaign, Question, Step, User
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import amendments as services
from crowd.services import step_descriptions, steps
from frontend.views.workshop import amendments, team
from frontend.visitor import TamisRequest

MOST_EARLIER = 20
OPTION = "option-"  # and an option's value: a field's place may be another one's in a second tab


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """A correction of a question."""
    found = get_object_or_404(
        Question.objects.select_related("step"), step__campaign=campaign, pk=pk
    )
    sent = request.POST
    context = {
        "tab": "amendments",
        "question": found,
        "seen": sent.get("seen", services.latest(about=found)),
        "label": sent.get("label", found.label),
        "help": sent.get("help", found.help),
        "options": list(_written(found, sent).items()),
        "more": sent.get("more", ""),
        "earlier": _earlier(found),
        "means_else": bool(sent.get("means_else")),
    }

    def propose() -> Amendment:
        return services.propose_question(
            question=found,
            changed=_changed(found, sent),
            means_else=bool(sent.get("means_else")),
            by=cast(User, request.user),
            now=timezone.now(),
            seen=_number(sent),
        )

    return amendments.proposing(request, campaign, "workshop/amend_question.html", context, propose)


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """A correction of what a step says above its questions."""
    found = get_object_or_404(Step, campaign=campaign, pk=pk)
    sent = request.POST
    written = {name: sent.get(name, getattr(found, name)) for name in services.STEP_WORDS}
    context = {
        "tab": "amendments",
        "step": found,
        "seen": sent.get("seen", services.latest(about=found)),
        "means_else": bool(sent.get("means_else")),
        "earlier": _earlier(found),
        "written": written,
        "longest": step_descriptions.LONGEST,
    }

    def propose() -> Amendment:
        try:
            return services.propose_step(
                step=found,
                changed=written,
                means_else=bool(sent.get("means_else")),
                by=cast(User, request.user),
                now=timezone.now(),
                seen=_number(sent),
            )
        except step_descriptions.InvalidStep as invalid:
            raise next(iter(invalid.problems.values())) from None

    return amendments.proposing(request, campaign, "workshop/amend_step.html", context, propose)


def _earlier(about: Question | Step) -> list[tuple[Amendment, list[amendments.Line]]]:
    """Each correction there was, with what it changed."""
    corrections = services.corrections(about=about)
    return [(each, amendments.lines(each)) for each in corrections[:MOST_EARLIER]]


def _number(sent: Any) -> int | None:
    """The last correction there was when the form was asked for."""
    seen = sent.get("seen", "")
    return int(seen) if seen.isdecimal() else None


def _changed(question: Question, sent: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {
        "label": storable(sent.get("label", "")).strip()[:500] or question.label,
        "help": sent.get("help", "").strip(),
    }
    if question.options:
        changed["options"] = _options(question, sent)
    return changed


def _written(question: Question, sent: Any) -> dict[str, str]:
    """Value → words of each answer to choose from, with what was typed for those that are gone."""
    shown = {option["value"]: option["label"] for option in question.options}
    return shown | {
        name.removeprefix(OPTION): storable(sent[name]) for name in sent if name.startswith(OPTION)
    }


def _options(question: Question, sent: Any) -> list[dict[str, Any]]:
    """Those that were there keep their values, whatever their words; an emptied one goes.

    Raises:
        Problem: `someone_changed_it`: the form has one that is there no more.
    """
    written = _written(question, sent)
    taken = {option["value"] for option in question.options}
    if written.keys() - taken:
        raise Problem("someone_changed_it")
    found = [{**each, "label": written[each["value"]].strip()} for each in question.options]
    found = [option for option in found if option["label"]]
    # A new answer never gets the value of one that goes: what was said with it meant that one.
    for line in storable(sent.get("more", "")).splitlines():
        if label := line.strip():
            value = steps.free_key(label, taken, otherwise="option")
            taken.add(value)
            found.append({"value": value, "label": label})
    return found

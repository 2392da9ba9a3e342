"""What an amendment would come to: counted before anyone decides for it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from crowd.models import (
    Amendment,
    Answer,
    MicroTask,
    Verdict,
)
from crowd.models.amendments import AmendmentKind, AmendmentState
from crowd.models.steps import policy_of
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import (
    estimates,
)


def asked(words: Mapping[str, Any]) -> Any:
    """What an answer depends on: labels may change, values may not."""
    values = [option["value"] for option in words["options"]]
    return sorted(values), words["settings"], words["required"]


def weigh(*, amendment: Amendment) -> Amendment:
    """Find out what an amendment would come to."""
    of_policy = amendment.kind == AmendmentKind.POLICY
    effect = _effect_of_policy(amendment) if of_policy else _effect_of_words(amendment)
    weighing = Amendment.objects.filter(pk=amendment.pk, state=AmendmentState.WEIGHING.value)
    weighing.update(effect=effect, state=AmendmentState.WEIGHED.value)
    amendment.refresh_from_db()
    return amendment


def _effect_of_policy(amendment: Amendment) -> dict[str, int]:
    """How many micro-tasks would be settled, contested or asked again, and at what cost."""
    policy = policy_of(**amendment.after)
    states = dict(
        MicroTask.objects.filter(step=amendment.step)
        .exclude(state=MicroTaskState.WITHDRAWN.value)
        .values_list("pk", "state")
    )
    found = {"microtasks": 0, "settle": 0, "reopen": 0, "contest": 0, "same": 0, "needs": 0}
    for estimated in estimates.of_step(amendment.step, policy=policy):
        for pk, decision in estimated.estimate.decisions.items():
            before, after = states.get(pk), decision.state.value
            found["microtasks"] += 1
            found["needs"] += decision.needs
            found[_move(before, after)] += 1
    return found


def _move(before: str | None, after: str) -> str:
    if before == after:
        return "same"
    moves = {MicroTaskState.OPEN.value: "reopen", MicroTaskState.CONTESTED.value: "contest"}
    return moves.get(after, "settle")


def _effect_of_words(amendment: Amendment) -> dict[str, int]:
    """How many answers would be set aside, of how many people, and which verdicts with them."""
    if amendment.kind == AmendmentKind.WORDING:
        return {"answers": 0, "people": 0, "microtasks": 0, "verdicts": 0}
    microtasks = concerned(amendment)
    answers = Answer.objects.counting().filter(microtask__in=microtasks)
    return {
        "answers": answers.count(),
        "people": answers.values("contributor").distinct().count(),
        "microtasks": microtasks.count(),
        "verdicts": Verdict.objects.current().filter(microtask__in=microtasks).count(),
    }


def concerned(amendment: Amendment) -> QuerySet[MicroTask]:
    """Micro-tasks an amendment goes through.

    An option that is only taken away concerns those where somebody chose it; anything else that
    changes what is asked concerns all that have answers; a policy concerns all.
    """
    every = MicroTask.objects.filter(step=amendment.step)
    if amendment.kind == AmendmentKind.POLICY:
        return every
    said = Answer.objects.counting().filter(microtask=OuterRef("pk"))
    gone = taken_away(amendment)
    if gone:
        key = amendment.question.key if amendment.question else ""
        is_list = bool(amendment.question and amendment.question.kind == "choices")
        name = f"values__{key}__has_any_keys" if is_list else f"values__{key}__in"
        said = said.filter(**{name: gone})
    return every.filter(Exists(said))


def taken_away(amendment: Amendment) -> list[str]:
    """Options that go, when nothing else that matters changes."""
    if amendment.question is None:
        return []
    before = [option["value"] for option in amendment.before["options"]]
    after = [option["value"] for option in amendment.after["options"]]
    gone = [value for value in before if value not in after]
    rest = {**amendment.before, "options": []}, {**amendment.after, "options": []}
    only = not set(after) - set(before) and asked(rest[0]) == asked(rest[1])
    return gone if only else []

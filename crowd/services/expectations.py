"""What each way of being sure costs a campaign, before one chooses: answers and days.

How often people are right is measured: by the step's own try-out, else by all this site has learnt
of questions of that kind; only a site without any answer falls back on what the cross-check itself
supposes of strangers.
"""

import math
from dataclasses import dataclass

from crowd.models import QuestionKnowledge, Step
from crowd.models.steps import Preset, policy_of
from crowd.rules import expecting
from crowd.rules.consensus.model import K
from crowd.rules.policy import MOST, Policy
from crowd.services import campaigns, tryout_reports

ENOUGH = 100  # answers from which a share is worth more than a supposition
SOURCES = ("tryout", "site", "supposed")


@dataclass(frozen=True, kw_only=True)
class Way:
    """One preset, and what it comes to.

    Attributes:
        each: answers per micro-task, on average; `total` for all excerpts of today.
        days: at the stated pace, or None without a pace or excerpts.
        settled: the share that ends settled rather than contested.
    """

    preset: str
    policy: Policy
    each: float
    total: int
    days: int | None
    settled: float


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """All presets of a step, and from where one knows how often people are right."""

    step: Step
    right: float
    source: str
    microtasks: int
    ways: list[Way]


def of_step(*, step: Step, per_day: int, agree: int = 3, fixed: int = 3) -> Outlook:
    """What each preset costs.

    Args:
        per_day: answers a day that come to the whole campaign.
        agree: identical answers, for that preset.
        fixed: answers, for that preset.
    """
    right, source = _right(step)
    questions = [each.rule for each in step.questions.order_by("position", "pk")]
    microtasks = _microtasks(step)
    ways = []
    for preset, numbers in choices(agree=agree, fixed=fixed).items():
        policy = policy_of(preset=preset, sure=None, per_room=step.per_room, **numbers)
        found = expecting.expected(questions, policy, right=right)
        total = math.ceil(found.answers * microtasks)
        days = math.ceil(total / per_day) if per_day and microtasks else None
        ways.append(
            Way(
                preset=preset,
                policy=policy,
                each=found.answers,
                total=total,
                days=days,
                settled=found.settled,
            )
        )
    return Outlook(step=step, right=right, source=source, microtasks=microtasks, ways=ways)


def choices(*, agree: int, fixed: int) -> dict[str, dict[str, int]]:
    """The presets in the order they are offered, each with its numbers as a step stores them."""
    return {
        Preset.CAREFUL.value: {"agree": 2, "at_most": MOST, "at_least": 2},
        Preset.QUICK.value: {"agree": 2, "at_most": 5, "at_least": 1},
        Preset.VERY_CAREFUL.value: {"agree": 2, "at_most": MOST, "at_least": 2},
        Preset.IDENTICAL.value: {"agree": agree, "at_most": agree + 4, "at_least": 1},
        Preset.FIXED.value: {"agree": min(2, fixed), "at_most": fixed, "at_least": fixed},
    }


def _microtasks(step: Step) -> int:
    """Excerpts it is asked about; of a follow-up nobody knows yet how many open."""
    if step.opens_when is not None:
        return 0
    made = step.microtasks.count()
    return made or campaigns.asked_about(step.campaign).count()


def _right(step: Step) -> tuple[float, str]:
    tried = tryout_reports.right_share(step=step)
    if tried is not None:
        return tried, "tryout"
    kinds = step.questions.values_list("kind", flat=True)
    answers = right = 0.0
    learnt = QuestionKnowledge.objects.filter(question__kind__in=kinds).order_by("-pk")
    for knowledge in learnt[:50]:
        for true, said in knowledge.sums.get("people", {}).items():
            answers += sum(said.values())
            right += said.get(true, 0.0)
    if answers >= ENOUGH:
        return right / answers, "site"
    return K.accuracy, "supposed"

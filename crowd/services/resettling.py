"""Settling anew, to compare: what the nightly rule says of all answers beside the live verdicts,
and what another policy would have cost.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crowd.models import Campaign, Step, Verdict
from crowd.models.steps import Preset, policy_of
from crowd.rules import consensus as rules
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import MOST, Policy
from crowd.services import estimates
from crowd.services.estimates import Estimated

SHOWN = 20  # differences that are told one by one
OPEN = MicroTaskState.OPEN.value


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One micro-task of which the live verdict says something else."""

    microtask_id: int
    live: str
    now: str


@dataclass(kw_only=True)
class Report:
    """What settling a step anew comes to.

    Attributes:
        microtasks: with at least one answer.
        answers: that were given, in all.
        needed: answers until the policy would have stopped, each micro-task in its own order.
        outcomes: how they end now.
        same: micro-tasks whose live verdict says the same (or which are open in both).
        differences: the first of those that differ; `differing` counts all.
    """

    step: Step
    policy: Policy
    microtasks: int = 0
    answers: int = 0
    needed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    same: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)


def report(*, campaign: Campaign, policy: Policy | None = None) -> Iterator[Report]:
    """One report a step, in order. Nothing is written."""
    for step in campaign.steps.order_by("position"):
        made = Report(step=step, policy=policy or step.policy)
        for estimated in estimates.of_step(step, policy=policy):
            _add(made, estimated)
        yield made


def policy_named(name: str) -> Policy:
    """A policy as one types it: quick, careful, very_careful, identical:3:5 or fixed:4.

    Raises:
        ValueError: it can't be read.
    """
    preset, *numbers = name.split(":")
    if preset not in Preset.values:
        raise ValueError(name)
    counted = [int(number) for number in numbers]
    if preset == Preset.FIXED:
        at_most = counted[0] if counted else 3
    else:
        default = 5 if preset in {Preset.IDENTICAL, Preset.QUICK} else MOST
        at_most = counted[-1] if counted else default
    agree = counted[0] if preset == Preset.IDENTICAL and counted else 2
    return policy_of(preset=preset, agree=agree, at_most=at_most, at_least=1, sure=None, per_room=1)


def _add(made: Report, estimated: Estimated) -> None:
    live = _live(list(estimated.casts))
    questions = [each.rule for each in made.step.questions.order_by("position", "pk")]
    for pk, votes in sorted(estimated.casts.items()):
        decision = estimated.estimate.decisions[pk]
        said = [vote for vote in votes if not vote.truth]
        made.microtasks += 1
        made.answers += len(said)
        known = _about(estimated.estimate.knowledge, decision.contribution)
        made.needed += _needed(questions, said, made.policy, known)
        made.outcomes[decision.state.value] += 1
        now = _in_words(decision.state.value, {each.key: each.value for each in decision.questions})
        then = live.get(pk, OPEN)
        if now == then:
            made.same += 1
            continue
        made.differing += 1
        if len(made.differences) < SHOWN:
            made.differences.append(Difference(microtask_id=pk, live=then, now=now))


def _about(known: rules.Knowledge, share: rules.Contribution) -> rules.Knowledge:
    """What is known of these people from all the other micro-tasks."""
    people = {who: known.people[who] for who in share.people() if who in known.people}
    return rules.Knowledge(known.pools, people).without(share)


def _needed(
    questions: Sequence[Any], votes: Sequence[Vote], policy: Policy, known: rules.Knowledge
) -> int:
    """After how many of its answers, as they came, the policy stops asking; all, if it does not."""
    for count in range(1, len(votes)):
        decision = rules.decide(questions, votes[:count], policy, known)
        if decision.state is not MicroTaskState.OPEN:
            return count
    return len(votes)


def _live(ids: Sequence[int]) -> dict[int, str]:
    current = Verdict.objects.current().filter(microtask__in=ids)
    return {
        pk: _in_words(outcome, {key: each["value"] for key, each in values.items()})
        for pk, outcome, values in current.values_list("microtask_id", "outcome", "values")
    }


def _in_words(outcome: str, values: Mapping[str, Any]) -> str:
    if outcome in {OPEN, MicroTaskState.SET_ASIDE.value}:
        return outcome
    return f"{outcome} {dict(sorted(values.items()))}"

"""What the yardsticks of crowd answers call: thin calls into `crowd.rules`, with its settings."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from crowd.rules import atoms
from crowd.rules.consensus import Knowledge, Vote, decide
from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.estimation import estimate as estimate_step
from crowd.rules.consensus.live import Live
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question

Said = tuple[str, str, str]  # task, worker, label


def batch(answers: Iterable[Said]) -> dict[str, dict[str, float]]:
    """The nightly rule: task → label → calibrated probability."""
    tasks: dict[str, int] = {}
    people: dict[str, int] = {}
    labels: dict[str, int] = {}
    rows = np.array(
        [
            (
                tasks.setdefault(task, len(tasks)),
                people.setdefault(worker, len(people)),
                labels.setdefault(label, len(labels)),
            )
            for task, worker, label in answers
        ],
        np.int64,
    )
    shown = estimate(independent(Answers.of(*rows.T))).probability
    return {
        task: dict(zip(labels, row, strict=True))
        for task, row in zip(tasks, shown.tolist(), strict=True)
    }


class _Replayed(Live):
    """The rule on line, by the names the replay uses."""

    def refresh(self) -> None:
        self.estimate()


def live(labels: Sequence[str], tau: float = 0.95) -> _Replayed:
    """The rule on line, with the policy "careful" at this probability."""
    return _Replayed(labels, Policy.careful(sure=tau))


def text(answers: Iterable[Said]) -> dict[str, str]:
    """The nightly rule for texts: task → the text, also where the policy would ask on."""
    question = Question(key="q", kind=Kind.TEXT)
    return {task: str(value or "") for task, value in _composed(question, answers, str)}


def numbers(answers: Iterable[Said]) -> dict[str, float]:
    """The nightly rule for estimates, in the range that people used."""
    answers = list(answers)
    said = [float(label) for _, _, label in answers]
    settings = {"estimate": True, "min": min(said), "max": max(said)}
    question = Question(key="q", kind=Kind.NUMBER, settings=settings)
    return {task: float(value) for task, value in _composed(question, answers, float)}


def boxes(answers: Iterable[Said]) -> dict[str, list[list[float]]]:
    """The nightly rule for boxes, given as JSON lists of corners, in pixels."""
    question = Question(key="q", kind=Kind.REGION)
    casts = _casts(answers, lambda label: [{"box": box} for box in json.loads(label)])
    known = estimate_step([question], casts, Policy.careful())
    found: dict[str, list[list[float]]] = {}
    for task, votes in casts.items():
        decided = known.decisions[task]
        people = {who: known.knowledge.people[who] for who in decided.contribution.people()}
        others = Knowledge(known.knowledge.pools, people).without(decided.contribution)
        verdict = decide([question], votes, Policy.fixed(len(votes)), others).questions[0]
        value = verdict.value if isinstance(verdict.value, list) else []
        found[task] = [mark["box"] for mark in value if isinstance(mark, dict)]
    return found


def _composed(question: Question, answers: Iterable[Said], read: Any) -> Iterable[tuple[str, Any]]:
    """What the form makes of all answers to each task, with the weights of the nightly rule."""
    casts = _casts(answers, read)
    decisions = estimate_step([question], casts, Policy.careful()).decisions
    for task, votes in casts.items():
        parts = atoms.take_apart(question, [atoms.value_of(question, v.values) for v in votes])
        weights = [decisions[task].weights[vote.id] for vote in votes]
        yield task, parts.compose(parts.said[0], weights)[1]


def _casts(answers: Iterable[Said], read: Any) -> dict[str, list[Vote]]:
    casts: dict[str, list[Vote]] = defaultdict(list)
    for number, (task, worker, label) in enumerate(answers):
        casts[task].append(Vote(id=number, person=worker, values={"q": read(label)}))
    return casts

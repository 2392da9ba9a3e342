"""What the yardsticks of crowd answers call: thin calls into `crowd.rules`, with its settings."""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from crowd.rules.consensus import Vote
from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.estimation import estimate as estimate_step
from crowd.rules.consensus.live import Live
from crowd.rules.consensus.standing import believed, sheet_of
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question

Said = tuple[str, str, str]  # task, worker, label
LEAST = 1e-9  # labels less probable are left out of what is handed back
UNREADABLE = object()


def batch(answers: Iterable[Said]) -> dict[str, dict[str, float]]:
    """The nightly rule: task → label → calibrated probability."""
    columns = list(zip(*answers, strict=True))
    if not columns:
        return {}
    names = [list(dict.fromkeys(column)) for column in columns]
    task, person, label = (
        np.fromiter(map(_places(own).__getitem__, column), np.int64, len(column))
        for own, column in zip(names, columns, strict=True)
    )
    shown = estimate(independent(Answers.of(task, person, label))).probability
    return {
        name: {label: share for label, share in zip(names[2], row, strict=True) if share > LEAST}
        for name, row in zip(names[0], shown.tolist(), strict=True)
    }


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


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
    """The nightly rule for estimates, in the range that nearly all people used."""
    answers = list(answers)
    said = [each for _, _, label in answers if (each := _number(label)) is not UNREADABLE]
    if not said:
        return {}
    least, most = np.quantile(said, (0.01, 0.99)).tolist()
    settings = {"estimate": True, "min": least, "max": most} if least < most else {"estimate": True}
    question = Question(key="q", kind=Kind.NUMBER, settings=settings)
    return {task: float(value) for task, value in _composed(question, answers, _number)}


def boxes(answers: Iterable[Said]) -> dict[str, list[list[float]]]:
    """The nightly rule for boxes, given as JSON lists of corners: the likeliest of each mark."""
    question = Question(key="q", kind=Kind.REGION)
    casts = _casts(answers, _boxes)
    known = estimate_step([question], casts, Policy.careful())
    found: dict[str, list[list[float]]] = {}
    for task, votes in casts.items():
        decided = known.decisions[task]
        about = known.about(task)
        laid = sheet_of(question, votes, Policy.careful(), about, known.laid[task]["q"])
        winners = {
            item.atom: laid.categories[belief.labels[belief.top]]
            for item, belief in (believed(item, about) for item in laid.items)
        }
        _, value = laid.parts.compose(winners, [decided.weights[vote.id] for vote in votes])
        found[task] = [mark["box"] for mark in value] if isinstance(value, list) else []
    return found


def _number(label: str) -> Any:
    try:
        number = float(label)
    except ValueError:
        return UNREADABLE
    return number if math.isfinite(number) else UNREADABLE


def _boxes(label: str) -> Any:
    try:
        drawn = [[float(side) for side in box] for box in json.loads(label)]
    except (TypeError, ValueError):
        return UNREADABLE
    corners = [[*sorted(box[::2]), *sorted(box[1::2])] for box in drawn if len(box) == len("xyxy")]
    return [
        {"box": [left, top, right, bottom]}
        for left, right, top, bottom in corners
        if left < right and top < bottom
    ]


def _composed(
    question: Question, answers: Iterable[Said], read: Callable[[str], Any]
) -> Iterable[tuple[str, Any]]:
    """What the form makes of all answers to each task, with the weights of the nightly rule."""
    casts = _casts(answers, read)
    known = estimate_step([question], casts, Policy.careful())
    for task, votes in casts.items():
        parts = known.laid[task][question.key]
        weights = [known.decisions[task].weights[vote.id] for vote in votes]
        yield task, parts.compose(parts.said[0], weights)[1]


def _casts(answers: Iterable[Said], read: Callable[[str], Any]) -> dict[str, list[Vote]]:
    """Task → its votes, of each person the first that can be read; in the rule's order."""
    casts: dict[str, dict[str, Vote]] = defaultdict(dict)
    for number, (task, worker, label) in enumerate(answers):
        value = read(label)
        if value is not UNREADABLE:
            casts[task].setdefault(worker, Vote(id=number, person=worker, values={"q": value}))
    return {
        task: sorted(votes.values(), key=lambda vote: str(vote.id)) for task, votes in casts.items()
    }

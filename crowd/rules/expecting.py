"""How many answers a policy will cost: volunteers are simulated, and the real rule decides.

A Monte Carlo estimate: each simulated person says what is true with the same probability, else
something else; answers come one by one until `consensus.decide` stops asking. Nobody's record is
known at first, as in a campaign that begins.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crowd.rules import consensus
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question

TASKS = 30  # the mean is then within a tenth of what a thousand give
WORDS = ("amber", "birch", "cobalt", "delta", "ember", "fjord", "grove", "heron", "iris", "jade")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a policy comes to, on average.

    Attributes:
        answers: per micro-task.
        settled: share of micro-tasks that end settled, rather than contested.
    """

    answers: float
    settled: float


def expected(questions: Sequence[Question], policy: Policy, *, right: float) -> Expected:
    """Simulate a step.

    Args:
        questions: those that are always asked count; proof that is uploaded is not compared.
        right: how often one person is right about one question, between 0 and 1.
    """
    shapes = tuple(_shape(each) for each in questions if _counts(each))
    return _simulated(shapes, policy, round(right * 20) / 20)


def _counts(question: Question) -> bool:
    return question.kind is not Kind.UPLOAD and question.shown_when is None


def _shape(question: Question) -> tuple[str, int]:
    """What of a question its cost depends on: its kind, and among how much one chooses."""
    columns = len(question.settings.get("columns") or [])
    return question.kind.value, columns or len(question.options)


@lru_cache(maxsize=512)
def _simulated(shapes: tuple[tuple[str, int], ...], policy: Policy, right: float) -> Expected:
    if not shapes:
        return Expected(answers=1.0, settled=1.0)
    questions = [_question(n, kind, size) for n, (kind, size) in enumerate(shapes)]
    chance = random.Random(20140710)  # noqa: S311 - drawn again alike, on purpose
    counts = [_one(questions, policy, right, chance) for _ in range(TASKS)]
    return Expected(
        answers=sum(answers for answers, _ in counts) / TASKS,
        settled=sum(settled for _, settled in counts) / TASKS,
    )


def _one(
    questions: Sequence[Question], policy: Policy, right: float, chance: random.Random
) -> tuple[int, bool]:
    """Answers until nobody else is asked about one micro-task, and whether it settled."""
    votes: list[Vote] = []
    while True:
        values = {each.key: _said(each, right, chance) for each in questions}
        votes.append(Vote(id=len(votes), values=values, person=f"p{len(votes)}"))
        decision = consensus.decide(questions, votes, policy)
        if decision.state is not MicroTaskState.OPEN:
            return len(votes), decision.state is MicroTaskState.SETTLED


def _question(n: int, kind: str, size: int) -> Question:
    settings: dict[str, Any] = {}
    if kind == Kind.TABLE.value:
        columns = [{"key": f"c{c}", "label": f"c{c}", "kind": "text"} for c in range(size)]
        settings["columns"] = columns
    return Question(
        key=f"q{n}",
        kind=Kind(kind),
        options=tuple(f"o{option}" for option in range(size)) if kind != Kind.TABLE.value else (),
        settings=settings,
    )


def _said(question: Question, right: float, chance: random.Random) -> Any:
    slips = chance.random() >= right
    match question.kind:
        case Kind.CHOICE:
            others = question.options[1:]
            return chance.choice(others) if slips and others else question.options[0]
        case Kind.CHOICES:
            ticked = set(question.options[: (len(question.options) + 1) // 2])
            if slips:
                ticked ^= {chance.choice(question.options)}
            return [option for option in question.options if option in ticked]
        case Kind.NUMBER:
            return chance.randrange(1, 10**6) if slips else 1840
        case Kind.DATE:
            return f"{chance.randrange(1900, 2020)}-03-12" if slips else "2014-03-12"
        case Kind.TABLE:
            return _rows(question, slips, chance)
        case Kind.REGION:
            left = round(chance.uniform(0, 0.3), 4) if slips else 0.5
            mark: dict[str, Any] = {"box": [left, 0.2, left + 0.3, 0.4]}
            return [mark | ({"label": question.options[0]} if question.options else {})]
    return _words(chance) if slips else " ".join(WORDS[:3])


def _rows(question: Question, slips: bool, chance: random.Random) -> list[dict[str, str]]:
    """Two rows, of which a slip spoils one cell."""
    columns = [column["key"] for column in question.settings["columns"]]
    rows = [dict.fromkeys(columns, WORDS[row]) for row in range(2)]
    if slips:
        chance.choice(rows)[chance.choice(columns)] = _words(chance)
    return rows


def _words(chance: random.Random) -> str:
    return f"{chance.choice(WORDS[4:])} {chance.randrange(10**6)}"

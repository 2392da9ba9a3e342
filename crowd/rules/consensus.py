"""From several answers to one verdict: settle when k agree, at most n answers, else contested.

Deciding is a function of the answers alone: the same answers give the same decision, always.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crowd.rules import atoms
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question, Value
from crowd.rules.wording import most_typed

RULE_VERSION = "agree-1"

# Until reliability is learnt from the answers themselves, everyone is taken to be right four
# times in five, and wrong answers to spread evenly over the alternatives (one-coin model).
ASSUMED_ACCURACY = 0.8


@dataclass(frozen=True, kw_only=True)
class Vote:
    """One answer, as the rule sees it. `id` is anything that names it."""

    id: Any
    values: Mapping[str, Value]
    badly_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class QuestionVerdict:
    """What is concluded for one question.

    Attributes:
        outcome: "settled", "cant_tell", "left_empty", or "contested" (no value then).
        value: as in an answer; texts in the form most people typed.
        confidence: probability of the value, 0 to 1, under the assumption above.
        support: answers that say exactly this.
        answers: answers that count for this question.
    """

    key: str
    outcome: str
    value: Value
    confidence: float
    support: int
    answers: int


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What follows from the answers to one micro-task.

    Attributes:
        state: open, settled, contested or set aside.
        needs: the fewest further answers that could settle it; 0 unless open.
        questions: one verdict per question, in order; empty while open or set aside.
        confidence: of the least sure question; of the cut being bad when set aside.
        agreeing: ids of the answers that say what the verdict says, wholly.
    """

    state: MicroTaskState
    needs: int
    questions: tuple[QuestionVerdict, ...] = ()
    confidence: float = 0.0
    agreeing: frozenset[Any] = frozenset()
    rule_version: str = RULE_VERSION


def decide(questions: Sequence[Question], votes: Sequence[Vote], policy: Policy) -> Decision:
    """Cross-check the answers to one micro-task.

    Args:
        questions: the step's questions.
        votes: the answers that count, one per person, in the order they came.
        policy: k and n.
    """
    cut = [vote for vote in votes if vote.badly_cut]
    said = [vote for vote in votes if not vote.badly_cut]
    if len(cut) >= policy.agree and len(cut) >= len(said):
        return _set_aside(cut, votes)
    tallies = {question.key: _tally(question, said) for question in questions}
    short = max(0, policy.agree - len(said))  # all that counts in a step without questions
    missing = max((_missing(tally, policy.agree) for tally in tallies.values()), default=short)
    if said and not missing:
        return _concluded(MicroTaskState.SETTLED, questions, said, tallies, policy)
    if len(votes) >= policy.at_most:
        return _concluded(MicroTaskState.CONTESTED, questions, said, tallies, policy)
    fewest = min(max(missing, 1), max(policy.agree - len(cut), 1))
    return Decision(state=MicroTaskState.OPEN, needs=min(fewest, policy.at_most - len(votes)))


Tally = dict[str, Counter[atoms.Category]]


def _tally(question: Question, votes: Sequence[Vote]) -> Tally:
    names = question.options if question.kind is Kind.CHOICES else ("",)
    tally: Tally = {name: Counter() for name in names}
    for vote in votes:
        for name, category in atoms.of_answer(question, vote.values).items():
            tally[name][category] += 1
    return tally


def _missing(tally: Tally, agree: int) -> int:
    return max((_missing_for_atom(counts, agree) for counts in tally.values()), default=0)


def _missing_for_atom(counts: Counter[atoms.Category], agree: int) -> int:
    top = _top(counts)
    if len(top) > 1 and counts[top[0]] >= agree:
        return 1  # enough agree, twice over: one more breaks the tie
    return max(0, agree - (counts[top[0]] if top else 0))


def _top(counts: Counter[atoms.Category]) -> list[atoms.Category]:
    most = max(counts.values(), default=0)
    return [category for category, count in counts.items() if count == most]


def _set_aside(cut: Sequence[Vote], votes: Sequence[Vote]) -> Decision:
    return Decision(
        state=MicroTaskState.SET_ASIDE,
        needs=0,
        confidence=_posterior(len(cut), Counter({0: len(cut), 1: len(votes) - len(cut)}), 2),
        agreeing=frozenset(vote.id for vote in cut),
    )


def _concluded(
    state: MicroTaskState,
    questions: Sequence[Question],
    votes: Sequence[Vote],
    tallies: Mapping[str, Tally],
    policy: Policy,
) -> Decision:
    verdicts = tuple(_verdict(each, votes, tallies[each.key], policy) for each in questions)
    agreeing = [
        vote.id
        for vote in votes
        if all(_agrees(q, vote, tallies[q.key], policy) for q in questions)
    ]
    return Decision(
        state=state,
        needs=0,
        questions=verdicts,
        confidence=min((verdict.confidence for verdict in verdicts), default=0.0),
        agreeing=frozenset(agreeing),
    )


def _agrees(question: Question, vote: Vote, tally: Tally, policy: Policy) -> bool:
    mine = atoms.of_answer(question, vote.values)
    return all(_top(tally[name]) == [category] for name, category in mine.items()) and not _missing(
        tally, policy.agree
    )


def _verdict(
    question: Question, votes: Sequence[Vote], tally: Tally, policy: Policy
) -> QuestionVerdict:
    agreeing = [vote for vote in votes if _agrees(question, vote, tally, policy)]
    contested = bool(_missing(tally, policy.agree)) or not votes
    outcome, value = ("contested", None) if contested else _value(question, votes, tally)
    return QuestionVerdict(
        key=question.key,
        outcome=outcome,
        value=value,
        confidence=min(
            (
                _posterior(max(counts.values(), default=0), counts, atoms.alternatives(question))
                for counts in tally.values()
            ),
            default=0.0,
        ),
        support=len(agreeing),
        answers=len(votes),
    )


def _value(question: Question, votes: Sequence[Vote], tally: Tally) -> tuple[str, Value]:
    winners = {name: _top(counts)[0] for name, counts in tally.items()}
    if all(winner == atoms.CANT_TELL for winner in winners.values()):
        return "cant_tell", None
    if all(winner == atoms.NOTHING for winner in winners.values()):
        return "left_empty", None
    if question.kind is Kind.CHOICES:
        return "settled", [option for option in question.options if winners[option] is True]
    forms = [
        vote.values[question.key]
        for vote in votes
        if atoms.of_answer(question, vote.values) == winners
    ]
    if question.kind is Kind.TEXT:
        return "settled", most_typed([str(form) for form in forms])
    return "settled", forms[0]


def _posterior(support: int, counts: Counter[Any], alternatives: int) -> float:
    """Probability of the category with `support` votes, by Bayes, all alternatives even before.

    With accuracy p and m alternatives each vote multiplies the odds of its category by
    p / ((1 − p) / (m − 1)).
    """
    m = max(alternatives, len(counts))
    odds = Fraction(str(ASSUMED_ACCURACY)) / (1 - Fraction(str(ASSUMED_ACCURACY))) * (m - 1)
    total = sum(odds**count for count in counts.values()) + (m - len(counts))
    return round(float(odds**support / total), 4)

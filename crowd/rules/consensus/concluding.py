"""Conclusions: verdicts with their values, whom they agree with, and what everyone weighed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from crowd.rules.atoms import Category
from crowd.rules.consensus.decisions import Decision, QuestionVerdict
from crowd.rules.consensus.items import Item, Sheet, persons
from crowd.rules.consensus.model import Belief, K, accuracy, accuracy_of_all
from crowd.rules.consensus.standing import EMPTY, Standing, winners_of
from crowd.rules.consensus.statistics import Knowledge, Label, Person, Reliability
from crowd.rules.consensus.votes import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Question

FAINTEST = 0.05  # log-odds; what a form combines needs some weight from everyone


def concluded(
    state: MicroTaskState,
    sheets: Sequence[Sheet],
    standings: Mapping[str, Sequence[Standing]],
    weights: Mapping[Any, float],
    common: Mapping[str, Any],
) -> Decision:
    verdicts = [_verdict(each, standings[each.question.key], weights) for each in sheets]
    votes = [vote for each in sheets[:1] for vote in each.votes if not vote.truth]
    return Decision(
        state=state,
        needs=0,
        questions=tuple(verdict for verdict, _ in verdicts),
        confidence=min((verdict.confidence for verdict, _ in verdicts), default=0.0),
        agreeing=frozenset(
            vote.id for vote in votes if all(vote.id in agreeing for _, agreeing in verdicts)
        ),
        **common,
    )


def set_aside(
    cut: Sequence[Vote],
    heard: Sequence[Vote],
    truths: Sequence[Vote],
    policy: Policy,
    common: Mapping[str, Any],
) -> Decision:
    odds = (K.accuracy / (1 - K.accuracy)) ** (
        K.calibration * (persons(cut, policy.per_group) - persons(heard, policy.per_group))
    )
    return Decision(
        state=MicroTaskState.SET_ASIDE,
        needs=0,
        confidence=1.0 if truths else round(odds / (1 + odds), 4),
        agreeing=frozenset(vote.id for vote in cut),
        **common,
    )


def _verdict(
    of: Sheet, standings: Sequence[Standing], weights: Mapping[Any, float]
) -> tuple[QuestionVerdict, frozenset[Any]]:
    """The verdict of one question, and whose answers say exactly that."""
    winners = winners_of(of, standings)
    loads = [max(FAINTEST, weights.get(vote.id, 10.0)) for vote in of.votes]
    outcome, value = of.parts.compose(winners, loads)
    if of.items and not standings:
        outcome, value = "unasked", None
    is_whole = all(one.winner is not None for one in standings)
    agreeing = frozenset(
        vote.id
        for index, vote in enumerate(of.votes)
        if not vote.truth and is_whole and _says(of, index, outcome, winners, loads)
    )
    verdict = QuestionVerdict(
        key=of.question.key,
        outcome=outcome,
        value=value,
        confidence=round(min((one.probability for one in standings), default=1.0), 4),
        support=len(agreeing),
        answers=sum(not vote.truth for vote in of.votes),
        probabilities=probabilities_of([(one.item, one.belief) for one in standings]),
    )
    return verdict, agreeing


def _says(
    of: Sheet, index: int, outcome: str, winners: Mapping[str, Category], loads: Sequence[float]
) -> bool:
    """Whether an answer says all that was concluded; of what is not asked nothing can be said."""
    if outcome == "unasked":
        return not of.parts.said[index]
    return of.parts.agreement(index, winners, loads) >= 1.0


def probabilities_of(
    believed: Sequence[tuple[Item, Belief]],
) -> dict[str, dict[Label, float]]:
    return {
        item.atom: dict(zip(belief.labels, belief.probability, strict=True))
        for item, belief in believed
    }


def weights_of(
    voices: Sequence[Vote], questions: Sequence[Question], policy: Policy, knowledge: Knowledge
) -> dict[Any, float]:
    """Each answer's weight: log-odds of that person being right, the mean over the questions."""
    sizes = Counter(vote.group for vote in voices if vote.group is not None)
    weights = {}
    for vote in voices:
        share = min(1.0, policy.per_group / sizes[vote.group]) if vote.group is not None else 1.0
        odds = [_log_odds(vote.who, question.key, knowledge) for question in questions]
        weights[vote.id] = share * max(0.0, sum(odds) / len(odds)) if odds else share
    return weights


def _log_odds(person: Person, key: str, knowledge: Knowledge) -> float:
    pool = knowledge.pools.get(key, EMPTY)
    known: Reliability | None = knowledge.people.get((person, key))
    right = accuracy(pool.people, known) if known else accuracy_of_all(pool.people)
    return log(right / (1 - right))

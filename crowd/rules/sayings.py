"""Each answer to a micro-task beside the verdict made without it: what points are reckoned from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crowd.rules import atoms, scoring
from crowd.rules.atoms import LEFT_OUT, UNASKED, Missing, Parts
from crowd.rules.consensus import Vote, label
from crowd.rules.questions import Kind, Question, Value
from crowd.rules.scoring import CUT, Saying

Without = Mapping[Any, Mapping[str, Mapping[str, Mapping[str, float]]]]
"""Vote → question key → atom → what could be right → its probability, without that person."""

OF_MANY_PARTS = frozenset({Kind.TABLE, Kind.REGION, Kind.UPLOAD})
"""Their atoms mean something in their own micro-task only; chance is reckoned on whole values."""


def of_votes(
    questions: Sequence[Question],
    votes: Sequence[Vote],
    without: Without,
    *,
    concluded: Mapping[str, Value] | None,
) -> dict[Any, dict[str, Saying]]:
    """Vote → question key → how it stands beside the verdict without it.

    Args:
        without: as `consensus.leave_one_out` gives it.
        concluded: question key → value of the verdict; None when it is "badly cut": then whoever
            read on is not judged.

    Returns:
        Nothing for an answer that nobody else's can be compared with.
    """
    found: dict[Any, dict[str, Saying]] = {}
    readers = [vote for vote in votes if not vote.badly_cut]
    for question in questions if concluded is not None and len(readers) > 1 else ():
        said = [atoms.value_of(question, vote.values) for vote in readers]
        parts = atoms.take_apart(question, said)
        for index, vote in enumerate(readers):
            chances = without.get(vote.id, {}).get(question.key)
            if chances and said[index] is not UNASKED:
                saying = _saying(question, parts, index, said[index], chances, concluded or {})
                found.setdefault(vote.id, {})[question.key] = saying
    found.update(_cuts(questions, votes))
    return found


def _saying(
    question: Question,
    parts: Parts,
    index: int,
    value: Value | Missing,
    chances: Mapping[str, Mapping[str, float]],
    concluded: Mapping[str, Value],
) -> Saying:
    mine = {atom: label(each) for atom, each in parts.said[index].items()}
    right = [chances.get(atom, {}).get(each, 0.0) for atom, each in mine.items()]
    agreement = sum(right) / len(right) if right else 0.0
    if question.kind in OF_MANY_PARTS:
        verdict = {_whole(concluded.get(question.key)): _mean_of_best(chances)}
        return Saying(
            agreement=agreement, said={"": _whole(value)}, expected={"": verdict}, even=0.0
        )
    ways = {atom: parts.closed(atom) for atom in mine}
    return Saying(
        agreement=agreement,
        said={atom: _name(each, ways[atom]) for atom, each in mine.items()},
        expected={atom: _named(chances.get(atom, {}), ways[atom]) for atom in mine},
        even=sum(1 / len(each) for each in ways.values() if each) / len(mine) if mine else 0.0,
    )


def _name(label: str, ways: Sequence[Any] | None) -> str:
    return label if ways else scoring.bucket(label)


def _named(chances: Mapping[str, float], ways: Sequence[Any] | None) -> dict[str, float]:
    named: dict[str, float] = {}
    for each, p in chances.items():
        named[_name(each, ways)] = named.get(_name(each, ways), 0.0) + p
    return named


def _whole(value: Value | Missing) -> str:
    if value is None or value is LEFT_OUT or value == []:
        return str(value)  # nothing there, or can't tell: what one might always say
    return scoring.bucket(json.dumps(value, sort_keys=True, default=str))


def _mean_of_best(chances: Mapping[str, Mapping[str, float]]) -> float:
    best = [max(each.values(), default=0.0) for each in chances.values()]
    return sum(best) / len(best) if best else 0.0


def _cuts(
    questions: Sequence[Question], votes: Sequence[Vote]
) -> Iterator[tuple[Any, dict[str, Saying]]]:
    """ "Badly cut" is something one can say to every question of a step."""
    cut = sum(vote.badly_cut for vote in votes)
    for vote in votes:
        others = len(votes) - 1
        if not vote.badly_cut or not others:
            continue
        agree = cut - 1
        p = 0.5 if 2 * agree == others else float(2 * agree > others)
        saying = Saying(agreement=p, said={"": CUT}, expected={"": {CUT: p}}, even=0.0)
        yield vote.id, {question.key: saying for question in questions}

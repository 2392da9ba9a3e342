"""Points for being right, not for being many: agreement with the others, corrected for chance.

An answer gains the agreement with the verdict recomputed without it, minus what the same answer
would have gained on other micro-tasks of the same step. Always saying the same thing therefore
earns nothing on average, however often it happens to be right (the idea of Dasgupta & Ghosh 2013
and of Shnayder et al. 2016, with the verdict of the others in the place of one peer).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crowd.rules import atoms
from crowd.rules.consensus import Vote
from crowd.rules.questions import Kind, Question, Value

PRIOR_WEIGHT = 4  # so many imaginary verdicts, until real ones show what is frequent

Verdict = Mapping[str, Value] | None
"""An earlier verdict of the same step: question key → value, or None when it was badly cut."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What one answer gains: both parts between 0 and 1, their difference between −1 and 1."""

    agreement: float
    chance: float

    @property
    def points(self) -> float:
        return self.agreement - self.chance


def gain(
    questions: Sequence[Question],
    vote: Vote,
    others: Sequence[Vote],
    *,
    set_aside: bool,
    earlier: Sequence[Verdict],
) -> Gain | None:
    """Reckon what one answer gains now that its micro-task is settled.

    Args:
        questions: the step's questions.
        vote: the answer.
        others: everyone else's answers that count.
        set_aside: the verdict is "badly cut".
        earlier: other settled verdicts of the step (some 200 are plenty), for chance.

    Returns:
        None when there is nothing to compare with: no other answer, or a reading of an excerpt
        that turned out to be badly cut.
    """
    if not others or (set_aside and not vote.badly_cut):
        return None
    if vote.badly_cut:
        return _gain_of_cut(others, earlier)
    said = [other for other in others if not other.badly_cut]
    if not said or not questions:
        return None
    parts = [_gain_of_question(question, vote, said, earlier) for question in questions]
    return Gain(
        agreement=sum(part.agreement for part in parts) / len(parts),
        chance=sum(part.chance for part in parts) / len(parts),
    )


def _gain_of_cut(others: Sequence[Vote], earlier: Sequence[Verdict]) -> Gain:
    cut = sum(other.badly_cut for other in others)
    agreement = 0.5 if 2 * cut == len(others) else float(2 * cut > len(others))
    seen = sum(verdict is None for verdict in earlier)
    return Gain(agreement=agreement, chance=seen / (len(earlier) + PRIOR_WEIGHT))


def _gain_of_question(
    question: Question, vote: Vote, others: Sequence[Vote], earlier: Sequence[Verdict]
) -> Gain:
    mine = atoms.of_answer(question, vote.values)
    theirs = [atoms.of_answer(question, other.values) for other in others]
    before = [atoms.of_answer(question, verdict) for verdict in earlier if verdict is not None]
    agreement = [_agreement(category, [t[name] for t in theirs]) for name, category in mine.items()]
    chance = [
        _chance(category, [b[name] for b in before], _prior(question))
        for name, category in mine.items()
    ]
    return Gain(agreement=sum(agreement) / len(mine), chance=sum(chance) / len(mine))


def _agreement(mine: atoms.Category, theirs: Sequence[atoms.Category]) -> float:
    """Share of the verdict without me that is mine: 1, 0, or a part of a tie."""
    counts = Counter(theirs)
    most = max(counts.values())
    top = [category for category, count in counts.items() if count == most]
    return 1 / len(top) if mine in top else 0.0


def _chance(mine: atoms.Category, verdicts: Sequence[atoms.Category], prior: float) -> float:
    same = sum(verdict == mine for verdict in verdicts)
    return (same + PRIOR_WEIGHT * prior) / (len(verdicts) + PRIOR_WEIGHT)


def _prior(question: Question) -> float:
    if question.kind in {Kind.CHOICE, Kind.CHOICES}:
        return 1 / atoms.alternatives(question)
    return 0.0

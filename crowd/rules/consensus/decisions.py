"""What the cross-check concludes, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crowd.rules.consensus.statistics import NOTHING_LEARNT, Contribution
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.questions import Value

RULE_VERSION = "posterior-1"


@dataclass(frozen=True, kw_only=True)
class QuestionVerdict:
    """What is concluded for one question.

    Attributes:
        outcome: "settled", "cant_tell", "left_empty", "unasked" or "contested".
        value: as in an answer; of a contested question what was decided of it, mostly nothing.
        confidence: the calibrated probability that the value is right, 0 to 1.
        support: answers that say exactly this.
        answers: answers that count for this question.
        probabilities: atom → what could be right (a label, see `items.label`) → its probability.
    """

    key: str
    outcome: str
    value: Value
    confidence: float
    support: int
    answers: int
    probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What would settle one open atom: this many more people saying the same as the likeliest.

    Attributes:
        label: the likeliest category, as a label; None before the first answer.
        sure: the probability that the rule goes by, so far.
    """

    key: str
    atom: str
    label: str | None
    more: int
    sure: float


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What follows from the answers to one micro-task.

    Attributes:
        state: open, settled, contested or set aside.
        needs: the fewest further answers that could settle it; 0 unless open.
        questions: one verdict per question, in order; empty while open or set aside.
        confidence: of the least sure question; of the cut being bad when set aside.
        agreeing: ids of the answers that say what the verdict says, wholly.
        weights: answer's id → log-odds of that person being right there, by all that is known of
            them (1.4 is four times in five, 0 no better than a coin), lowered where several of
            one group count as one; what was a reviewer's word has none.
        settles: what would settle it, one per atom that is not decided; empty unless open.
        contribution: what this micro-task adds to the statistics.
    """

    state: MicroTaskState
    needs: int
    questions: tuple[QuestionVerdict, ...] = ()
    confidence: float = 0.0
    agreeing: frozenset[Any] = frozenset()
    weights: Mapping[Any, float] = field(default_factory=dict, compare=False)
    settles: tuple[Outlook, ...] = field(default=(), compare=False)
    contribution: Contribution = field(default=NOTHING_LEARNT, repr=False, compare=False)
    rule_version: str = RULE_VERSION

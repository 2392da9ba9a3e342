"""Unloved work counts more: what people disagree about, and the last of a step.

Whoever takes on what others leave lying is given more for being right there. Speed never counts.
"""

from collections.abc import Sequence
from decimal import Decimal

from crowd.rules.consensus import Decision
from crowd.rules.lifecycle import MicroTaskState

UNLOVED = Decimal(2)  # so many times as much
LAST_SHARE = 0.05
FEWEST = 40  # micro-tasks a step must have for its last ones to be told from the others
DOUBTFUL = 0.75  # below it, what several people said does not point one way


def is_disputed(decision: Decision, *, before: MicroTaskState, answers: int) -> bool:
    """Whether people disagree: several answered and it is in doubt, or a verdict fell again."""
    if decision.state is not MicroTaskState.OPEN:
        return False
    in_doubt = answers > 1 and any(each.sure < DOUBTFUL for each in decision.settles)
    return in_doubt or before is not MicroTaskState.OPEN


def is_ending(*, still_open: int, total: int) -> bool:
    """Whether what is open of a step is the last of it."""
    return total >= FEWEST and 0 < still_open <= LAST_SHARE * total


def weights(usual: Decimal, *, ending: bool) -> Sequence[Decimal]:
    """What points count for a micro-task of a step, and for a disputed one.

    Args:
        usual: the step's own weight.
        ending: the step is down to its last micro-tasks.
    """
    unloved = usual * UNLOVED
    return (unloved if ending else usual, unloved)

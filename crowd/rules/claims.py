"""Why nobody can be given a micro-task right now."""

from enum import Enum


class Nothing(Enum):
    NOT_OPEN = "not_open"  # the campaign is a draft, paused or closed
    COMPLETE = "complete"  # every micro-task has its verdict
    CHECKING = "checking"  # what is left waits for the cross-check
    ALL_LENT = "all_lent"  # others hold what is left: try in a minute
    TO_TAKE_ON = "to_take_on"  # what is left is chosen from a list
    ALL_YOURS = "all_yours"  # this person has answered or passed all that is left
    FILTERED = "filtered"  # all that is left is of a kind this person leaves out


def why_nothing(*, is_open: bool, unsettled: int, unseen: int, lent: int, checking: int) -> Nothing:
    """Say why a claim found nothing.

    Args:
        is_open: the campaign takes answers.
        unsettled: micro-tasks without a verdict (a bounded count: only zero or not matters).
        unseen: those of them this person has neither answered nor passed.
        lent: those of the unseen that others hold.
        checking: those of the unseen the cross-check has not read yet.
    """
    if not is_open:
        return Nothing.NOT_OPEN
    if not unsettled:
        return Nothing.COMPLETE
    if not unseen:
        return Nothing.ALL_YOURS
    # Neither lent nor being checked: it became free this very moment.
    return Nothing.CHECKING if checking and not lent else Nothing.ALL_LENT

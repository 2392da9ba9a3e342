"""How often Python looks for rubbish that points to itself: seldom, in processes that live long.

A server's modules and classes are some hundred thousand objects that never go away: looking through
them again and again for what could be freed is work for nothing.
"""

import gc

# Objects made, and not freed by themselves, until the youngest are looked through; and how many of
# such looks until the next older ones are.
YOUNG, OLDER, OLDEST = 20_000, 20, 20


def settle() -> None:
    """What this process has loaded stays: from now on look through what is made later, seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)

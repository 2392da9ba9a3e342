"""How often Python looks for rubbish that points to itself: seldom, in processes that live long.

A server's modules and classes are some hundred thousand objects that never go away: looking through
them again and again for what could be freed is work for nothing.
"""

import gc

# Objects that can hold others, made and not freed by themselves, until the youngest are looked
# through; 700 by default. One request of the loop makes some thousands and leaves few.
YOUNG = 20_000


def settle() -> None:
    """What this process has loaded stays: from now on look through what is made later, seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])

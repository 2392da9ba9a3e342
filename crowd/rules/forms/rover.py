"""Several typings of one text, laid over one another word by word, and the words most people typed.

The recogniser output voting error reduction of Fiscus (1997): each typing is aligned with what
the others have typed so far, in a network of slots, and each slot is decided by a weighted vote. A
word typed almost like another (a slip of the hand) is laid over it rather than beside it.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

Slot = tuple[str, ...]
"""What each typing has at one place; "" for nothing."""

GAP = 1.0  # cost of a word where the others have none
SWAP = 1.0  # of a word that no other typing has at that place …
LIKENESS = 0.5  # … less this much if it is spelt the same but for nothing
# A word is more often forgotten than invented: nothing needs a little more than half the votes.
NOTHING_COUNTS = 0.9
# Wrong words scatter among this many; measured, see docs/consensus.md.
WRONG_WORDS = 80
LONGEST_ALIGNED = 400  # words between what all agree on; longer ones are aligned coarsely


def network(typings: Sequence[Sequence[str]]) -> list[Slot]:
    """Lay typings over one another.

    Args:
        typings: the words of each, as they are compared.

    Returns:
        The slots in order, each with one word or "" per typing, in the order of `typings`.
    """
    order = _central_first(typings)
    slots: list[dict[int, str]] = []
    first: dict[tuple[str, ...], int] = {}  # whoever typed these very words
    for number, index in enumerate(order):
        twin = first.setdefault(tuple(typings[index]), index)
        if twin == index:
            slots = _laid_over(slots, typings[index], index, number, order)
        else:
            slots = [{**slot, index: slot[twin]} for slot in slots]
    return [tuple(slot[index] for index in range(len(typings))) for slot in slots]


def vote(slot: Slot, weights: Sequence[float]) -> str:
    """The word of a slot: the most weight, then the first in the order of the typings."""
    votes: dict[str, float] = defaultdict(float)
    for word, weight in zip(slot, weights, strict=True):
        votes[word] += weight if word else weight * NOTHING_COUNTS
    return max(votes, key=lambda word: votes[word])


def certainty(slots: Sequence[Slot], accuracies: Sequence[float]) -> float:
    """The probability that the most likely words of all slots are right.

    Bayes' posterior if people err independently, each with their own rate of wrong words, and
    wrong words scatter evenly (Dawid & Skene 1979, one coin per person, per word).
    """
    gains = [
        math.log(accuracy * WRONG_WORDS / (1 - accuracy))
        for accuracy in (min(max(each, 0.01), 0.99) for each in accuracies)
    ]
    return math.prod(_certainty(slot, gains) for slot in slots)


def _certainty(slot: Slot, gains: Sequence[float]) -> float:
    odds: dict[str, float] = defaultdict(float)
    for word, gain in zip(slot, gains, strict=True):
        odds[word] += gain
    best = max(odds.values())
    others = (WRONG_WORDS + 1 - len(odds)) * math.exp(-best)
    return 1 / (sum(math.exp(each - best) for each in odds.values()) + others)


def _central_first(typings: Sequence[Sequence[str]]) -> list[int]:
    """The typing nearest to all others first: the network grows from it."""
    if len(typings) < 3:
        return sorted(range(len(typings)), key=lambda index: -len(typings[index]))
    far = [sum(Levenshtein.distance(one, other) for other in typings) for one in typings]
    return sorted(range(len(typings)), key=lambda index: (far[index], index))


def _laid_over(
    slots: Sequence[dict[int, str]],
    words: Sequence[str],
    index: int,
    before: int,
    order: Sequence[int],
) -> list[dict[int, str]]:
    laid: list[dict[int, str]] = []
    nothing = dict.fromkeys(order[:before], "")
    votes = [_counted(slot) for slot in slots]
    for place, word in _aligned(votes, words, before):
        laid.append({**(nothing if place is None else slots[place]), index: word})
    return laid


def _counted(slot: Mapping[int, str]) -> dict[str, int]:
    votes: dict[str, int] = defaultdict(int)
    for word in slot.values():
        votes[word] += 1
    return votes


Step = tuple[int | None, str]
"""A slot, or None for a new one; and the word that goes there, or ""."""


def _aligned(votes: Sequence[Mapping[str, int]], words: Sequence[str], typed: int) -> list[Step]:
    """Where each word goes; what is the same at both ends is not searched."""
    start, end = 0, 0
    shortest = min(len(votes), len(words))
    while start < shortest and votes[start].get(words[start]) == typed:
        start += 1
    while end < shortest - start and votes[-1 - end].get(words[-1 - end]) == typed:
        end += 1
    slots, rest = votes[start : len(votes) - end], words[start : len(words) - end]
    middle = _searched if len(slots) * len(rest) <= LONGEST_ALIGNED**2 else _coarsely
    steps: list[Step] = [(place, words[place]) for place in range(start)]
    for place, word in middle(slots, rest, typed):
        steps.append((None if place is None else place + start, word))
    shift = len(votes) - len(words)
    return steps + [(at + shift, words[at]) for at in range(len(words) - end, len(words))]


def _searched(votes: Sequence[Mapping[str, int]], words: Sequence[str], typed: int) -> list[Step]:
    """The cheapest alignment, by dynamic programming over slots × words."""
    skips = [1 - slot.get("", 0) / typed for slot in votes]
    above = [column * GAP for column in range(len(words) + 1)]
    moves = [bytes([2]) * (len(words) + 1)]
    for slot, skip in zip(votes, skips, strict=True):
        row, came = [above[0] + skip], bytearray([1])
        left = row[0]
        for column, cost in enumerate(_costs(slot, words, typed)):
            cheapest, move = above[column] + cost, 0
            if above[column + 1] + skip < cheapest:
                cheapest, move = above[column + 1] + skip, 1
            if left + GAP < cheapest:
                cheapest, move = left + GAP, 2
            left = cheapest
            row.append(left)
            came.append(move)
        above = row
        moves.append(bytes(came))
    return _traced(moves, words)


def _traced(moves: Sequence[bytes], words: Sequence[str]) -> list[Step]:
    steps: list[Step] = []
    place, column = len(moves) - 1, len(words)
    while place or column:
        move = moves[place][column]
        place -= move != 2
        column -= move != 1
        steps.append((None if move == 2 else place, "" if move == 1 else words[column]))
    return steps[::-1]


def _coarsely(votes: Sequence[Mapping[str, int]], words: Sequence[str], typed: int) -> list[Step]:  # noqa: ARG001
    """The alignment with what most of the `typed` have, for texts too long to search."""
    spine = [max(slot, key=lambda word: (slot[word], word != "")) for slot in votes]
    steps: list[Step] = []
    for block in Levenshtein.opcodes(spine, list(words)):
        places: list[int | None] = list(range(block.src_start, block.src_end))
        typings = list(words[block.dest_start : block.dest_end])
        places += [None] * (len(typings) - len(places))
        typings += [""] * (len(places) - len(typings))
        steps += zip(places, typings, strict=True)
    return steps


def _costs(slot: Mapping[str, int], words: Sequence[str], typed: int) -> list[float]:
    """What it costs to put each word into this slot."""
    others = [word for word in slot if word]
    return [
        1 - slot[word] / typed
        if word in slot
        else SWAP - LIKENESS * max([_spelt_alike(other, word) for other in others])
        for word in words
    ]


@lru_cache(maxsize=2**18)
def _spelt_alike(one: str, other: str) -> float:
    return Levenshtein.normalized_similarity(one, other)


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of words two typings have in common, in order, 0 to 1."""
    return Levenshtein.normalized_similarity(one, other)

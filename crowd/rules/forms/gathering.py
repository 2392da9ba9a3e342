"""Things of several people that are the same thing: rows of their tables, marks on a picture."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

Likenesses = Sequence[Sequence[float]]
"""How alike each thing of one person is to each of another, 0 to 1."""

Place = tuple[int, int]
"""Whose thing, and which of theirs."""

Group = dict[int, int]
"""Person → which of their things; nobody has two in one group."""


def gather(
    things: Sequence[Sequence[T]],
    compare: Callable[[Sequence[T], Sequence[T]], Likenesses],
    *,
    least: float,
) -> list[Group]:
    """Group what several people mean by the same thing, at most one of each person in a group.

    The most alike are joined first, two groups only if their members are alike on average
    (average linkage, Sokal & Michener 1958, with the constraint of one per person); of equally
    alike pairs, those at the nearest places in their lists. What nobody shares is a group alone.

    Args:
        things: of each person.
        compare: how alike the things of two people are.
        least: what pairs must be alike to be joined.

    Returns:
        The groups in reading order: by where their members stand in their lists, on average.
    """
    near = _pairs(things, compare, least)
    groups: dict[Place, Group] = {
        (person, index): {person: index}
        for person, own in enumerate(things)
        for index in range(len(own))
    }
    for one, other in sorted(near, key=lambda pair: (-near[pair], abs(pair[0][1] - pair[1][1]))):
        first, second = groups[one], groups[other]
        if first.keys() & second.keys():
            continue
        between = [near.get(_pair(a, b), 0.0) for a in first.items() for b in second.items()]
        if sum(between) / len(between) >= least:
            first.update(second)
            for place in second.items():
                groups[place] = first
    distinct = list({id(group): group for group in groups.values()}.values())
    return sorted(distinct, key=lambda group: _position(group, things))


def _pairs(
    things: Sequence[Sequence[T]],
    compare: Callable[[Sequence[T], Sequence[T]], Likenesses],
    least: float,
) -> dict[tuple[Place, Place], float]:
    found: dict[tuple[Place, Place], float] = {}
    for person, own in enumerate(things):
        for other in range(person + 1, len(things)):
            if not own or not things[other]:
                continue
            for i, row in enumerate(compare(own, things[other])):
                for j, likeness in enumerate(row):
                    if likeness >= least / 2:  # less never helps a group to its average
                        found[(person, i), (other, j)] = likeness
    return found


def _pair(one: Place, other: Place) -> tuple[Place, Place]:
    return (one, other) if one < other else (other, one)


def _position(group: Group, things: Sequence[Sequence[T]]) -> float:
    """Where the members stand in their own lists, from 0 to 1, on average."""
    return sum((i + 0.5) / len(things[person]) for person, i in group.items()) / len(group)

"""Small crowds of people with known habits, as the cross-check sees them."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from crowd.rules.consensus import Vote


def crowd(
    *,
    tasks: int = 60,
    people: int = 12,
    each: int = 5,
    options: Sequence[str] = "abc",
    right: float = 0.8,
    seed: int = 0,
) -> tuple[dict[int, list[Vote]], dict[int, str]]:
    """Votes on one choice "q" per micro-task, and what is true."""
    chance = random.Random(seed)
    casts: dict[int, list[Vote]] = {}
    truth = {task: chance.choice(options) for task in range(tasks)}
    for task, true in truth.items():
        casts[task] = [
            vote_of(person, task, said(true, options, right, chance))
            for person in chance.sample(range(people), each)
        ]
    return casts, truth


def said(true: str, options: Sequence[str], right: float, chance: random.Random) -> str:
    if chance.random() < right:
        return true
    return chance.choice([option for option in options if option != true])


def vote_of(person: Any, task: Any, value: Any, **fields: Any) -> Vote:
    return Vote(id=f"{task}/{person}", person=person, values={"q": value}, **fields)


def close(one: Mapping[Any, Any] | float, other: Mapping[Any, Any] | float) -> bool:
    """Whether nested sums are the same but for rounding; what is absent is 0."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(close(one.get(key, {}), other.get(key, {})) for key in one.keys() | other.keys())
    first = 0.0 if isinstance(one, Mapping) else one
    second = 0.0 if isinstance(other, Mapping) else other
    if isinstance(one, Mapping) and one:
        return all(close(value, 0.0) for value in one.values())
    if isinstance(other, Mapping) and other:
        return all(close(0.0, value) for value in other.values())
    return abs(first - second) < 1e-6

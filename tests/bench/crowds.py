"""Crowd answers to measure the cross-check with: recorded ones from a folder, or generated ones.

A folder of recorded answers has `meta.json` (name → {"kind": "categorical", …}) and for each set
`answers.csv.gz` (task, worker, label) and `truth.csv.gz` (task, label). None is part of Tamis.
"""

import csv
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Said = tuple[str, str, str]  # task, person, label
LARGEST = 30_000  # answers of a set that is replayed


@dataclass(frozen=True)
class Crowd:
    """One set: its answers (a person's first to a task), and what is true."""

    name: str
    answers: Sequence[Said]
    truth: Mapping[str, str]

    @property
    def labels(self) -> list[str]:
        return sorted({label for _, _, label in self.answers} | set(self.truth.values()))


def recorded(folder: Path) -> list[Crowd]:
    """The categorical sets of a folder that are small enough to replay."""
    data = folder / "data" if (folder / "data" / "meta.json").exists() else folder
    meta = json.loads((data / "meta.json").read_text())
    names = [
        name
        for name, each in meta.items()
        if each["kind"] == "categorical" and each["answers"] <= LARGEST
    ]
    return [
        Crowd(name, _first(_rows(data / name / "answers.csv.gz")), _truth(data / name))
        for name in names
    ]


def _rows(path: Path) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [tuple(row) for row in rows]


def _truth(folder: Path) -> dict[str, str]:
    return {row[0]: row[1] for row in _rows(folder / "truth.csv.gz")}


def _first(rows: Iterable[tuple[str, ...]]) -> list[Said]:
    """A person's first answer to each task."""
    kept: dict[tuple[str, str], Said] = {}
    for task, person, label in rows:
        kept.setdefault((task, person), (task, person, label))
    return list(kept.values())


def generated(*, seed: int = 0) -> list[Crowd]:
    """Five crowds drawn from known habits: what can be told without any recorded answers."""
    return [
        generate("even, two answers", seed, labels=2, people=80),
        generate("rare yes", seed + 1, labels=2, people=80, frequent=0.9),
        generate("four answers", seed + 2, labels=4, people=60),
        generate("passers-by", seed + 3, labels=3, people=900),
        generate("biased people", seed + 4, labels=2, people=40, bias=0.35),
    ]


def generate(
    name: str,
    seed: int,
    *,
    labels: int,
    people: int,
    tasks: int = 600,
    each: int = 10,
    frequent: float = 0.0,
    bias: float = 0.0,
) -> Crowd:
    """Draw a crowd.

    Args:
        each: answers per task.
        frequent: how often the first label is right beyond its share.
        bias: how much more often than the others each person says a label of their own choice.
    """
    chance = random.Random(seed)
    names = [f"label {number}" for number in range(labels)]
    skill = [min(0.98, max(0.3, chance.gauss(0.75, 0.15))) for _ in range(people)]
    habit = [chance.choice(names) for _ in range(people)]
    answers, truth = [], {}
    for number in range(tasks):
        true = names[0] if chance.random() < frequent else chance.choice(names)
        truth[f"task {number}"] = true
        for person in chance.sample(range(people), each):
            if chance.random() < bias:
                said = habit[person]
            elif chance.random() < skill[person]:
                said = true
            else:
                said = chance.choice([label for label in names if label != true])
            answers.append((f"task {number}", f"person {person}", said))
    chance.shuffle(answers)
    return Crowd(name, answers, truth)


def thinned(answers: Sequence[Said], most: int, chance: random.Random) -> list[Said]:
    """At most so many answers per task, drawn at random."""
    shuffled = list(answers)
    chance.shuffle(shuffled)
    given: Counter[str] = Counter()
    kept = []
    for said in shuffled:
        if given[said[0]] < most:
            given[said[0]] += 1
            kept.append(said)
    return kept


def passing_by(answers: Sequence[Said], most: int) -> list[Said]:
    """The same answers by people who each gave `most` at most: identities cut."""
    given: Counter[str] = Counter()
    cut = []
    for task, person, label in answers:
        cut.append((task, f"{person} / {given[person] // most}", label))
        given[person] += 1
    return cut


def _tasks(answers: Sequence[Said]) -> list[str]:
    return sorted({task for task, _, _ in answers})


def spammed(answers: Sequence[Said], labels: Sequence[str], chance: random.Random) -> list[Said]:
    """With one more person who says the same label to everything."""
    said = chance.choice(labels)
    return [*answers, *((task, "odd spammer", said) for task in _tasks(answers))]


def colluded(
    share: float, size: int = 4
) -> Callable[[Sequence[Said], Sequence[str], random.Random], list[Said]]:
    """With so many more people who say the same random label to a share of all tasks."""

    def attack(answers: Sequence[Said], labels: Sequence[str], chance: random.Random) -> list[Said]:
        more = []
        for task in _tasks(answers):
            if chance.random() < share:
                said = chance.choice(labels)
                more += [(task, f"odd colluder {number}", said) for number in range(size)]
        return [*answers, *more]

    return attack

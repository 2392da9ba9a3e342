"""Answers to one closed question as arrays of whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """Answers to one closed question, as whole numbers from 0, sorted by micro-task.

    Attributes:
        task, person, label: of each answer.
        strength: how much each counts (see `items.Item`), or None for 1 each.
        tasks, people, labels: how many there are of each.
        atom: of each micro-task, where a question has several items a micro-task; else None.
        truth: of each micro-task the label known to be right, or −1; or None.
    """

    task: Ints
    person: Ints
    label: Ints
    tasks: int
    people: int
    labels: int
    strength: Floats | None = None
    atom: Ints | None = None
    truth: Ints | None = None

    @classmethod
    def of(cls, task: Ints, person: Ints, label: Ints, **known: object) -> "Answers":
        """Sort answers that come in any order (stable: same answers, same sums)."""
        order = np.lexsort((label, person, task))
        strength = known.pop("strength", None)
        if isinstance(strength, np.ndarray):
            known["strength"] = strength[order]
        return cls(
            task=task[order].astype(np.int32),
            person=person[order].astype(np.int32),
            label=label[order].astype(np.int32),
            **{  # type: ignore[arg-type]
                "tasks": int(task.max(initial=-1)) + 1,
                "people": int(person.max(initial=-1)) + 1,
                "labels": int(label.max(initial=-1)) + 1,
                **known,
            },
        )


def votes_of(answers: Answers) -> Floats:
    """Micro-tasks × labels: how much was said."""
    columns = []
    for each in range(answers.labels):
        here = answers.label == each
        strength = None if answers.strength is None else answers.strength[here]
        columns.append(np.bincount(answers.task[here], strength, minlength=answers.tasks))
    return np.stack(columns, axis=1).astype(np.float64)


def sums_of_rows(table: Floats) -> Floats:
    """Much faster for narrow tables than NumPy's own sum along them."""
    return np.asarray(table @ np.ones(table.shape[1]))

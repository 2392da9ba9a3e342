"""Answers to one closed question as arrays of whole numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]

DIGIT = 16  # bits by which NumPy sorts in linear time


@dataclass(frozen=True)
class Answers:
    """Answers to one closed question, as whole numbers from 0, sorted by micro-task.

    Attributes:
        task, person, label: of each answer.
        strength: how much each counts (see `items.Item`), or None for 1 each.
        tasks, people, labels: how many there are of each.
        atom: of each micro-task, where a question has several items a micro-task; else None.
        truth: of each micro-task the label known to be right, or −1; or None.
        against: labels × micro-tasks: what else the log-likelihoods are to have; or None.
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
    against: Floats | None = None

    @classmethod
    def of(cls, task: Ints, person: Ints, label: Ints, **known: object) -> "Answers":
        """Sort answers that come in any order (stable: same answers, same sums)."""
        order = sorted_by(label, person, task)
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


def sorted_by(*keys: Ints) -> Ints:
    """The order by these whole numbers from 0, the last first: `np.lexsort` in linear time.

    Digit by digit (radix sort), each digit being as large as NumPy sorts without comparing.
    """
    order: Ints | None = None
    for key in keys:
        for shift in range(0, max(1, int(key.max(initial=0)).bit_length()), DIGIT):
            digit = (key >> shift).astype(np.uint16)  # keeps the lowest bits
            step = np.argsort(digit if order is None else digit[order], kind="stable")
            order = step if order is None else order[step]
    return np.zeros(0, np.int64) if order is None else order


def votes_of(answers: Answers) -> Floats:
    """Labels × micro-tasks: how much was said."""
    code = answers.label.astype(np.int64) * answers.tasks + answers.task
    counted = np.bincount(code, answers.strength, minlength=answers.labels * answers.tasks)
    return counted.astype(np.float64).reshape(answers.labels, answers.tasks)

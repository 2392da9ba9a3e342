"""What the yardsticks of crowd answers call: thin calls into `crowd.rules`, its settings unchanged."""

from collections.abc import Iterable, Sequence

import numpy as np

from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.live import Live
from crowd.rules.policy import Policy

Said = tuple[str, str, str]  # task, worker, label


def batch(answers: Iterable[Said]) -> dict[str, dict[str, float]]:
    """The nightly rule: task → label → calibrated probability."""
    tasks: dict[str, int] = {}
    people: dict[str, int] = {}
    labels: dict[str, int] = {}
    rows = np.array(
        [
            (
                tasks.setdefault(task, len(tasks)),
                people.setdefault(worker, len(people)),
                labels.setdefault(label, len(labels)),
            )
            for task, worker, label in answers
        ],
        np.int64,
    )
    shown = estimate(independent(Answers.of(*rows.T))).probability
    return {
        task: dict(zip(labels, row, strict=True))
        for task, row in zip(tasks, shown.tolist(), strict=True)
    }


class _Replayed(Live):
    """The rule on line, by the names the replay uses."""

    def refresh(self) -> None:
        self.estimate()


def live(labels: Sequence[str], tau: float = 0.95) -> _Replayed:
    """The rule on line, with the policy "careful" at this probability."""
    return _Replayed(labels, Policy.careful(sure=tau))

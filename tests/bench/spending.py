"""Which Celery tasks the workers' processor time goes into."""

import time
from typing import Any

from celery.signals import task_postrun, task_prerun

from crowd import valkey

KEY = "tamis:bench:spent"

_began: dict[str, float] = {}


def count() -> None:
    """From now on, in every worker of this site, add up what each task costs."""
    task_prerun.connect(_begin, weak=False)
    task_postrun.connect(_end, weak=False)


def told(client: Any) -> list[tuple[str, int, float]]:
    """Task, how many runs, seconds of processor time; the dearest first."""
    found = {name: float(each) for name, each in client.hgetall(KEY).items()}
    tasks = [name.removeprefix("ms ") for name in found if name.startswith("ms ")]
    rows = [(name, int(found[f"runs {name}"]), found[f"ms {name}"] / 1000) for name in tasks]
    return sorted(rows, key=lambda row: -row[2])


def _begin(task_id: str, **_: Any) -> None:
    _began[task_id] = time.process_time()


def _end(task_id: str, task: Any, **_: Any) -> None:
    spent = 1000 * (time.process_time() - _began.pop(task_id, time.process_time()))
    try:
        with valkey.client().pipeline() as pipe:
            pipe.hincrbyfloat(KEY, f"ms {task.name}", spent)
            pipe.hincrbyfloat(KEY, f"runs {task.name}", 1)
            pipe.execute()
    except valkey.Unreachable:
        pass  # what is broken on purpose is not measured by this

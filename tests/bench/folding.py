"""How fast answers are folded in: `python -m tests.bench.folding` (on the test servers).

Answers of a generated crowd wait in PostgreSQL; then the cross-check reads them, as one worker
does. Printed: answers a second, this process's CPU an answer, and with --profile where it goes.
"""

import argparse
import cProfile
import json
import pstats
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import django

from tests import servers

MICROTASKS, PEOPLE, WANTED = 1000, 200, 3


def main(given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--microtasks", type=int, default=MICROTASKS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--preset", default="careful")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", help="write the figures to this file, too")
    arguments = parser.parse_args(given)
    with servers.running():
        django.setup()
        figures = in_a_database_of_its_own(lambda: _measure(arguments))
    print("  ".join(f"{name} {value}" for name, value in figures.items()))
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump(figures, out, indent=1)


def in_a_database_of_its_own(measure: Callable[[], dict[str, float]]) -> dict[str, float]:
    """What `measure` comes to in a new database of the test servers."""
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return measure()
    finally:
        connection.creation.destroy_test_db("tamis", verbosity=0)


def _measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Answer after answer to each micro-task, as in play: each is read before the next comes."""
    profiler = cProfile.Profile()
    answers, seconds, cpu = 0, 0.0, 0.0
    for wave in _waves(arguments):
        began, used = time.perf_counter(), time.process_time()
        if arguments.profile:
            profiler.enable()
        _fold()
        profiler.disable()
        seconds += time.perf_counter() - began
        cpu += time.process_time() - used
        answers += wave
    if arguments.profile:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(50)
    return {
        "answers": answers,
        "answers_per_second": round(answers / seconds, 1),
        "cpu_ms_per_answer": round(1000 * cpu / answers, 2),
    }


def _waves(arguments: argparse.Namespace) -> Iterator[int]:
    """A campaign of one question with three options; most people are right nine times in ten."""
    from crowd.models import Contributor
    from tests import builders

    made = builders.drive(
        builders.step(preset=arguments.preset, agree=2, at_most=10), excerpts=arguments.microtasks
    )
    rng = random.Random(1)
    people = Contributor.objects.bulk_create(
        Contributor(kind="guest", made_at=builders.NOW) for _ in range(arguments.people)
    )
    asked = {each.pk: rng.sample(people, WANTED) for each in made.microtasks()}
    for wave in range(WANTED):
        waiting = made.microtasks().filter(state="open").values_list("pk", flat=True)
        yield _answer({pk: asked[pk][wave] for pk in waiting}, rng)


def _answer(pairs: Mapping[int, Any], rng: random.Random) -> int:
    """Each of these people has answered their micro-task."""
    from crowd.models import Answer, Assignment
    from tests.builders import LEASE, NOW

    leases = Assignment.objects.bulk_create(
        Assignment(
            microtask_id=pk, contributor=person, state="answered", lent_at=NOW, due_at=NOW + LEASE
        )
        for pk, person in pairs.items()
    )
    rng.shuffle(leases)
    given = Answer.objects.bulk_create(
        Answer(
            id=uuid.UUID(int=rng.getrandbits(128)),
            microtask_id=lease.microtask_id,
            contributor_id=lease.contributor_id,
            assignment=lease,
            values={"q": "abc"[lease.microtask_id % 3] if rng.random() < 0.9 else "a"},
            given_at=NOW + timedelta(milliseconds=number),
        )
        for number, lease in enumerate(leases)
    )
    return len(given)


def _fold() -> None:
    from django.utils import timezone

    from crowd.services import consensus

    while consensus.settle_waiting(now=timezone.now()):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])

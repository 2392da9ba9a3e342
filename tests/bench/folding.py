"""How fast answers are folded in: `python -m tests.bench.folding` (on the test servers).

Answers of a generated crowd wait in PostgreSQL; then the cross-check reads them all, as the worker
does. Printed: answers a second, this process's CPU an answer, statements an answer, and where the
time goes with --profile.
"""

import argparse
import cProfile
import json
import pstats
import time
import uuid
from datetime import timedelta

import django

from tests import servers

MICROTASKS, PEOPLE, WANTED = 1000, 200, 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--microtasks", type=int, default=MICROTASKS)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--preset", default="careful")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", help="write the figures to this file, too")
    arguments = parser.parse_args()
    with servers.running():
        django.setup()
        figures = _in_a_database_of_its_own(arguments)
    print("  ".join(f"{name} {value}" for name, value in figures.items()))
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump(figures, out, indent=1)


def _in_a_database_of_its_own(arguments: argparse.Namespace) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _answers(arguments)
        return _fold(profile=arguments.profile)
    finally:
        connection.creation.destroy_test_db("tamis", verbosity=0)


def _answers(arguments: argparse.Namespace) -> None:
    """A campaign of one question with three options; most people are right nine times in ten."""
    import random

    from crowd.models import Answer, Assignment, Contributor
    from tests import builders

    made = builders.drive(
        builders.step(preset=arguments.preset, agree=2, at_most=10), excerpts=arguments.microtasks
    )
    now, rng = builders.NOW, random.Random(1)
    people = Contributor.objects.bulk_create(
        Contributor(kind="guest", made_at=now) for _ in range(arguments.people)
    )
    microtasks = list(made.microtasks())
    pairs = [(each, person) for each in microtasks for person in rng.sample(people, WANTED)]
    rng.shuffle(pairs)
    leases = Assignment.objects.bulk_create(
        Assignment(
            microtask=microtask,
            contributor=person,
            state="answered",
            lent_at=now,
            due_at=now + timedelta(minutes=30),
        )
        for microtask, person in pairs
    )
    Answer.objects.bulk_create(
        Answer(
            id=uuid.UUID(int=rng.getrandbits(128)),
            microtask_id=lease.microtask_id,
            contributor_id=lease.contributor_id,
            assignment=lease,
            values={"q": "abc"[lease.microtask_id % 3] if rng.random() < 0.9 else "a"},
            given_at=now + timedelta(milliseconds=number),
        )
        for number, lease in enumerate(leases)
    )


def _fold(*, profile: bool) -> dict[str, float]:
    """Read everything that waits, as it would come: a fifth of a second's answers at a time."""
    from django.db import connection
    from django.utils import timezone

    from crowd.models import Answer
    from crowd.services import consensus

    answers = Answer.objects.waiting().count()
    connection.queries_log.clear()
    profiler = cProfile.Profile()
    began, cpu = time.perf_counter(), time.process_time()
    if profile:
        profiler.enable()
    while consensus.settle_waiting(now=timezone.now()):
        pass
    if profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    return {
        "answers": answers,
        "answers_per_second": round(answers / took, 1),
        "cpu_ms_per_answer": round(1000 * used / answers, 2),
    }


if __name__ == "__main__":
    main()

"""Scripted volunteers play part of the sample campaigns, so that there is something to picture.

`python -m tests.demo [ANSWERS]` on a site whose samples are loaded and split.
"""

import random
import sys
import uuid

import django

django.setup()

from django.utils import timezone  # noqa: E402

from crowd.models import Assignment, Campaign, Contributor  # noqa: E402
from crowd.samples import declarations, letters  # noqa: E402
from crowd.services import (  # noqa: E402
    answers,
    assignments,
    consensus,
    contributors,
    queues,
    scores,
)

BIRDS = ["Mésange", "Hirondelle", "Rouge-gorge", "Chouette", "Martin-pêcheur", "Pinson", "Alouette"]
CAREFUL = 0.93  # how often each of them reads rightly


def play(count: int) -> None:
    """Give so many answers, spread over both sample campaigns and all birds."""
    rng = random.Random(7)
    people = [_person(bird) for bird in BIRDS]
    truths = {
        "declarations": [each["values"] for each in declarations.truths(pages=24, seed=1)],
        "mobilite": [each["values"] for each in letters.truths(rows=60, seed=2)],
    }
    for number in range(count):
        slug = "mobilite" if number % 5 else "declarations"
        person = people[min(int(rng.expovariate(0.5)), len(people) - 1)]
        campaign = Campaign.objects.get(slug=slug)
        claim = assignments.claim_next(contributor=person, campaign=campaign, now=timezone.now())
        if claim.assignment is not None:
            _answer(claim.assignment, truths[slug], rng)
        if not number % 10:
            _catch_up(people)
    _catch_up(people)


def _person(name: str) -> Contributor:
    person, _ = contributors.start_guest(language="fr", now=timezone.now())
    contributors.choose_name(contributor=person, pseudonym=name, listed=True)
    return person


def _answer(assignment: Assignment, truths: list[dict[str, object]], rng: random.Random) -> None:
    microtask = assignment.microtask
    if microtask.step.key == "resumer":
        values: dict[str, object] = {"resume": f"Parle de {microtask.about}."}
    else:
        values = dict(truths[microtask.excerpt.position - 1])
    for question in microtask.step.questions.all():
        if question.kind == "choice" and rng.random() > CAREFUL:
            values[question.key] = rng.choice([option["value"] for option in question.options])
    answers.submit(
        assignment=assignment,
        answer_id=uuid.uuid4(),
        values=values,
        badly_cut=False,
        now=timezone.now(),
    )


def _catch_up(people: list[Contributor]) -> None:
    while consensus.settle_waiting(now=timezone.now()):
        pass
    queues.refill_all()
    scores.refresh(contributor_ids=[each.pk for each in people], now=timezone.now())


if __name__ == "__main__":
    play(int(sys.argv[1]) if len(sys.argv) > 1 else 160)

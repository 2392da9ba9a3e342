"""End to end: answers through the API, Celery's tasks and PostgreSQL make the verdicts that the
pure rule makes of the same answers.

By default the answers are a generated crowd's. TAMIS_TRUTH names a directory of real ones (a
folder with `answers.csv.gz` of task, worker, label): `make bench-consensus` uses it if it is set.
"""

import csv
import gzip
import itertools
import os
import random
from pathlib import Path
from typing import Any

import pytest

from crowd.models import Belief, Campaign, MicroTask, QuestionKnowledge, Verdict
from crowd.rules import consensus as rules
from crowd.services import dossiers, estimates
from tasks import consensus as tasks
from tests import builders
from tests.api.caller import volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Said = list[tuple[str, str, str]]
"""(task, worker, label), in the order they were given."""


def generated(tasks_: int = 30, people: int = 12, each: int = 4) -> Said:
    """Answers of people of different reliability; two of three micro-tasks have the same truth."""
    rng = random.Random(11)
    reliability = [rng.uniform(0.55, 0.98) for _ in range(people)]
    said = []
    for task in range(tasks_):
        truth = "aab"[task % 3]
        for person in rng.sample(range(people), each):
            right = rng.random() < reliability[person]
            said.append((f"t{task}", f"w{person}", truth if right else rng.choice("abc")))
    rng.shuffle(said)
    return said


def given() -> Said:
    directory = os.environ.get("TAMIS_TRUTH")
    if not directory:
        return generated()
    with gzip.open(Path(directory) / "answers.csv.gz", "rt") as file:
        rows = [(row["task"], row["worker"], row["label"]) for row in csv.DictReader(file)]
    first = {task: None for task, _, _ in rows[: int(os.environ.get("TAMIS_TRUTH_TASKS", "60"))]}
    return list(dict.fromkeys(row for row in rows if row[0] in first))


def played(said: Said, *, preset: str) -> tuple[Campaign, dict[str, int]]:
    """Let everyone claim and answer by the API, in their turn; the workers' task reads along."""
    names = list(dict.fromkeys(task for task, _, _ in said))
    labels = sorted({label for _, _, label in said})
    most = max(len(list(group)) for _, group in itertools.groupby(sorted(said), lambda s: s[0]))
    drive = builders.drive(
        builders.step(
            builders.choice(options=labels), preset=preset, agree=2, at_most=max(2, most)
        ),
        excerpts=len(names),
    )
    microtasks = {each.excerpt.position: each.pk for each in drive.microtasks()}
    ids = {name: microtasks[place] for place, name in enumerate(names, start=1)}
    answers = {(worker, ids[task]): label for task, worker, label in said}
    for worker in dict.fromkeys(worker for _, worker, _ in said):
        _answer_all(drive.campaign.slug, worker, answers)
        tasks.settle_waiting.run()
    return drive.campaign, ids


def _answer_all(slug: str, worker: str, answers: dict[tuple[str, int], str]) -> None:
    """One person takes what comes: what they never answered they pass over."""
    person = volunteer()
    while (claimed := person.claim(slug)["assignment"]) is not None:
        label = answers.get((worker, claimed["microtask"]["id"]))
        if label is None:
            person.post(f"/assignments/{claimed['id']}/skip")
        else:
            assert person.answer(claimed, {"q": label}).status_code == 201


def verdicts(campaign: Campaign) -> dict[int, Any]:
    current = Verdict.objects.current().filter(microtask__campaign=campaign)
    return {each.microtask_id: (each.outcome, each.values["q"]["value"]) for each in current}


@pytest.mark.parametrize("preset", ["identical", "careful"])
def test_answers_through_the_api_give_the_verdicts_of_the_pure_rule(preset: str) -> None:
    campaign, _ = played(given(), preset=preset)
    step = campaign.steps.get()
    questions = [each.rule for each in step.questions.all()]
    held = dossiers.fill(
        list(MicroTask.objects.filter(campaign=campaign).select_related("step", "campaign"))
    )
    if preset == "identical":  # a function of the answers alone
        decided = {
            each.microtask.pk: rules.decide(questions, each.votes, step.policy) for each in held
        }
    else:  # by what all answers say of everyone: the nightly rule, put in place
        estimates.nightly(campaign_id=campaign.pk, now=builders.NOW)
        casts = {each.microtask.pk: each.votes for each in held if each.counting}
        decided = dict(rules.estimate(questions, casts, step.policy).decisions)
    live = verdicts(campaign)
    for pk, decision in decided.items():
        if decision.state.value != "open":
            assert live[pk] == (decision.state.value, decision.questions[0].value)
    assert live


def test_on_line_the_sums_are_those_the_pure_rule_would_have_come_to() -> None:
    campaign, _ = played(given(), preset="careful")
    step = campaign.steps.get()

    shares = [
        rules.Contribution.from_json(each.share)
        for each in Belief.objects.filter(microtask__campaign=campaign)
    ]
    pure = rules.Knowledge.of(shares).pools["q"]
    stored = rules.Pool.from_json(QuestionKnowledge.objects.get(question__step=step).sums)
    assert stored.people.answers == pytest.approx(pure.people.answers, rel=1e-9)
    assert stored.people.right == pytest.approx(pure.people.right, rel=1e-9)

"""Machine volunteers: made for one campaign, given work and heard by the thousand.

Like people they are heard once a micro-task, and never where it is settled. Their votes never
decide alone (`rules.consensus`), and they are on no board (`Contributor.objects.listed`).
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from crowd.models import (
    Answer,
    Assignment,
    Campaign,
    Contributor,
    Machine,
    MicroTask,
    Question,
    User,
)
from crowd.models.contributors import ContributorKind
from crowd.models.microtasks import under_a_veil
from crowd.rules import questions as rules
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import answers, bulk, changes, contributors

LONGEST_NAME, MOST = 100, 50  # characters; machines of one campaign
INSTANT = timedelta(seconds=1)  # a lease ends after it begins
AT_ONCE = 500  # answers stored in one transaction
NAMES = uuid.UUID("3f0f5a86-5ad6-4cf5-9d5e-0d8d3f1a7c52")  # of answers that come without an id


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line of what a machine sends.

    Attributes:
        number: of the line, from 1.
        id: made by the client, if it made one.
        values: question key → value.
    """

    number: int
    microtask: int
    values: Mapping[str, Any]
    id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What became of one line.

    Attributes:
        outcome: "accepted", "repeated" (was said before) or "refused".
        problems: question key → what is wrong; "" for the line as a whole.
    """

    number: int
    outcome: str
    problems: Mapping[str, Problem]


def make(*, campaign: Campaign, name: str, by: User | None, now: datetime) -> tuple[Machine, str]:
    """A new machine and its token, which is shown once.

    Raises:
        Problem: `machine_name_taken`, `machine_name_missing`, `machines_too_many`.
    """
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise Problem("machine_name_missing")
    if Machine.objects.filter(campaign=campaign).count() >= MOST:
        raise Problem("machines_too_many", most=MOST)
    try:
        with transaction.atomic():
            contributor = Contributor.objects.create(
                kind=ContributorKind.MACHINE, language=campaign.language, made_at=now
            )
            machine = Machine.objects.create(
                campaign=campaign, contributor=contributor, name=name, made_by=by, made_at=now
            )
            told = {"name": name}
            changes.record(campaign=campaign, user=by, what="machine.made", details=told, now=now)
    except IntegrityError as taken:
        raise Problem("machine_name_taken") from taken
    return machine, contributors.token_of(contributor=contributor)


def of_campaign(*, campaign: Campaign) -> QuerySet[Machine]:
    return Machine.objects.filter(campaign=campaign).select_related("contributor").order_by("pk")


def in_campaign(*, contributor: Contributor, campaign: Campaign) -> Machine:
    """The machine that a contributor is, which must work, and here.

    Raises:
        Problem: `machine_stopped`, `machine_elsewhere`.
    """
    machine = Machine.objects.select_related("campaign").get(contributor=contributor)
    if machine.stopped_at is not None:
        raise Problem("machine_stopped")
    if machine.campaign_id != campaign.pk:
        raise Problem("machine_elsewhere")
    return machine


@transaction.atomic
def change(
    *,
    machine: Machine,
    suggests: bool | None = None,
    stopped: bool | None = None,
    by: User | None,
    now: datetime,
) -> None:
    """Choose whether it suggests answers to people, and whether it works at all."""
    done = []
    if suggests is not None and suggests != machine.suggests:
        machine.suggests = suggests
        done.append("machine.suggests" if suggests else "machine.silent")
    if stopped is not None and stopped != (machine.stopped_at is not None):
        machine.stopped_at = now if stopped else None
        done.append("machine.stopped" if stopped else "machine.resumed")
    for what in done:
        told = {"name": machine.name}
        changes.record(campaign=machine.campaign, user=by, what=what, details=told, now=now)
    machine.save(update_fields=["suggests", "stopped_at"])


def work(*, machine: Machine, after: int = 0) -> Iterator[MicroTask]:
    """Every open micro-task that the machine has said nothing to, in the order of their numbers.

    What is under a veil looks open here, too.


    Args:
        after: the number of the last one that is known already.
    """
    said = Answer.objects.filter(microtask=OuterRef("pk"), contributor=machine.contributor_id)
    asked = MicroTask.objects.filter(
        Q(state=MicroTaskState.OPEN.value) | under_a_veil(),
        campaign=machine.campaign_id,
        excerpt__hidden_at=None,
        pk__gt=after,
    )
    found = asked.exclude(Exists(said)).select_related("step", "excerpt__document")
    return found.order_by("pk").iterator(chunk_size=AT_ONCE)


def take(*, machine: Machine, lines: Iterable[Said], now: datetime) -> Iterator[Heard]:
    """Hear what a machine says, line by line; one that does not fit does not stop the others."""
    coming = iter(lines)
    while batch := list(islice(coming, AT_ONCE)):
        yield from _take(machine, batch, now)


@transaction.atomic
def _take(machine: Machine, batch: Sequence[Said], now: datetime) -> list[Heard]:
    # Rival: the same machine sending twice at once. The second waits, and finds it said.
    Contributor.objects.select_for_update(no_key=True).get(pk=machine.contributor_id)
    ids = {each.microtask for each in batch}
    there = MicroTask.objects.filter(pk__in=ids, campaign=machine.campaign_id)
    found = {each.pk: each for each in there.filter(excerpt__hidden_at=None)}
    said = set(
        Answer.objects.filter(contributor=machine.contributor_id, microtask__in=ids).values_list(
            "microtask_id", flat=True
        )
    )
    asked = _questions({each.step_id for each in found.values()})
    heard, kept = [], []
    for each in batch:
        microtask = found.get(each.microtask)
        if each.microtask in said:
            heard.append(Heard(number=each.number, outcome="repeated", problems={}))
            continue
        values, problems = _read(machine, each, microtask, asked)
        if microtask is not None and not problems:
            said.add(microtask.pk)
            kept.append((each, microtask, values))
        outcome = "refused" if problems else "accepted"
        heard.append(Heard(number=each.number, outcome=outcome, problems=problems))
    _keep(machine, kept, now)
    return heard


def _read(
    machine: Machine,
    said: Said,
    microtask: MicroTask | None,
    asked: Mapping[int, Sequence[rules.Question]],
) -> tuple[Mapping[str, Any], Mapping[str, Problem]]:
    """The values as they are kept, and what is wrong with them."""
    if microtask is None:
        return {}, {"": Problem("microtask_unknown")}
    if microtask.state != MicroTaskState.OPEN.value and not microtask.veiled:
        return {}, {"": Problem("microtask_settled")}
    language = machine.campaign.language
    return rules.check_answer(asked[microtask.step_id], said.values, language=language)


def _questions(step_ids: set[int]) -> dict[int, list[rules.Question]]:
    found: dict[int, list[rules.Question]] = {pk: [] for pk in step_ids}
    for question in Question.objects.filter(step__in=step_ids).order_by("position", "pk"):
        found[question.step_id].append(question.rule)
    return found


def _keep(
    machine: Machine, kept: Sequence[tuple[Said, MicroTask, Mapping[str, Any]]], now: datetime
) -> None:
    leases = [
        Assignment(
            microtask=microtask,
            contributor_id=machine.contributor_id,
            state=AssignmentState.ANSWERED.value,
            lent_at=now - INSTANT,
            due_at=now,
            closed_at=now,
        )
        for _, microtask, _ in kept
    ]
    bulk.insert(leases)
    bulk.insert(
        [
            Answer(
                id=each.id or uuid.uuid5(NAMES, f"{machine.pk} {microtask.pk}"),
                microtask=microtask,
                contributor_id=machine.contributor_id,
                assignment=lease,
                values=values,
                given_at=now,
            )
            for lease, (each, microtask, values) in zip(leases, kept, strict=True)
        ]
    )
    if kept:
        answers.announce()

"""Foreign projects become drafts: their rows excerpts, their people contributors without a name.

A stretch of items is stored with its answers in one transaction, which moves `done` past it: run
again after a crash, each item is stored once. The cross-check reads the answers as any others.
"""

import csv
import hashlib
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from crowd import later
from crowd.models import (
    Answer,
    Assignment,
    Campaign,
    Contributor,
    Document,
    Excerpt,
    KnownAnswer,
    MicroTask,
    Move,
)
from crowd.models.contributors import ContributorKind
from crowd.models.documents import ExcerptKind
from crowd.rules import questions as rules
from crowd.rules.foreign.projects import Given, Item, Project, Refused
from crowd.rules.lifecycle import AssignmentState, DocumentState
from crowd.rules.problems import Problem
from crowd.services import campaigns, openings

AT_ONCE = 200  # items a transaction stores
SHOWN = 200  # refusals that are kept one by one
NAMES = uuid.UUID("6f1c7a52-93a1-4c55-8a43-3d5f6f1f0c11")  # of what is made of foreign names
STEP = "read"
INSTANT = timedelta(seconds=1)
MOST_ANSWERS = 100


def bring_in(*, move: Move, project: Project, now: datetime) -> None:
    """Make a draft of a project, or go on with one that was begun.

    Raises:
        Problem: a question can't work.
    """
    if move.campaign is None:
        _begin(move, project, now=now)
    campaign = move.campaign
    assert campaign is not None
    document = campaign.documents.get()
    while move.done < len(project.items):
        _store(move, campaign, document, project.items[move.done : move.done + AT_ONCE], now)
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")


def free_slug(title: str) -> str:
    """An address that no campaign has yet."""
    start = slugify(title)[:60] or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    numbered = (f"{start}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (start, *numbered) if each not in taken)


@transaction.atomic
def _begin(move: Move, project: Project, *, now: datetime) -> None:
    title = move.title or project.title or move.name
    step = {
        "key": STEP,
        "title": title[:200],
        "agree": 2,
        "at_most": max(2, min(project.asked, MOST_ANSWERS)),
        "questions": project.questions,
    }
    description = {"slug": free_slug(title), "title": title[:200], "steps": [step]}
    campaign = campaigns.set_up(
        description={**description, "problem": project.problem}, owner=move.user, now=now
    )
    _document(campaign, project, now=now)
    move.campaign, move.total, move.done = campaign, len(project.items), 0
    _refuse(move, project.refused)
    move.save()


def _document(campaign: Campaign, project: Project, *, now: datetime) -> None:
    """The project's rows as the file they could have come in."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(project.columns)
    table.writerows([item.cells.get(n, "") for n in project.columns] for item in project.items)
    content = out.getvalue().encode()
    document = Document(
        campaign=campaign,
        name="tasks.csv",
        media_type="text/csv",
        sha256=hashlib.sha256(content).hexdigest(),
        byte_size=len(content),
        state=DocumentState.SPLIT.value,
        pages_known=len(project.items),
        pages_done=len(project.items),
        columns=project.columns,
        received_at=now,
        finished_at=now,
    )
    document.file.save("tasks.csv", ContentFile(content), save=False)
    document.save()


@transaction.atomic
def _store(
    move: Move, campaign: Campaign, document: Document, items: Sequence[Item], now: datetime
) -> None:
    # Its rival: another worker that took this move for left alone.
    ours = Move.objects.filter(pk=move.pk, done=move.done)
    if not ours.update(done=move.done + len(items)):
        raise Problem("move_failed")
    names = document.columns
    excerpts = Excerpt.objects.bulk_create(
        Excerpt(
            campaign=campaign,
            document=document,
            kind=ExcerptKind.ROW.value,
            position=move.done + number,
            cells=[item.cells.get(name, "") for name in names],
        )
        for number, item in enumerate(items, start=1)
    )
    openings.for_excerpts(campaign=campaign, excerpts=excerpts)
    asked = [q.rule for q in campaign.steps.get().questions.order_by("position", "pk")]
    found = MicroTask.objects.filter(excerpt__in=excerpts, step__campaign=campaign)
    by_excerpt = {each.excerpt_id: each for each in found}
    told = [(by_excerpt[e.pk], item) for e, item in zip(excerpts, items, strict=True)]
    _keep(move, told, asked, language=campaign.language, now=now)
    move.done += len(items)
    move.save()


def _keep(
    move: Move,
    told: Sequence[tuple[MicroTask, Item]],
    asked: Sequence[rules.Question],
    *,
    language: str,
    now: datetime,
) -> None:
    """Store what people said of these items; what does not fit is refused, one by one."""
    people = _people(move, (given for _, item in told for given in item.answers), now=now)
    leases, answers, known = [], [], []
    for microtask, item in told:
        heard: set[int] = set()
        for given in item.answers:
            values, wrong = rules.check_answer(asked, given.values, language=language)
            person = people[_name(given)]
            if wrong:
                _refuse(
                    move, [Refused(where=_where(item, given), problem=next(iter(wrong.values())))]
                )
            elif given.truth:
                known.append(KnownAnswer(microtask=microtask, values=values, made_at=now))
            elif person in heard:
                problem = Problem("import_said_twice")
                _refuse(move, [Refused(where=_where(item, given), problem=problem)])
            else:
                heard.add(person)
                lease = _lease(microtask, person, given, now=now)
                leases.append(lease)
                answers.append((lease, given, values))
    Assignment.objects.bulk_create(leases)
    Answer.objects.bulk_create(
        Answer(
            id=uuid.uuid5(NAMES, f"{move.pk} {_at(given, now)} {lease.pk}"),
            microtask_id=lease.microtask_id,
            contributor_id=lease.contributor_id,
            assignment=lease,
            values=values,
            given_at=_at(given, now),
        )
        for lease, given, values in answers
    )
    KnownAnswer.objects.bulk_create(known, ignore_conflicts=True)
    counts = {"excerpts": len(told), "answers": len(answers), "known": len(known)}
    for name, count in counts.items():
        move.counts[name] = move.counts.get(name, 0) + count
    everyone = Contributor.objects.filter(answers__microtask__campaign=move.campaign)
    move.counts["people"] = everyone.distinct().count()


def _name(given: Given) -> str:
    return given.person or f"unnamed {given.ref}"


def _where(item: Item, given: Given) -> str:
    return f"{item.ref} / {given.ref}"


def _people(move: Move, answers: Iterable[Given], *, now: datetime) -> Mapping[str, int]:
    """Who answered → contributor; the same word is the same person throughout a project."""
    ids = {
        name: uuid.uuid5(NAMES, f"{move.pk} {name}") for name in {_name(each) for each in answers}
    }
    Contributor.objects.bulk_create(
        (
            Contributor(public_id=each, kind=ContributorKind.GUEST.value, made_at=now)
            for each in ids.values()
        ),
        ignore_conflicts=True,
        unique_fields=None,
    )
    rows = Contributor.objects.filter(public_id__in=ids.values()).values_list("public_id", "pk")
    by_id = dict(rows)
    return {name: by_id[each] for name, each in ids.items()}


def _lease(microtask: MicroTask, person: int, given: Given, *, now: datetime) -> Assignment:
    at = _at(given, now)
    return Assignment(
        microtask=microtask,
        contributor_id=person,
        state=AssignmentState.ANSWERED.value,
        lent_at=at - INSTANT,
        due_at=at,
        closed_at=at,
    )


def _at(given: Given, now: datetime) -> datetime:
    try:
        at = parse_datetime(given.at)
    except ValueError:
        at = None
    if at is None:
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _refuse(move: Move, refused: Iterable[Refused]) -> None:
    for each in refused:
        move.refused_count += 1
        if len(move.refusals) < SHOWN:
            told: dict[str, Any] = {"where": each.where[:100], "code": each.problem.code}
            move.refusals.append({**told, "params": each.problem.params})

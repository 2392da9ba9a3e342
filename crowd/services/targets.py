"""Targets: taken on from a list, held for days, extended, given back; and who holds what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.formats import date_format

from crowd.models import Assignment, Contributor, Excerpt, MicroTask, Step, Verdict
from crowd.models.assignments import AssignmentQuerySet
from crowd.rules.leases import LONG_SECONDS, LONGEST_IN_LEASES
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import contributors, leases, lending, outlines
from crowd.services.stages import Target, What


@dataclass(frozen=True, kw_only=True)
class Next:
    """A step of a target that was opened, and is kept for the person who began it."""

    microtask: MicroTask
    until: datetime


def take_on(*, contributor: Contributor, microtask: MicroTask, now: datetime) -> Assignment:
    """Lend this very micro-task to a person; whoever holds it gets the same lease again.

    Args:
        microtask: of a step with a lease of days, with step and campaign loaded.

    Raises:
        Problem: it is handed out instead, is with someone else or kept for them, is this person's
            already answered one, or they hold too many.
    """
    if not microtask.campaign.is_open:
        raise Problem("target_closed")
    if not microtask.step.taken_on:
        raise Problem("target_not_taken_on")
    with transaction.atomic():
        # Rival: the same person's other tab. It waits here, then finds what this one took on.
        person = contributors.hold(contributor_id=contributor.pk)
        held = Assignment.objects.lent().filter(microtask=microtask, contributor__in=person)
        if (known := held.first()) is not None:
            return known
        _check(microtask, person, now=now)
        lent = lending.lend_this(found=(microtask.step, microtask.pk), person=person, now=now)
        if lent is None:
            if _has_answered(microtask, person):
                raise Problem("target_yours")
            raise Problem("target_gone")
    return outlines.attach(lent)


def of_excerpt(*, excerpt: Excerpt) -> MicroTask | None:
    """The micro-task of a target that is, or can be, taken on now."""
    taken_on = MicroTask.objects.open().filter(
        excerpt=excerpt, step__lease_seconds__gte=LONG_SECONDS
    )
    return taken_on.select_related("step", "campaign").order_by("-step__position").first()


def extend(*, assignment: Assignment, now: datetime) -> bool:
    """Begin a lease of days anew; False when it has ended.

    Raises:
        Problem: it was extended as often as it can be.
    """
    length = timedelta(seconds=assignment.microtask.step.lease_seconds)
    if now + length > assignment.lent_at + LONGEST_IN_LEASES * length:
        raise Problem("lease_at_its_end")
    return leases.extend(assignment=assignment, now=now)


def loaded(*, lease: Assignment) -> Assignment:
    """A lease with everything that is shown of it."""
    held = Assignment.objects.select_related("microtask__excerpt__document")
    return outlines.attach(held.get(pk=lease.pk))


def held_by(*, contributor: Contributor) -> list[Assignment]:
    """The targets a person has taken on, of all campaigns, the first to end first."""
    person = contributors.person_ids(contributor=contributor)
    lent = _long_leases(person).filter(
        microtask__excerpt__hidden_at=None, microtask__state=MicroTaskState.OPEN.value
    )
    loaded = lent.select_related("microtask__excerpt__document").order_by("due_at", "pk")
    return [outlines.attach(each) for each in loaded]


def next_for(*, contributor: Contributor, now: datetime) -> list[Next]:
    """Steps of targets this person has begun, which were opened since and are kept for them."""
    person = contributors.person_ids(contributor=contributor)
    done = Assignment.objects.filter(
        contributor__in=person,
        state=AssignmentState.ANSWERED.value,
        microtask__step__lease_seconds__gte=LONG_SECONDS,
    )
    waiting = (
        MicroTask.objects.open()
        .filter(
            excerpt__in=done.values("microtask__excerpt"),
            excerpt__hidden_at=None,
            step__lease_seconds__gte=LONG_SECONDS,
            step__opens_when__isnull=False,
            campaign__state="open",
        )
        .exclude(assignments__state=AssignmentState.LENT.value)
        .select_related("step", "campaign", "excerpt__document", "excerpt__campaign")
    )
    found = [(each, kept_until(microtask=each)) for each in waiting]
    return [Next(microtask=each, until=until) for each, until in found if until and until > now]


def kept_until(*, microtask: MicroTask) -> datetime | None:
    """Until when a step of a target is kept for whoever did the earlier one; None: for nobody."""
    return _kept_until(microtask.step, [microtask.excerpt_id]).get(microtask.excerpt_id)


def kept(*, targets: Sequence[Target], now: datetime) -> dict[int, datetime]:
    """Which of these targets, by excerpt, are kept for whoever did an earlier step, and until when.

    Two queries for a step, however many targets there are.
    """
    by_step: dict[Step, list[int]] = {}
    for each in targets:
        if each.stage.what is What.FREE and each.stage.step and each.stage.step.opens_when:
            by_step.setdefault(each.stage.step, []).append(each.excerpt.pk)
    found: dict[int, datetime] = {}
    for step, excerpt_ids in by_step.items():
        begun = set(_begun(excerpt_ids).values_list("microtask__excerpt", flat=True))
        until = _kept_until(step, excerpt_ids)
        found |= {pk: moment for pk, moment in until.items() if pk in begun and moment > now}
    return found


def began(*, excerpt: Excerpt) -> set[int]:
    """The contributors who have done a step of a target."""
    return set(_begun([excerpt.pk]).values_list("contributor_id", flat=True))


def _begun(excerpt_ids: Collection[int]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        microtask__excerpt__in=excerpt_ids,
        microtask__step__lease_seconds__gte=LONG_SECONDS,
        state=AssignmentState.ANSWERED.value,
    )


def _kept_until(step: Step, excerpt_ids: Collection[int]) -> dict[int, datetime]:
    """By excerpt: some days after the verdict that opened this step of it."""
    if not step.opens_when or not settings.TAMIS_KEPT_DAYS:
        return {}
    opened = (
        Verdict.objects.current()
        .in_play()
        .filter(
            microtask__excerpt__in=excerpt_ids,
            step__campaign=step.campaign_id,
            step__key=step.opens_when["step"],
        )
    )
    since = opened.values_list("microtask__excerpt").annotate(Max("made_at")).order_by()
    days = timedelta(days=settings.TAMIS_KEPT_DAYS)
    return {excerpt_id: made_at + days for excerpt_id, made_at in since}


def _check(microtask: MicroTask, person: Sequence[int], *, now: datetime) -> None:
    most = settings.TAMIS_TARGETS_AT_ONCE
    if _long_leases(person).count() >= most:
        raise Problem("targets_too_many", most=most)
    until = kept_until(microtask=microtask)
    beginners = began(excerpt=microtask.excerpt) if until and until > now else set()
    if until and beginners and not beginners & set(person):
        raise Problem("target_kept", until=date_format(until, "DATE_FORMAT"))


def _long_leases(person: Sequence[int]) -> AssignmentQuerySet:
    lent = Assignment.objects.lent().filter(contributor__in=person, batch=None)
    return lent.filter(due_at__gte=F("lent_at") + timedelta(seconds=LONG_SECONDS))


def _has_answered(microtask: MicroTask, person: Sequence[int]) -> bool:
    mine = Assignment.objects.filter(microtask=microtask, contributor__in=person)
    return mine.filter(state=AssignmentState.ANSWERED.value).exists()

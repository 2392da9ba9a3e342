"""Reports: "there is personal data here". Believed at once, within bounds; reviewed by the team.

So that nobody can empty a campaign by reporting all of it, the unreviewed reports of one person
hide a few excerpts, those of all guests together a small share; the others wait to be looked at.
"""

import math
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from crowd.models import Assignment, Campaign, Contributor, Excerpt, Report, User
from crowd.models.contributors import ContributorKind
from crowd.models.reports import ReportState
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import changes, contributors, hiding

MOST_OF_A_PERSON = 3  # excerpts hidden by one person's unreviewed reports
SHARE_OF_GUESTS = 0.01  # of a campaign's excerpts, hidden by unreviewed reports of all guests
FEWEST_OF_GUESTS = 3  # … and in a small campaign that many all the same
LONGEST_NOTE = 1000  # characters


def personal_data(
    *, excerpt: Excerpt, contributor: Contributor, note: str = "", now: datetime
) -> Report:
    """Take a report, and hide the excerpt at once if the bounds allow.

    Returns:
        The report; `hides` says whether it hid the excerpt. Reported again by the same person,
        the first report is returned.

    Raises:
        Problem: `note_too_long`.
    """
    if len(note) > LONGEST_NOTE:
        raise Problem("note_too_long", length=len(note), most=LONGEST_NOTE)
    with transaction.atomic():
        # Rivals: this person's other tabs; other guests, for they share a bound.
        person = contributors.hold(contributor_id=contributor.pk)
        is_guest = _is_guest(contributor)
        if is_guest:
            _take_turns(excerpt.campaign_id)
        # Rival: a reviewer who restores it at this moment must see this report, or be seen.
        Excerpt.objects.select_for_update(of=("self",)).get(pk=excerpt.pk)
        known = Report.objects.waiting().filter(excerpt=excerpt, contributor__in=person).first()
        if known is not None:
            return known
        report = Report.objects.create(
            excerpt=excerpt,
            contributor_id=person[0],
            note=storable(note).strip(),
            made_at=now,
            hides=_may_hide(excerpt, person, is_guest=is_guest),
        )
        if report.hides:
            hiding.hide(excerpt=excerpt, now=now)
    return report


def may_report(*, excerpt: Excerpt, contributor: Contributor) -> bool:
    """Whether this person can see the excerpt, or was lent it: others have nothing to report."""
    if excerpt.hidden_at is None and excerpt.campaign.state != "draft":
        return True
    person = contributors.person_ids(contributor=contributor)
    lent = Assignment.objects.filter(microtask__excerpt=excerpt, contributor__in=person)
    return lent.exists()


def waiting(*, campaign: Campaign) -> QuerySet[Report]:
    """The reports to review, oldest first, with excerpt and document."""
    return (
        Report.objects.waiting()
        .filter(excerpt__campaign=campaign)
        .select_related("excerpt__document", "excerpt__zone", "contributor")
        .order_by("made_at", "pk")
    )


def uphold(*, report: Report, by: User | None, now: datetime) -> None:
    """There is personal data: the excerpt stays hidden for good."""
    _review(report, ReportState.UPHELD, by=by, now=now)


def dismiss(*, report: Report, by: User | None, now: datetime) -> None:
    """There is none: the excerpt is shown and asked about again."""
    _review(report, ReportState.DISMISSED, by=by, now=now)


def _review(report: Report, state: ReportState, *, by: User | None, now: datetime) -> None:
    """One decision for the excerpt: it closes every report of it that waits.

    An upheld one can be taken back, and a dismissed one upheld after all.
    """
    with transaction.atomic():
        # Rival: another reviewer, or someone reporting the same excerpt now.
        excerpt = Excerpt.objects.select_for_update(of=("self",)).get(pk=report.excerpt_id)
        same = Report.objects.filter(excerpt=excerpt, kind=report.kind)
        decided = {"state": state.value, "reviewed_by": by, "reviewed_at": now}
        same.filter(state=ReportState.WAITING.value).update(**decided)
        same.filter(pk=report.pk).update(**decided)
        if state is ReportState.UPHELD:
            hiding.hide(excerpt=excerpt, now=now)
        else:
            same.filter(state=ReportState.UPHELD.value).update(**decided)
            hiding.restore(excerpt=excerpt)
        what = "report.upheld" if state is ReportState.UPHELD else "report.dismissed"
        told = {"report": report.pk, "excerpt": excerpt.pk}
        changes.record(campaign=excerpt.campaign, user=by, what=what, details=told, now=now)
    report.refresh_from_db()


def _is_guest(contributor: Contributor) -> bool:
    if contributor.joined_into_id is not None:
        return False
    return contributor.kind == ContributorKind.GUEST


def _take_turns(campaign_id: int) -> None:
    """Guests of one campaign report one after the other: the bound is counted, not guessed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('guests report'), %s)", [campaign_id % 2**31]
        )


def _may_hide(excerpt: Excerpt, person: Sequence[int], *, is_guest: bool) -> bool:
    # Someone of the team has looked at it already: another look comes before hiding it again.
    if excerpt.reports.exclude(state=ReportState.WAITING.value).exists():
        return excerpt.reports.filter(state=ReportState.UPHELD.value).exists()
    unreviewed = Report.objects.waiting().filter(hides=True)
    by_person = unreviewed.filter(contributor__in=person)
    if by_person.values("excerpt").distinct().count() >= MOST_OF_A_PERSON:
        return False
    if not is_guest:
        return True
    by_guests = unreviewed.filter(
        excerpt__campaign=excerpt.campaign_id, contributor__kind=ContributorKind.GUEST
    )
    return by_guests.values("excerpt").distinct().count() < _most_of_guests(excerpt.campaign_id)


def _most_of_guests(campaign_id: int) -> int:
    played = Excerpt.objects.filter(campaign=campaign_id, microtasks__isnull=False)
    share = math.floor(SHARE_OF_GUESTS * played.distinct().count())
    return max(FEWEST_OF_GUESTS, share)

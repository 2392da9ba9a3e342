"""Retention: what is deleted by itself, and after how many days. The page about it reads this."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crowd.models import (
    Answer,
    Assignment,
    Batch,
    Comment,
    Complaint,
    Contributor,
    Draft,
    Find,
    Objection,
    Report,
    RetentionRule,
    Upload,
)
from crowd.models.contributors import ContributorKind
from crowd.rules.problems import Problem
from crowd.services import repeats

LEAST, MOST = 1, 3650  # days
AT_ONCE = 500  # guests a transaction deletes
# What a guest may have left behind that is more than having looked.
TRACES = (Answer, Report, Find, Objection, Complaint, Comment, Upload)

Sweep = Callable[[datetime], int]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of thing that does not stay.

    Attributes:
        days: after which it goes.
        sentence: what goes, for the page.
        sweep: deletes what is older than a moment, and says how much.
    """

    key: str
    days: int
    sentence: Any
    sweep: Sweep


def rules() -> list[Rule]:
    """What this site does: our rules, with its own numbers of days."""
    own = dict(RetentionRule.objects.values_list("what", "days"))
    return [
        Rule(
            key=each.key,
            days=own.get(each.key, each.days),
            sentence=each.sentence,
            sweep=each.sweep,
        )
        for each in RULES
    ]


def choose(*, days: dict[str, int]) -> None:
    """Keep things for another number of days, from the next night on.

    Raises:
        Problem: `days_out_of_range`.
    """
    if not all(LEAST <= each <= MOST for each in days.values()):
        raise Problem("days_out_of_range", least=LEAST, most=MOST)
    for rule in RULES:
        if rule.key in days:
            RetentionRule.objects.update_or_create(what=rule.key, defaults={"days": days[rule.key]})


def sweep(*, now: datetime) -> dict[str, int]:
    """Delete what its rule says, for good; run twice, the second finds nothing.

    Returns:
        Key of a rule → how much went.
    """
    return {rule.key: rule.sweep(now - timedelta(days=rule.days)) for rule in rules()}


def _drafts(before: datetime) -> int:
    return Draft.objects.filter(written_at__lt=before).delete()[0]


def _sessions(before: datetime) -> int:
    return Session.objects.filter(expire_date__lt=before).delete()[0]


def _guests(before: datetime) -> int:
    """Guests who looked and never said anything, with the leases they had."""
    gone = 0
    while ids := list(_unused(before).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            # Rival: one of them answering at this moment; whoever is busy is left for tomorrow.
            held = _unused(before).filter(pk__in=ids).select_for_update(skip_locked=True)
            some = list(held.values_list("pk", flat=True))
            Assignment.objects.filter(contributor__in=some).delete()
            Batch.objects.filter(contributor__in=some).delete()
            Contributor.objects.filter(pk__in=some).delete()
        gone += len(some)
        if len(some) < len(ids):
            break
    return gone


def _unused(before: datetime) -> QuerySet[Contributor]:
    found = Contributor.objects.filter(
        kind=ContributorKind.GUEST,
        user=None,
        joined_into=None,
        has_joined=False,
        pseudonym=None,
        made_at__lt=before,
    )
    recent = Assignment.objects.filter(contributor=OuterRef("pk"), lent_at__gte=before)
    found = found.exclude(Exists(recent))
    for model in TRACES:
        found = found.exclude(Exists(model.objects.filter(contributor=OuterRef("pk"))))
    return found


def _notes(before: datetime) -> int:
    """The words of reports, complaints and objections, once they are decided."""
    reports = Report.objects.filter(reviewed_at__lt=before).exclude(note="")
    complaints = Complaint.objects.filter(decided_at__lt=before).exclude(note="")
    objections = Objection.objects.filter(decided_at__lt=before).exclude(reason="")
    return reports.update(note="") + complaints.update(note="") + objections.update(reason="")


def _refused_finds(before: datetime) -> int:
    return Find.objects.filter(state="hidden", decided_at__lt=before).delete()[0]


def _replies(before: datetime) -> int:
    return repeats.forget_old(before=before)


def _administration(before: datetime) -> int:
    return LogEntry.objects.filter(action_time__lt=before).delete()[0]


RULES = (
    Rule(
        key="drafts",
        days=60,
        sentence=_("What was typed and not sent, after it was last changed"),
        sweep=_drafts,
    ),
    Rule(
        key="sessions",
        days=1,
        sentence=_("Sign-ins that have run out (90 days after the last visit)"),
        sweep=_sessions,
    ),
    Rule(
        key="guests",
        days=90,
        sentence=_("Guests who looked and never answered anything"),
        sweep=_guests,
    ),
    Rule(
        key="notes",
        days=365,
        sentence=_("The words of reports, complaints and objections, once they are decided"),
        sweep=_notes,
    ),
    Rule(
        key="finds",
        days=90,
        sentence=_("Finds that the team did not show"),
        sweep=_refused_finds,
    ),
    Rule(
        key="replies",
        days=1,
        sentence=_("Sealed replies to programs, kept in case they ask the same again"),
        sweep=_replies,
    ),
    Rule(
        key="administration",
        days=365,
        sentence=_("The log of what the site’s staff did in the administration"),
        sweep=_administration,
    ),
)

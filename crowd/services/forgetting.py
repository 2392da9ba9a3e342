"""Forgetting: someone deletes their account, or is forgotten on a device.

All that names them goes at once, in one transaction. What they said stays, under a number that
leads to nobody, because verdicts stand on it; where its text is personal it is withdrawn, and what
it settled is cross-checked anew.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from crowd.models import (
    Badge,
    Certificate,
    Change,
    Comment,
    Contributor,
    Find,
    Follow,
    Invitation,
    LaunchPermit,
    Mail,
    Report,
    Seat,
    Team,
    TeamPlace,
    Trial,
    User,
    WeeklyGoal,
    Welcome,
)
from crowd.models.complaints import About, Complaint
from crowd.services import (
    board_names,
    contributors,
    drafts,
    notes,
    objections,
    teams,
    uploads,
    withdrawing,
)

# Of a person, and of nobody else: deleted. (Model, the fields that name them.)
OWN: Sequence[tuple[Any, Sequence[str]]] = (
    (TeamPlace, ("contributor",)),
    (Badge, ("contributor",)),
    (WeeklyGoal, ("contributor",)),
    (Seat, ("contributor",)),
    (Welcome, ("inviter", "newcomer")),
    (Certificate, ("contributor",)),
    (Follow, ("contributor",)),
    (Find, ("contributor",)),
    (Comment, ("contributor",)),
    (Trial, ("contributor",)),
)
# What a person wrote to a campaign's team; that they did stays, for bounds and for history.
NOTES: Sequence[tuple[Any, str]] = ((Report, "note"), (Complaint, "note"))


@transaction.atomic
def forget(
    *,
    contributor: Contributor | None,
    user: User | None = None,
    answer_ids: Collection[uuid.UUID] | None = (),
    now: datetime,
) -> None:
    """Delete an account, or forget a guest; or an account that never took part.

    Args:
        contributor: None for an account that never took part.
        user: the account, if they have one.
        answer_ids: answers with personal text, which are withdrawn; None for all with free text
            or files. Others' are left alone.
    """
    if contributor is not None:
        # Rivals: this person's other tabs, answering or claiming at this moment.
        person = contributors.hold(contributor_id=contributor.pk)
        withdrawing.withdraw(contributor_ids=person, answer_ids=answer_ids, now=now)
        _forget_contributors(person, now=now)
    if user is not None:
        _forget_account(user)


def _forget_contributors(person: Sequence[int], *, now: datetime) -> None:
    drafts.forget(contributor_ids=person)
    uploads.forget(contributor_ids=person)
    teams.forget(contributor_ids=person)
    withdrawing.give_back(contributor_ids=person, now=now)
    objections.forget(contributor_ids=person)
    for model, fields in OWN:
        for field in fields:
            model.objects.filter(**{f"{field}__in": person}).delete()
    for model, field in NOTES:
        model.objects.filter(contributor__in=person).update(**{field: ""})
    Team.objects.filter(founder__in=person).update(founder=None)
    Complaint.objects.filter(subject=About.PSEUDONYM, subject_id__in=person).delete()
    _forget_in_administration("contributor", person)
    for each in Contributor.objects.filter(pk__in=person):
        each.public_id = uuid.uuid4()  # whoever has kept a token can't tell whose answers these are
        each.user, each.pseudonym, each.listed, each.burst = None, None, None, None
        each.room = None
        each.reads = ""
        each.made_at = each.made_at.replace(hour=0, minute=0, second=0, microsecond=0)
        each.forgotten_at = now
        each.save()
    board_names.changed()
    notes.note(contributor_ids=list(person))


def _forget_account(user: User) -> None:
    if user.email:
        Invitation.objects.filter(email__iexact=user.email).delete()
        LaunchPermit.objects.filter(email__iexact=user.email).delete()
        Mail.objects.filter(address__iexact=user.email).delete()
        _forget_in_log(user.email)
    _end_sessions(user)
    _forget_in_administration("user", [user.pk])
    user.delete()  # and with it keys, passkeys, e-mail addresses, memberships, choices of mails


def _forget_in_log(email: str) -> None:
    """The log of a team may say whom it invited."""
    words = Change.objects.annotate(words=Cast("details", TextField()))
    for change in words.filter(words__icontains=email):
        change.details = {
            name: "…" if str(value).lower() == email.lower() else value
            for name, value in change.details.items()
        }
        change.save(update_fields=["details"])


def _end_sessions(user: User) -> None:
    # A session does not say whose it is but inside. Guests have none, so there are few.
    for session in Session.objects.iterator(chunk_size=1000):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _forget_in_administration(model: str, ids: Collection[int]) -> None:
    """The administration's own log repeats names and addresses."""
    kind = ContentType.objects.get(app_label="crowd", model=model)
    entries = LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids])
    entries.update(object_repr=Value(""), change_message=Value(""))

"""Announcements: news for everyone who took part, on the campaign's page and by mail."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from crowd import later
from crowd.models import Announcement, Answer, Campaign, User
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.services import changes, mails

NAME = "tasks.announcements.go_on"


@transaction.atomic
def make(
    *, campaign: Campaign, title: str, text: str, by: User | None, now: datetime
) -> Announcement:
    """Announce something; mails follow.

    Raises:
        Problem: `announcement_empty`.
    """
    if not title.strip() or not text.strip():
        raise Problem("announcement_empty")
    made = Announcement.objects.create(
        campaign=campaign, title=title.strip(), text=text.strip(), made_by=by, made_at=now
    )
    told = {"title": made.title}
    changes.record(campaign=campaign, user=by, what="announcement.made", details=told, now=now)
    later.nudge(NAME, queue="default")
    return made


@transaction.atomic
def withdraw(*, announcement: Announcement, by: User | None, now: datetime) -> None:
    """Take it off the campaign's page; what was sent can't be called back."""
    shown = Announcement.objects.filter(pk=announcement.pk, withdrawn_at=None)
    if shown.update(withdrawn_at=now):
        told = {"title": announcement.title}
        campaign = announcement.campaign
        what = "announcement.withdrawn"
        changes.record(campaign=campaign, user=by, what=what, details=told, now=now)


def shown(*, campaign: Campaign) -> QuerySet[Announcement]:
    """Those on the campaign's page, the newest first."""
    return Announcement.objects.filter(campaign=campaign, withdrawn_at=None)


def audience(*, campaign: Campaign) -> QuerySet[User]:
    """Accounts that took part, also as a guest before, and agreed to get announcements."""
    same = Q(contributor__user=OuterRef("pk")) | Q(contributor__joined_into__user=OuterRef("pk"))
    took_part = Answer.objects.filter(same, microtask__campaign=campaign)
    agreed = User.objects.filter(
        is_active=True,
        email__isnull=False,
        mail_choices__topic=Topic.ANNOUNCEMENTS.value,
        mail_choices__agreed=True,
    )
    return agreed.filter(Exists(took_part)).select_related("contributor").order_by("pk")


def send_all(*, now: datetime) -> int:
    """Write the mails of every announcement that has none yet.

    Returns:
        How many announcements there were.
    """
    later.woken(NAME)
    waiting = list(Announcement.objects.filter(sent_to=None, withdrawn_at=None).order_by("pk"))
    for announcement in waiting:
        _send(announcement, now)
    return len(waiting)


@transaction.atomic
def _send(announcement: Announcement, now: datetime) -> None:
    held = Announcement.objects.select_for_update(skip_locked=True, of=("self",))
    found = held.select_related("campaign").filter(pk=announcement.pk, sent_to=None).first()
    if found is None:
        return  # another worker is at it
    people: Sequence[User] = list(audience(campaign=found.campaign)) if mails.can_send() else []
    for user in people:
        mails.send(
            to=user,
            template="announcement",
            context={
                "campaign": found.campaign.title,
                "title": found.title,
                "text": found.text,
                "link": reverse("campaign", args=[found.campaign.slug]),
            },
            language=user.contributor.language,
            topic=Topic.ANNOUNCEMENTS,
            key=f"announcement-{found.pk}-{user.pk}",
            now=now,
        )
    found.sent_to = len(people)
    found.save(update_fields=["sent_to"])

"""Reminding: people are told by e-mail that their time is nearly over, or what became of a target.

Both look at what is, whenever they run: nothing is lost when a run is, and a mail's key sends it
once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format

from crowd.models import Assignment, Comment, Follow
from crowd.models.mails import Topic
from crowd.rules import leases
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import mails, stages

BATCH = 500


def remind(*, now: datetime) -> int:
    """Write to whoever holds a target whose lease ends soon, once for each end.

    Returns:
        How many mails were written.
    """
    soon = now + timedelta(hours=settings.TAMIS_REMIND_HOURS)
    ending = Assignment.objects.lent().filter(
        due_at__gt=now,
        due_at__lte=soon,
        due_at__gte=F("lent_at") + timedelta(seconds=leases.LONG_SECONDS),
        batch=None,
        microtask__state=MicroTaskState.OPEN.value,
        microtask__excerpt__hidden_at=None,
        contributor__user__isnull=False,
    )
    loaded = ending.select_related(
        "contributor__user",
        "microtask__campaign",
        "microtask__step",
        "microtask__excerpt__document",
    )
    # Who took something on for a day is reminded at its half, not at its beginning.
    half = [each for each in loaded if now >= each.due_at - (each.due_at - each.lent_at) / 2]
    return sum(_remind(each, now=now) for each in half)


def tell_followers(*, now: datetime) -> int:
    """Write to whoever follows a target that has moved, or of which something was said.

    Returns:
        How many mails were written.
    """
    written, after = 0, 0
    follows = Follow.objects.filter(by_mail=True, excerpt__hidden_at=None).order_by("pk")
    while some := list(follows.filter(pk__gt=after)[:BATCH]):
        written += sum(_tell(each.pk, now=now) for each in some)
        after = some[-1].pk
    return written


def _remind(lease: Assignment, *, now: datetime) -> bool:
    contributor, microtask = lease.contributor, lease.microtask
    assert contributor.user is not None
    mail = mails.send(
        to=contributor.user,
        template="reminder",
        topic=Topic.REMINDERS,
        key=f"lease-{lease.pk}-{lease.due_at.isoformat()}",
        language=contributor.language,
        now=now,
        context={
            "campaign": microtask.campaign.title,
            "target": stages.title(microtask.excerpt),
            "step": microtask.step.title,
            "due_at": _day(lease.due_at, contributor.language),
            "link": f"/c/{microtask.campaign.slug}/targets/{microtask.excerpt_id}/",
        },
    )
    return mail is not None


def _day(moment: datetime, language: str) -> str:
    with translation.override(language):
        return date_format(moment, "DATE_FORMAT")


@transaction.atomic
def _tell(follow_id: int, *, now: datetime) -> bool:
    # Rival: another worker's run; it finds what this one has told.
    held = Follow.objects.select_for_update(of=("self",), skip_locked=True)
    follow = held.select_related("excerpt__campaign", "excerpt__document", "contributor__user")
    found = follow.filter(pk=follow_id).first()
    if found is None or found.contributor.user is None:
        return False
    target = stages.of_target(excerpt=found.excerpt)
    said = Comment.objects.published().filter(excerpt=found.excerpt, pk__gt=found.told_comment)
    latest = said.order_by("-pk").values_list("pk", flat=True).first()
    if target is None or (target.stage.key == found.told_stage and latest is None):
        return False
    told = {"moved": target.stage.key != found.told_stage, "comments": said.count()}
    found.told_stage, found.told_comment = target.stage.key, latest or found.told_comment
    found.save(update_fields=["told_stage", "told_comment"])
    return _write(found, target, told, now=now)


def _write(
    follow: Follow, target: stages.Target, told: Mapping[str, Any], *, now: datetime
) -> bool:
    campaign, user = follow.excerpt.campaign, follow.contributor.user
    assert user is not None
    step = target.stage.step
    mail = mails.send(
        to=user,
        template="followed",
        topic=Topic.FOLLOWED,
        language=follow.contributor.language,
        now=now,
        context={
            **told,
            "campaign": campaign.title,
            "target": stages.title(follow.excerpt),
            "step": step.title if step else "",
            "what": target.stage.what.value,
            "link": f"/c/{campaign.slug}/targets/{follow.excerpt_id}/",
        },
    )
    return mail is not None

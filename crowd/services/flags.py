"""Flags: odd series of answers are held out of decisions until a campaigner has looked.

Held out answers stay where they are; what they were asked is asked to others. Restored, they
decide again as if nothing had been.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from crowd import later
from crowd.models import Answer, Campaign, Contributor, Flag, User
from crowd.models.answers import SetAside
from crowd.models.reviews import FlagState
from crowd.services import changes, locks
from crowd.services.dossiers import Dossier


def hold_out(dossiers: Sequence[Dossier], *, now: datetime) -> None:
    """Set aside what people with a flag say in the meantime; the dossiers know it afterwards."""
    campaigns = {dossier.microtask.campaign_id for dossier in dossiers}
    flagged = set(
        Flag.objects.filter(campaign__in=campaigns, state=FlagState.HELD).values_list(
            "campaign_id", "contributor_id"
        )
    )
    if not flagged:
        return
    held = [
        answer
        for dossier in dossiers
        for answer in dossier.counting
        if (dossier.microtask.campaign_id, answer.contributor_id) in flagged
    ]
    for answer in held:
        answer.set_aside_at, answer.set_aside_reason = now, SetAside.HELD
    Answer.objects.filter(pk__in=[answer.pk for answer in held]).update(
        set_aside_at=now, set_aside_reason=SetAside.HELD
    )


@transaction.atomic
def raise_flags(*, campaign: Campaign, flags: Collection[Flag], now: datetime) -> list[Flag]:
    """Write new flags and hold the answers of those people out.

    What a campaigner has restored is not held out again for the same reason.

    Returns:
        Those that are new.
    """
    locks.hold(campaign_id=campaign.pk)
    known = set(Flag.objects.filter(campaign=campaign).values_list("contributor_id", "kind"))
    new = [flag for flag in flags if (flag.contributor_id, flag.kind) not in known]
    Flag.objects.bulk_create(new)
    people = {flag.contributor_id for flag in new}
    said = Answer.objects.counting().filter(microtask__campaign=campaign, contributor__in=people)
    # Unread again: the cross-check decides without them, and others are asked.
    if said.update(set_aside_at=now, set_aside_reason=SetAside.HELD, counted_at=None):
        later.nudge("tasks.consensus.settle_waiting", queue="consensus")
    return new


@transaction.atomic
def restore(*, flag: Flag, by: User | None, now: datetime) -> None:
    """Let a person's answers decide again, unless another flag still holds them."""
    locks.hold(campaign_id=flag.campaign_id)
    flag.state, flag.decided_at, flag.decided_by = FlagState.RESTORED, now, by
    flag.save(update_fields=["state", "decided_at", "decided_by"])
    if not _is_held(flag.contributor, flag.campaign):
        _let_decide(flag)
    _record(flag, "flag.restored", by, now)


@transaction.atomic
def hold_again(*, flag: Flag, by: User | None, now: datetime) -> None:
    """Undo a restoring."""
    locks.hold(campaign_id=flag.campaign_id)
    flag.state, flag.decided_at, flag.decided_by = FlagState.HELD, now, by
    flag.save(update_fields=["state", "decided_at", "decided_by"])
    said = Answer.objects.counting().filter(
        microtask__campaign=flag.campaign_id, contributor=flag.contributor_id
    )
    if said.update(set_aside_at=now, set_aside_reason=SetAside.HELD, counted_at=None):
        later.nudge("tasks.consensus.settle_waiting", queue="consensus")
    _record(flag, "flag.held", by, now)


def _record(flag: Flag, what: str, by: User | None, now: datetime) -> None:
    told = {"flag": flag.pk}
    changes.record(campaign=flag.campaign, user=by, what=what, details=told, now=now)


def _is_held(contributor: Contributor, campaign: Campaign) -> bool:
    flags = Flag.objects.filter(contributor=contributor, campaign=campaign, state=FlagState.HELD)
    return flags.exists()


def _let_decide(flag: Flag) -> None:
    held = Answer.objects.filter(
        microtask__campaign=flag.campaign_id,
        contributor=flag.contributor_id,
        set_aside_reason=SetAside.HELD,
    )
    if held.update(set_aside_at=None, set_aside_reason="", counted_at=None):
        later.nudge("tasks.consensus.settle_waiting", queue="consensus")


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A flag as a campaigner sees it, and how many answers it is about."""

    flag: Flag
    answers: int


def of_campaign(campaign: Campaign) -> list[Suspicion]:
    """All flags of a campaign: those held first, the newest first."""
    said = Answer.objects.filter(
        microtask__campaign=campaign, contributor=OuterRef("contributor")
    ).order_by()
    counted = Coalesce(Subquery(said.values("contributor").annotate(n=Count("pk")).values("n")), 0)
    found = campaign.flags.annotate(answers=counted).order_by("state", "-made_at", "pk")
    return [Suspicion(flag=flag, answers=flag.answers) for flag in found]

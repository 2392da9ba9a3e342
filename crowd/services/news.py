"""News of the cross-check: new scores on the boards, counts and links for the open pages.

Who has news is noted in Valkey and told once a second, however many answers came in it. A note
that is lost with Valkey costs a moment: boards are caught up with on schedule, pages ask again.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from crowd import later, live, valkey
from crowd.models import Award, Campaign, Contributor
from crowd.services import contributors, leaderboard, points, progress

logger = logging.getLogger(__name__)

LINKS = 3  # newest verdicts linked in one message


def note(*, campaign_ids: Collection[int], contributor_ids: Collection[int]) -> None:
    """After commit, remember who has news, and have it told within a second or so."""

    def keep() -> None:
        try:
            with valkey.client().pipeline(transaction=True) as pipe:
                if campaign_ids:
                    pipe.sadd(_noted("campaigns"), *campaign_ids)
                if contributor_ids:
                    pipe.sadd(_noted("contributors"), *contributor_ids)
                pipe.execute()
        except valkey.Unreachable:
            logger.warning("Valkey is unreachable; pages and boards catch up when it is back")
        else:
            later.in_a_moment("tasks.ranks.tell", queue="consensus")

    transaction.on_commit(keep, robust=True)


def tell(*, now: datetime) -> None:
    """Write the new scores and tell every audience that has had its pause; the others next time."""
    campaign_ids, contributor_ids = _take("campaigns"), _take("contributors")
    leaderboard.refresh(contributor_ids=contributor_ids, now=now)
    campaigns_left = [pk for pk in campaign_ids if not _tell_campaign(pk)]
    people_left = [pk for pk in contributor_ids if not _tell_contributor(pk)]
    if campaigns_left or people_left:
        note(campaign_ids=campaigns_left, contributor_ids=people_left)


def of_campaign(campaign: Campaign) -> dict[str, Any]:
    """What everyone with the campaign's page open may know."""
    counts = asdict(progress.recount(campaign))
    counts.pop("per_step")
    # Any award may have moved the board; the page asks for it anew when this number changes.
    newest = Award.objects.filter(campaign=campaign).order_by("-pk").values_list("pk", flat=True)
    return {"type": "progress", **counts, "board": newest.first() or 0}


def of_contributor(contributor: Contributor) -> dict[str, Any]:
    """What one person's own pages may know."""
    summary = points.summary(contributor=contributor)
    person = contributors.person_ids(contributor=contributor)
    awards = Award.objects.filter(contributor__in=person).order_by("-pk")
    verdicts = awards.values_list("verdict_id", flat=True)
    return {
        "type": "confirmed",
        "confirmed": summary.confirmed,
        "not_confirmed": summary.not_confirmed,
        "waiting": summary.waiting,
        "points": summary.points,
        "links": [f"/verdicts/{pk}/" for pk in verdicts[:LINKS]],
    }


def _tell_campaign(campaign_id: int) -> bool:
    audience = live.campaign(campaign_id)
    if live.is_empty(audience):
        return True
    if not live.may_tell(audience):
        return False
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None:
        live.tell(audience, of_campaign(campaign))
    return True


def _tell_contributor(contributor_id: int) -> bool:
    audience = live.contributor(contributor_id)
    if live.is_empty(audience):
        return True
    if not live.may_tell(audience):
        return False
    contributor = Contributor.objects.filter(pk=contributor_id).first()
    if contributor is not None:
        live.tell(audience, of_contributor(contributor))
    return True


def _take(what: str) -> Iterable[int]:
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.smembers(_noted(what)).delete(_noted(what))
        members, _ = pipe.execute()
    return sorted(map(int, members))


def _noted(what: str) -> str:
    return valkey.key("news", what)

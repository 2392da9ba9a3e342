"""News for open pages: counts and ranks, and links to verdicts (DESIGN, rule 7)."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from crowd import later, live, valkey
from crowd.models import Award, Campaign, Contributor
from crowd.services import points, progress

LINKS = 3  # newest verdicts linked in one message


def tell(*, campaign_ids: Iterable[int], contributor_ids: Iterable[int]) -> None:
    """Tell every audience that has had its pause, and come back for those that had not."""
    waiting = [f"campaign {pk}" for pk in campaign_ids if not _tell_campaign(pk)]
    waiting += [f"contributor {pk}" for pk in contributor_ids if not _tell_contributor(pk)]
    if waiting:
        _keep(waiting)
        later.in_a_moment("tasks.ranks.tell_waiting", queue="consensus")


def tell_waiting() -> None:
    """Tell those that had to wait for their pause."""
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.smembers(_waiting()).delete(_waiting())
        waiting = [each.split() for each in pipe.execute()[0]]
    tell(
        campaign_ids=[int(pk) for kind, pk in waiting if kind == "campaign"],
        contributor_ids=[int(pk) for kind, pk in waiting if kind == "contributor"],
    )


def _keep(waiting: list[str]) -> None:
    try:
        valkey.client().sadd(_waiting(), *waiting)
    except valkey.Unreachable:
        pass  # nobody can be told anything now; the pages ask again by themselves


def _waiting() -> str:
    return valkey.key("news-waiting")


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
    awards = Award.objects.filter(contributor=contributor).order_by("-pk")
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
    if not live.may_tell(live.campaign(campaign_id)):
        return False
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None:
        live.tell(live.campaign(campaign_id), of_campaign(campaign))
    return True


def _tell_contributor(contributor_id: int) -> bool:
    if not live.may_tell(live.contributor(contributor_id)):
        return False
    contributor = Contributor.objects.filter(pk=contributor_id).first()
    if contributor is not None:
        live.tell(live.contributor(contributor_id), of_contributor(contributor))
    return True

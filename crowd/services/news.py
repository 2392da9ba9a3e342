"""News of the cross-check: new scores on the boards, counts and links for the open pages."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crowd import live
from crowd.models import Award, Badge, Campaign, Contributor, Room, Verdict
from crowd.services import contributors, finished, game, goals, points, progress, rooms, scores
from crowd.services.notes import note, take

LINKS = 3  # newest verdicts linked in one message


def tell(*, now: datetime) -> None:
    """Write the new scores and tell every audience that has had its pause; the others next time."""
    campaign_ids, contributor_ids = take("campaigns"), take("contributors")
    rooms_left = [pk for pk in take("rooms") if not _tell_room(pk)]
    scores.refresh(contributor_ids=contributor_ids, now=now)
    people = set(contributors.people(contributor_ids=contributor_ids).values())
    campaigns_left = [pk for pk in campaign_ids if not _tell_campaign(pk)]
    people_left = [pk for pk in people if not _tell_contributor(pk)]
    if campaigns_left or people_left or rooms_left:
        note(campaign_ids=campaigns_left, contributor_ids=people_left, room_ids=rooms_left)


def of_campaign(campaign: Campaign, *, anew: bool = True) -> dict[str, Any]:
    """What everyone with the campaign's page open may know.

    Args:
        anew: count now; False for who has just come, with a thousand others perhaps.
    """
    counts = asdict((progress.recount if anew else progress.of_campaign)(campaign))
    counts.pop("per_step")
    message = {"type": "progress", **counts, "documents": finished.documents(campaign=campaign)}
    everyone = game.shown_to(contributor=None, campaign=campaign)
    if everyone.ranks:
        # Any award may have moved the board; the page asks for it when this number changes.
        newest = Award.objects.filter(campaign=campaign).order_by("-pk")
        message["board"] = newest.values_list("pk", flat=True).first() or 0
    if everyone.together and (
        together := goals.together(campaign=campaign, settled=counts["settled"])
    ):
        message |= {"goal": together.settled, "goal_total": together.total}
    return message


def of_contributor(contributor: Contributor) -> dict[str, Any]:
    """What one person's own pages may know; nothing of the game for who has switched it off."""
    summary = points.summary(contributor=contributor)
    person = contributors.person_ids(contributor=contributor)
    awards = Award.objects.filter(contributor__in=person).order_by("-pk")
    newest = list(awards.values_list("verdict_id", flat=True)[:LINKS])
    shown = set(Verdict.objects.shown().filter(pk__in=newest).values_list("pk", flat=True))
    message = {
        "type": "confirmed",
        "confirmed": summary.confirmed,
        "not_confirmed": summary.not_confirmed,
        "waiting": summary.waiting,
        "links": [f"/verdicts/{pk}/" for pk in newest if pk in shown],
    }
    if game.shown_to(contributor=contributor).points:
        earned = Badge.objects.filter(contributor=person[0]).count()
        message |= {"points": summary.points, "badges": earned}
    return message


def of_room(room: Room) -> dict[str, Any]:
    """What the screens of a room may know: counts, no names."""
    tally = rooms.tally(room=room)
    teams = [[team.people, team.answers] for team in tally.teams]
    return {"type": "room", **asdict(tally), "teams": teams, "open": room.is_open}


def _tell_campaign(campaign_id: int) -> bool:
    def now_known() -> dict[str, Any] | None:
        campaign = Campaign.objects.filter(pk=campaign_id).first()
        return of_campaign(campaign) if campaign else None

    return _tell(live.campaign(campaign_id), now_known)


def _tell_contributor(contributor_id: int) -> bool:
    def now_known() -> dict[str, Any] | None:
        contributor = Contributor.objects.filter(pk=contributor_id).first()
        if contributor is None or contributor.calm:
            return None  # nothing is to move on their pages
        return of_contributor(contributor)

    return _tell(live.contributor(contributor_id), now_known)


def _tell_room(room_id: int) -> bool:
    def now_known() -> dict[str, Any] | None:
        room = Room.objects.filter(pk=room_id).first()
        return of_room(room) if room else None

    return _tell(live.room(room_id), now_known)


def _tell(audience: str, now_known: Callable[[], dict[str, Any] | None]) -> bool:
    """Count and tell only if someone listens; False when their pause is not over yet."""
    if live.is_empty(audience):
        return True
    if not live.may_tell(audience):
        return False
    message = now_known()
    if message is not None:
        live.tell(audience, message)
    return True

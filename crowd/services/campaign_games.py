"""How a campaign plays: not at all, each for themselves, together, or with leaderboards."""

from datetime import datetime

from django.db import transaction

from crowd import later
from crowd.models import Award, Campaign, User
from crowd.models.campaigns import Game
from crowd.rules.problems import Problem
from crowd.services import changes, notes, outlines


@transaction.atomic
def choose(*, campaign: Campaign, game: str, by: User | None, now: datetime) -> None:
    """Play a campaign's game another way. What was earned stays in the ledger.

    Raises:
        Problem: no such way.
    """
    if game not in Game.values:
        raise Problem("game_unknown")
    if campaign.game == game:
        return
    campaign.game = game
    campaign.save(update_fields=["game"])
    changes.record(
        campaign=campaign,
        user=by,
        what="campaign.game",
        details={"game": str(Game(game).label)},
        now=now,
    )
    outlines.forget()
    notes.note(campaign_ids=[campaign.pk])
    later.after_commit("tasks.ranks.rewrite", queue="default", campaign_id=campaign.pk)


def people_of(*, campaign_id: int) -> list[int]:
    """Everyone who has points from a campaign: its game decides which boards these are on."""
    found = Award.objects.filter(campaign=campaign_id).order_by()
    return list(found.values_list("contributor_id", flat=True).distinct())

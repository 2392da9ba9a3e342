"""The game's switches: what of it one person sees in one campaign. Every door asks here."""

from dataclasses import dataclass

from django.conf import settings

from crowd.models import Answer, Campaign, Contributor, Experiment
from crowd.models.campaigns import Game
from crowd.services import contributors, experiments, outlines


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown of the game.

    Attributes:
        points: points, levels, badges and one's own goal.
        ranks: leaderboards.
        together: what a campaign's people fill together, and teams.
        lively: messages may pop up, things may move.
    """

    points: bool
    ranks: bool
    together: bool
    lively: bool


def shown_to(*, contributor: Contributor | None, campaign: Campaign | None = None) -> Shown:
    """What this person sees of the game in a campaign, or (None) on pages about all of them.

    The site, the campaign, the person, and an experiment the person is in can each switch it off.
    """
    on = _is_on(contributor, campaign)
    game = campaign.game if campaign else Game.COMPETITIVE
    wants_ranks = contributor is None or not contributor.no_ranks
    return Shown(
        points=on,
        ranks=on and wants_ranks and game == Game.COMPETITIVE,
        together=on and game in {Game.COOPERATIVE, Game.COMPETITIVE},
        lively=contributor is None or not contributor.calm,
    )


def _is_on(contributor: Contributor | None, campaign: Campaign | None) -> bool:
    if not settings.TAMIS_GAME or (campaign and campaign.game == Game.NONE):
        return False
    if contributor is None:
        return True
    return not contributor.no_game and not _is_without(contributor, campaign)


def _is_without(contributor: Contributor, campaign: Campaign | None) -> bool:
    """Whether an experiment keeps the game from this person."""
    if campaign is not None:
        experiment = outlines.of_campaign(campaign_id=campaign.pk).experiment
        return experiment is not None and experiments.is_without_game(
            experiment=experiment, contributor=contributor
        )
    drawn = [
        experiment.campaign_id
        for experiment in Experiment.objects.filter(ended_at=None)
        if experiments.is_without_game(experiment=experiment, contributor=contributor)
    ]
    if not drawn:
        return False
    person = contributors.person_ids(contributor=contributor)
    given = Answer.objects.filter(contributor__in=person, microtask__campaign__in=drawn)
    return given.exists()


def choose(*, contributor: Contributor, no_game: bool, no_ranks: bool, calm: bool) -> None:
    """Switch the game, or parts of it, off or on for oneself. Nothing earned is lost."""
    contributor.no_game, contributor.no_ranks, contributor.calm = no_game, no_ranks, calm
    contributor.save(update_fields=["no_game", "no_ranks", "calm"])
    contributors.tell_boards(contributor=contributor)

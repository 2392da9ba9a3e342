"""Goals: one's own for a week, and a campaign's that everyone fills together."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from crowd.models import Answer, Campaign, CampaignGoal, Contributor, WeeklyGoal
from crowd.rules.problems import Problem
from crowd.services import contributors, progress
from crowd.services.weeks import week_start

LEAST, MOST = 1, 1000
LONGEST_TITLE = 120
LARGEST_TARGET = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Week:
    """One's own goal and how far it is.

    Attributes:
        goal: None when none was chosen.
        given: answers this week, Monday to Sunday (UTC).
    """

    goal: WeeklyGoal | None
    given: int

    @property
    def reached(self) -> bool:
        return self.goal is not None and self.given >= self.goal.answers


@dataclass(frozen=True, kw_only=True)
class Dots:
    """A goal as a field of dots: `settled` of `total` are filled, none is contested."""

    total: int
    settled: int
    contested: int = 0


@dataclass(frozen=True, kw_only=True)
class Together(Dots):
    """A campaign's goal: what is filled since it was set."""

    goal: CampaignGoal

    @property
    def reached(self) -> bool:
        return self.settled >= self.total


def choose(*, contributor: Contributor, answers: int, now: datetime) -> WeeklyGoal:
    """Choose how many answers a week one would like to give. It goes on where it was paused.

    Raises:
        Problem: fewer than one, or more than a thousand.
    """
    if not LEAST <= answers <= MOST:
        raise Problem("goal_out_of_reach", least=LEAST, most=MOST)
    goal, _ = WeeklyGoal.objects.update_or_create(
        contributor_id=contributor.joined_into_id or contributor.pk,
        defaults={"answers": answers, "paused": False, "chosen_at": now},
    )
    return goal


def pause(*, contributor: Contributor, paused: bool) -> None:
    """Let the goal rest, or go on with it; a pause costs nothing."""
    person = contributor.joined_into_id or contributor.pk
    WeeklyGoal.objects.filter(contributor=person).update(paused=paused)


def drop(*, contributor: Contributor) -> None:
    """Have no goal."""
    person = contributor.joined_into_id or contributor.pk
    WeeklyGoal.objects.filter(contributor=person).delete()


def week_of(*, contributor: Contributor, now: datetime) -> Week:
    """One's own goal, and the answers one gave this week."""
    person = contributors.person_ids(contributor=contributor)
    given = Answer.objects.counting().filter(contributor__in=person, given_at__gte=week_start(now))
    goal = WeeklyGoal.objects.filter(contributor=person[0]).first()
    return Week(goal=goal, given=given.count())


def dots(week: Week) -> Dots | None:
    """One's own goal as a field of dots."""
    if week.goal is None:
        return None
    return Dots(total=week.goal.answers, settled=min(week.given, week.goal.answers))


@transaction.atomic
def set_together(
    *, campaign: Campaign, title: str, target: int, until: date | None, now: datetime
) -> CampaignGoal:
    """Ask everyone of a campaign to confirm so many more excerpts; an earlier goal ends.

    Raises:
        Problem: no title, a target below one, or a day that has passed.
    """
    title = " ".join(title.split())
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Problem("goal_title", most=LONGEST_TITLE)
    if not 1 <= target <= LARGEST_TARGET:
        raise Problem("goal_target", most=LARGEST_TARGET)
    if until is not None and until < now.date():
        raise Problem("goal_day_passed")
    CampaignGoal.objects.filter(campaign=campaign, ended_at=None).update(ended_at=now)
    return CampaignGoal.objects.create(
        campaign=campaign,
        title=title,
        target=target,
        began_with=progress.recount(campaign).settled,
        until=until,
        made_at=now,
    )


def end_together(*, campaign: Campaign, now: datetime) -> None:
    """Take the campaign's goal down."""
    CampaignGoal.objects.filter(campaign=campaign, ended_at=None).update(ended_at=now)


def together(*, campaign: Campaign, settled: int) -> Together | None:
    """The campaign's goal and how far it is; None when it has none.

    Args:
        settled: excerpts confirmed by now, as `services.progress` counts them.
    """
    goal = CampaignGoal.objects.filter(campaign=campaign, ended_at=None).first()
    if goal is None:
        return None
    filled = min(goal.target, max(0, settled - goal.began_with))
    return Together(goal=goal, total=goal.target, settled=filled)


def notice(*, now: datetime) -> int:
    """Write down when goals were reached. Safe to run twice.

    Returns:
        How many were reached just now.
    """
    reached = 0
    for goal in CampaignGoal.objects.filter(ended_at=None, reached_at=None).select_related(
        "campaign"
    ):
        far = progress.of_campaign(goal.campaign).settled - goal.began_with
        if far >= goal.target:
            reached += CampaignGoal.objects.filter(pk=goal.pk, reached_at=None).update(
                reached_at=now
            )
    return reached

"""Veils: what must stay unknown looks unsettled, wherever one looks, until the campaign closes."""

from typing import Any

import pytest

from crowd.models import Award, Campaign, MicroTask, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.services import (
    answers,
    campaigns,
    history,
    leases,
    news,
    points,
    progress,
    veils,
)
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_veiled(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0


def settled(drive: Drive, *, about: int = 1) -> None:
    drive.say("a", about=about)
    drive.say("a", about=about)
    builders.settle()


def close(drive: Drive) -> None:
    campaigns.move(campaign=drive.campaign, state=CampaignState.CLOSED, now=NOW)
    veils.lift(campaign_id=drive.campaign.pk, now=NOW)


def test_a_share_of_what_is_settled_is_veiled_always_the_same_and_never_what_is_not(
    settings: Any,
) -> None:
    settings.TAMIS_VEILED_SHARE = 0.3
    drive = builders.drive(excerpts=200)
    MicroTask.objects.filter(excerpt__position__lte=150).update(state="settled", needs=0)
    microtasks = list(drive.microtasks().select_related("campaign", "step"))
    drawn = {each.pk for each in veils.draw(microtasks)}
    assert drawn == {each.pk for each in veils.draw(microtasks)}
    assert 25 <= len(drawn) <= 65  # 45 expected, ± 3.5 standard deviations
    assert drawn <= {each.pk for each in microtasks if each.state == "settled"}
    settings.SECRET_KEY = "another"
    assert drawn != {each.pk for each in veils.draw(microtasks)}


def test_a_campaign_may_veil_another_share() -> None:
    drive = builders.drive()
    Campaign.objects.update(veiled_share=1)
    settled(drive)
    assert drive.microtask().veiled


@pytest.mark.usefixtures("all_veiled")
def test_a_verdict_that_opens_other_questions_is_never_veiled() -> None:
    drive = builders.drive(
        builders.step(builders.choices("q")),
        builders.step(key="next", opens_when={"step": "read", "question": "q", "each": True}),
    )
    drive.say(["a"])
    drive.say(["a"])
    builders.settle()
    assert not drive.microtask().veiled
    assert drive.microtask(step="next", about="a").state == "open"


@pytest.mark.usefixtures("all_veiled")
def test_the_verbs_say_nothing_of_what_is_veiled_until_the_campaign_closes() -> None:
    drive, plain = builders.drive(excerpts=2), builders.drive(excerpts=2)
    me = builders.guest()

    def told() -> list[Any]:
        (item,) = history.of(contributor=me, campaign=drive.campaign)
        return [
            progress.recount(drive.campaign),
            {k: v for k, v in news.of_contributor(me).items() if k != "waiting"},
            points.summary(contributor=me),
            (item.verdict, item.agrees, item.points, item.awards),
            list(Verdict.objects.public()),
            list(Verdict.objects.shown()),
        ]

    drive.say("a", by=me)
    drive.say("b")
    builders.settle()
    before = told()
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"
    after = told()
    assert before[0].answers + 1 == after[0].answers
    for far in (before[0], after[0]):
        assert (far.total, far.open, far.settled) == (2, 2, 0)
        assert [(each.open, each.settled) for each in far.per_step] == [(2, 0)]
    assert before[1:] == after[1:]
    assert not Award.objects.exists()
    close(drive)
    far, message, summary, (verdict, agrees, earned, awards), public, shown = told()
    assert (far.open, far.settled) == (1, 1)
    assert (summary.confirmed, summary.waiting, message["confirmed"]) == (1, 0, 1)
    assert (verdict, agrees, earned) == (public[0], True, awards[0].points)
    assert shown == public
    assert plain.verdict() is None


@pytest.mark.usefixtures("all_veiled")
def test_points_held_back_are_given_once_when_the_campaign_closes() -> None:
    drive = builders.drive(excerpts=3)
    for about in (1, 2, 3):
        settled(drive, about=about)
    close(drive)
    assert Award.objects.count() == 6
    assert veils.lift(campaign_id=drive.campaign.pk, now=NOW) == 0
    assert Award.objects.count() == 6


@pytest.mark.usefixtures("all_veiled")
def test_neither_a_late_answer_nor_a_lease_that_ran_out_tells_what_is_veiled() -> None:
    drive = builders.drive(excerpts=2)
    late, holder = builders.guests(2)
    lent = builders.lend(drive.microtask(), late)
    builders.lend(drive.microtask(), holder)
    settled(drive)
    receipt = builders.submit(lent, "b", now=NOW + LEASE + MINUTE)
    assert receipt.outcome is answers.Outcome.ACCEPTED
    again = drive.claim(holder, now=NOW + LEASE + MINUTE)
    assert again.resumed
    assert again.assignment is not None
    assert leases.extend(assignment=again.assignment, now=NOW + LEASE)


# --- Whoever is still being asked (DESIGN, rule 4) -----------------------------------------------


def test_a_verdict_waits_for_whoever_still_holds_a_lease() -> None:
    drive = builders.drive()
    holder, me = builders.guests(2)
    lent = builders.lend(drive.microtask(), holder)
    drive.say("a", by=me)
    drive.say("a")
    builders.settle()
    assert drive.verdict() is not None
    assert not Verdict.objects.public().exists()
    assert not Verdict.objects.shown().exists()
    assert history.of(contributor=me)[0].verdict is None
    assert news.of_contributor(me)["links"] == []
    assert not leases.extend(assignment=lent, now=NOW)
    builders.submit(lent, "b", now=NOW + MINUTE)
    assert Verdict.objects.public().count() == 1
    assert news.of_contributor(me)["links"]


def test_a_lease_that_runs_out_holds_up_no_verdict() -> None:
    drive = builders.drive()
    builders.lend(drive.microtask(), builders.guest())
    settled(drive)
    assert not Verdict.objects.public().exists()
    leases.expire_due(now=NOW + LEASE)
    assert Verdict.objects.public().exists()

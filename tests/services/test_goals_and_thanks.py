"""Goals, thanks and certificates: chosen freely, given once, and honest about hours."""

from datetime import timedelta
from typing import Any

import pytest

from crowd.models import Assignment, CampaignGoal, Mail, User
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.services import certificates, goals, mails, progress, thanks, welcomes
from frontend.printing import certificate as printing
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive(settings: Any) -> Drive:
    settings.TAMIS_VEILED_SHARE = 0.0
    return builders.drive(excerpts=8)


def test_a_weeks_answers_fill_the_goal_one_chose(drive: Drive) -> None:
    ana = builders.guest()
    assert goals.week_of(contributor=ana, now=NOW).goal is None
    goals.choose(contributor=ana, answers=2, now=NOW)
    drive.say("a", by=ana, about=1, now=NOW - timedelta(days=7))
    drive.say("a", by=ana, about=2, now=NOW)
    assert not goals.week_of(contributor=ana, now=NOW).reached
    drive.say("a", by=ana, about=3, now=NOW)
    week = goals.week_of(contributor=ana, now=NOW)
    assert (week.given, week.reached) == (2, True)
    assert goals.week_of(contributor=ana, now=NOW + timedelta(days=7)).given == 0


def test_a_goal_rests_and_goes_on_and_nothing_is_lost(drive: Drive) -> None:
    ana = builders.guest()
    goals.choose(contributor=ana, answers=5, now=NOW)
    goals.pause(contributor=ana, paused=True)
    resting = goals.week_of(contributor=ana, now=NOW).goal
    assert resting is not None
    assert resting.paused
    goals.pause(contributor=ana, paused=False)
    goals.drop(contributor=ana)
    assert goals.week_of(contributor=ana, now=NOW).goal is None


@pytest.mark.parametrize("answers", [0, -1, 1001])
def test_goals_out_of_reach_are_refused(answers: int) -> None:
    with pytest.raises(Problem, match="goal_out_of_reach"):
        goals.choose(contributor=builders.guest(), answers=answers, now=NOW)


def test_everyone_fills_a_campaigns_goal_from_when_it_was_set(drive: Drive) -> None:
    for _ in range(2):
        drive.say("a", about=1)
    builders.settle()
    goals.set_together(campaign=drive.campaign, title="Two more", target=2, until=None, now=NOW)
    assert _filled(drive) == (0, 2, False)
    for about in (2, 3, 4):
        for _ in range(2):
            drive.say("a", about=about)
    builders.settle()
    assert _filled(drive) == (2, 2, True)
    assert goals.notice(now=NOW) == 1
    assert goals.notice(now=NOW) == 0
    assert CampaignGoal.objects.get().reached_at == NOW


def _filled(drive: Drive) -> tuple[int, int, bool]:
    settled = progress.recount(drive.campaign).settled
    found = goals.together(campaign=drive.campaign, settled=settled)
    assert found is not None
    return found.settled, found.total, found.reached


def test_a_new_goal_takes_the_place_of_the_last_and_bad_ones_are_refused(drive: Drive) -> None:
    for title in ("One", "Two"):
        goals.set_together(campaign=drive.campaign, title=title, target=9, until=None, now=NOW)
    assert CampaignGoal.objects.get(ended_at=None).title == "Two"
    yesterday = (NOW - timedelta(days=1)).date()
    for title, target, until in [("", 9, None), ("x", 0, None), ("x", 9, yesterday)]:
        with pytest.raises(Problem):
            goals.set_together(
                campaign=drive.campaign, title=title, target=target, until=until, now=NOW
            )


def test_thanks_reach_those_who_had_answered_by_then(drive: Drive) -> None:
    author = User.objects.create_user("team@example.org")
    early, late = builders.guest(), builders.guest()
    drive.say("a", by=early, about=1, now=NOW)
    said = thanks.say(
        campaign=drive.campaign, author=author, words="  Thank you all.  ", now=NOW + MINUTE
    )
    drive.say("a", by=late, about=2, now=NOW + 2 * MINUTE)
    assert (said.words, said.people) == ("Thank you all.", 1)
    assert thanks.to(contributor=early) == [said]
    assert thanks.to(contributor=late) == []
    with pytest.raises(Problem, match="thanks_length"):
        thanks.say(campaign=drive.campaign, author=author, words=" ", now=NOW)


def test_hours_count_no_break_and_no_minute_twice(drive: Drive) -> None:
    ana = builders.guest()
    answers = [drive.say("a", by=ana, about=about) for about in range(1, 5)]
    # Lent at 0, answered at 3; lent at 3, answered at 5; lent at 4 already, answered at 6; and one
    # that lay open over lunch.
    for answer, (lent, given) in zip(answers, [(0, 3), (3, 5), (4, 6), (6, 96)], strict=True):
        Assignment.objects.filter(pk=answer.assignment_id).update(
            lent_at=NOW + lent * MINUTE, due_at=NOW + 200 * MINUTE
        )
        answer.given_at = NOW + given * MINUTE
        answer.save(update_fields=["given_at"])
    found = certificates.of(contributor=ana)
    assert found is not None
    assert found.minutes == 3 + 2 + 1 + certificates.MOST_MINUTES
    assert (found.answers, found.confirmed) == (4, 0)


def test_a_certificate_says_what_stood_then_until_it_is_taken_back(drive: Drive) -> None:
    ana = builders.guest()
    with pytest.raises(Problem, match="certificate_empty"):
        certificates.make(contributor=ana, campaign=None, bearer="Ana Example", now=NOW)
    drive.say("a", by=ana)
    with pytest.raises(Problem, match="certificate_name"):
        certificates.make(contributor=ana, campaign=None, bearer=" ", now=NOW)
    made = certificates.make(
        contributor=ana, campaign=drive.campaign, bearer="Ana Example", now=NOW
    )
    drive.say("a", by=ana, about=2)
    found = certificates.by_code(code=made.code)
    assert found is not None
    assert found.answers == 1
    assert certificates.is_of(made, contributor=ana)
    drawn = printing.draw(printing.of(found, address="https://tamis.example/certificates/x/"))
    assert drawn.startswith(b"%PDF")
    certificates.take_back(contributor=builders.guest(), code=made.code)
    assert certificates.by_code(code=made.code) is not None
    certificates.take_back(contributor=ana, code=made.code)
    assert certificates.by_code(code=made.code) is None


def test_an_invitation_link_cannot_be_forged_and_welcomes_once() -> None:
    host, newcomer = builders.guest(), builders.guest()
    code = welcomes.code_of(contributor=host)
    assert welcomes.inviter_of(code=code) == host
    for forged in ("", "1", "1-", f"{host.pk}-000000000000", "x-y", "9" * 30 + "-a", "²-a"):
        assert welcomes.inviter_of(code=forged) is None
    for _ in range(2):
        welcomes.record(code=code, newcomer=newcomer, now=NOW)
    welcomes.record(code=welcomes.code_of(contributor=newcomer), newcomer=newcomer, now=NOW)
    assert host.welcomes.get().newcomer == newcomer


def game_off_on_the_site(_drive: Drive, settings: Any, off: bool) -> None:
    settings.TAMIS_GAME = not off


def game_off_in_the_campaign(drive: Drive, _settings: Any, off: bool) -> None:
    drive.campaign.game = "none" if off else "competitive"
    drive.campaign.save(update_fields=["game"])


def test_thanks_are_mailed_once_to_who_agreed_and_plays_the_game(
    drive: Drive, settings: Any
) -> None:
    settings.TAMIS_SENDS_EMAIL = True
    agreed, silent, quiet = (builders.account(f"{name}@example.org") for name in "abc")
    quiet.no_game = True
    quiet.save(update_fields=["no_game"])
    for number, person in enumerate([agreed, silent, quiet], start=1):
        drive.say("a", by=person, about=number)
    for person in (agreed, quiet):
        assert person.user is not None
        mails.choose(user=person.user, topic=Topic.ANNOUNCEMENTS, agreed=True, now=NOW)
    author = User.objects.create_user("author@example.org")
    for switch in (game_off_on_the_site, game_off_in_the_campaign):
        switch(drive, settings, True)
        thanks.say(campaign=drive.campaign, author=author, words="Quietly.", now=NOW)
        assert thanks.send_all(now=NOW) == 1
        switch(drive, settings, False)
    assert not Mail.objects.exists()
    said = thanks.say(campaign=drive.campaign, author=author, words="Well done!", now=NOW)
    assert (thanks.send_all(now=NOW), thanks.send_all(now=NOW)) == (1, 0)
    said.refresh_from_db()
    assert said.sent_to == 1
    [mail] = Mail.objects.all()
    assert (mail.user, mail.template, mail.context["text"]) == (agreed.user, "thanks", "Well done!")

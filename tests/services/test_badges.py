"""Badges: each given for what rows tell, once, and the same again when all are rebuilt."""

from datetime import timedelta
from typing import Any

import pytest

from crowd.models import Badge, Campaign, Contributor, Review, Welcome
from crowd.models.badges import BadgeKind
from crowd.services import badges, contributors, finds
from tasks import ranks
from tests import builders
from tests.builders import CUT, MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _nothing_veiled(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 0.0


def earned(person: Contributor) -> set[str]:
    """The kinds that this person has after a look at their rows."""
    badges.give(contributor_ids=[person.pk])
    return set(Badge.objects.filter(contributor=person).values_list("kind", flat=True))


def confirmed(drive: Drive, person: Contributor, *, about: int = 1, value: Any = "a") -> None:
    """This person and another say the same."""
    drive.say(value, by=person, about=about)
    drive.say(value, about=about)
    builders.settle()


def test_nothing_is_given_for_an_answer_that_waits_or_that_others_do_not_confirm() -> None:
    drive, ana = builders.drive(at_most=3), builders.guest()
    drive.say("a", by=ana)
    builders.settle()
    assert earned(ana) == set()
    drive.say("b")
    drive.say("b")
    builders.settle()
    assert earned(ana) == set()


def test_the_first_confirmed_answer_is_a_badge_with_its_verdict() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana)
    assert earned(ana) == {"first"}
    badge = Badge.objects.get(contributor=ana)
    verdict = drive.verdict()
    assert verdict is not None
    assert (badge.verdict, badge.campaign, badge.earned_at) == (
        verdict,
        drive.campaign,
        verdict.made_at,
    )


def test_where_nobody_else_answered_nothing_is_confirmed() -> None:
    drive, ana = builders.drive(agree=1, at_most=1), builders.guest()
    drive.say("a", by=ana)
    builders.settle()
    assert drive.microtask().state == "settled"
    assert earned(ana) == set()


def test_who_settles_what_others_disagree_about_breaks_a_tie() -> None:
    drive, early, late = builders.drive(), builders.guest(), builders.guest()
    drive.say("a", by=early)
    drive.say("b", now=NOW + MINUTE)
    builders.settle()
    drive.say("a", by=late, now=NOW + 2 * MINUTE)
    builders.settle()
    assert earned(late) == {"first", "tie_breaker"}
    assert earned(early) == {"first"}


def test_who_reads_what_another_could_not_has_deciphered_it() -> None:
    drive, ana = builders.drive(), builders.guest()
    drive.say(None)
    drive.say("a", by=ana, now=NOW + MINUTE)
    drive.say("a", now=NOW + 2 * MINUTE)
    builders.settle()
    assert earned(ana) == {"first", "deciphered"}


def test_to_say_that_one_cannot_tell_is_honest_when_nobody_can() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana, value=None)
    assert earned(ana) == {"first", "honest_doubt"}


def test_a_bad_cut_that_others_confirm_is_a_sharp_eye() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana, value=CUT)
    assert drive.microtask().state == "set_aside"
    assert earned(ana) == {"first", "sharp_eye"}


def test_four_kinds_of_questions_make_an_all_rounder_and_three_do_not() -> None:
    kinds = [builders.choice("c"), builders.text("t"), builders.number("n"), builders.date("d")]
    drive, ana = builders.drive(builders.step(*kinds), excerpts=2), builders.guest()
    three = {"c": "a", "t": "Paris", "n": 3}
    confirmed(drive, ana, value={**three, "d": "2014-03-12"})
    assert "all_rounder" in earned(ana)
    less, bo = builders.drive(builders.step(*kinds[:3])), builders.guest()
    confirmed(less, bo, value=three)
    assert "all_rounder" not in earned(bo)


def test_a_whole_document_is_three_excerpts_at_least_all_of_them_decided() -> None:
    drive, ana = builders.drive(excerpts=3), builders.guest()
    for about in (1, 2):
        confirmed(drive, ana, about=about)
    drive.say("a", by=ana, about=3)
    assert "whole_document" not in earned(ana)
    drive.say("a", about=3)
    builders.settle()
    assert "whole_document" in earned(ana)
    short, bo = builders.drive(excerpts=2), builders.guest()
    for about in (1, 2):
        confirmed(short, bo, about=about)
    assert "whole_document" not in earned(bo)


def test_four_different_weeks_are_back_again_however_far_apart() -> None:
    drive, ana = builders.drive(excerpts=4), builders.guest()
    for about, weeks in enumerate((0, 2, 9), start=1):
        drive.say("a", by=ana, about=about, now=NOW + weeks * WEEK)
    assert "back_again" not in earned(ana)
    drive.say("a", by=ana, about=4, now=NOW + 30 * WEEK)
    assert "back_again" in earned(ana)


def test_a_review_makes_a_reviewer() -> None:
    drive, ana = builders.drive(), builders.account()
    Review.objects.create(
        microtask=drive.microtask(), reviewer=ana.user, values={"q": "a"}, made_at=NOW
    )
    assert earned(ana) == {"reviewer"}


def test_who_invited_someone_whose_answer_was_confirmed_is_a_welcomer() -> None:
    drive, host, newcomer = builders.drive(), builders.guest(), builders.guest()
    Welcome.objects.create(inviter=host, newcomer=newcomer, made_at=NOW)
    assert earned(host) == set()
    confirmed(drive, newcomer)
    assert earned(host) == {"welcomer"}


def test_a_published_outcome_changes_something_for_all_who_helped() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana)
    assert earned(ana) == {"first"}
    Campaign.objects.filter(pk=drive.campaign.pk).update(outcome="The register was corrected.")
    assert badges.catch_up() == 3  # the other person's first too, and what changed for both
    assert earned(ana) == {"first", "changed_something"}


def test_what_is_veiled_or_held_out_earns_no_badge(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana)
    assert earned(ana) == set()


def test_a_campaign_without_the_game_gives_none() -> None:
    drive, ana = builders.drive(game="none"), builders.guest()
    confirmed(drive, ana)
    assert earned(ana) == set()


def test_badges_rebuilt_are_those_that_were_given() -> None:
    drive, people = builders.drive(excerpts=3), builders.guests(3)
    for about in (1, 2, 3):
        confirmed(drive, people[0], about=about)
    drive.say("a", by=people[1], about=1)
    for person in people:
        earned(person)
    badges.catch_up()
    before = set(Badge.objects.values_list("contributor", "kind", "verdict", "earned_at"))
    assert before
    badges.rebuild()
    assert set(Badge.objects.values_list("contributor", "kind", "verdict", "earned_at")) == before


def test_given_twice_there_is_one() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana)
    assert badges.give(contributor_ids=[ana.pk, ana.pk]) == 1
    assert badges.give(contributor_ids=[ana.pk]) == 0


def test_an_account_has_the_badges_of_the_guests_it_was() -> None:
    drive, own, guest = builders.drive(), builders.account(), builders.guest()
    confirmed(drive, guest)
    contributors.sign_in(user=own.user, guest=guest, language="fr", now=NOW)
    assert earned(own) == {"first"}


def test_every_badge_has_a_place_on_the_page_earned_or_not() -> None:
    drive, ana = builders.drive(), builders.guest()
    confirmed(drive, ana)
    earned(ana)
    places = badges.of(contributor=ana)
    assert [each.kind for each in places if each.badge] == [BadgeKind.FIRST]
    assert [each.badge for each in badges.of(contributor=None)] == [None] * len(places)


def test_badges_come_by_themselves_after_the_cross_check(
    django_capture_on_commit_callbacks: Any,
) -> None:
    drive, ana = builders.drive(), builders.guest()
    with django_capture_on_commit_callbacks(execute=True):
        confirmed(drive, ana)
    ranks.reward.run()
    assert Badge.objects.filter(contributor=ana, kind="first").exists()


def test_a_find_on_the_campaigns_page_is_a_gleaners() -> None:
    drive, ana = builders.drive(), builders.guest()
    find = finds.mark(
        excerpt=drive.excerpts[0], contributor=ana, sentence="Look at the date!", now=NOW
    )
    assert earned(ana) == set()
    finds.decide(find=find, show=True, by=None, now=NOW + MINUTE)
    assert earned(ana) == {"gleaner"}
    badge = Badge.objects.get(contributor=ana)
    assert (badge.campaign, badge.earned_at) == (drive.campaign, NOW + MINUTE)
    badges.rebuild()
    assert Badge.objects.filter(contributor=ana, kind="gleaner").exists()


def test_a_find_that_is_hidden_again_takes_its_badge_along_unless_another_one_shows() -> None:
    drive, ana = builders.drive(excerpts=2), builders.guest()
    one, two = (
        finds.mark(excerpt=each, contributor=ana, sentence="Look at this!", now=NOW)
        for each in drive.excerpts
    )
    for each in (one, two):
        finds.decide(find=each, show=True, by=None, now=NOW)
    assert earned(ana) == {"gleaner"}
    finds.decide(find=one, show=False, by=None, now=NOW + MINUTE)
    assert earned(ana) == {"gleaner"}
    assert finds.take_back(find=two, contributor=ana)
    assert not Badge.objects.filter(contributor=ana).exists()
    assert earned(ana) == set()

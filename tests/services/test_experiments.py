"""The experiment: who sees no game is drawn by lot, stays drawn, is logged, and is compared."""

from datetime import timedelta
from typing import Any

import pytest

from crowd.models import Contributor, Subject
from crowd.rules import drawing, intervals
from crowd.rules.problems import Problem
from crowd.services import comparisons, experiments, game, outlines
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive(settings: Any) -> Drive:
    settings.TAMIS_VEILED_SHARE = 0.0
    outlines.forget()
    return builders.drive(excerpts=3)


def newcomers(count: int) -> list[Contributor]:
    return [builders.guest(now=NOW + MINUTE) for _ in range(count)]


def test_half_of_the_newcomers_see_no_game_and_nobody_who_was_there_before(drive: Drive) -> None:
    before = builders.guest(now=NOW - MINUTE)
    made = experiments.begin(campaign=drive.campaign, share=0.5, now=NOW)
    people = newcomers(200)
    without = [
        person
        for person in people
        if experiments.is_without_game(experiment=made, contributor=person)
    ]
    assert 70 <= len(without) <= 130
    assert not experiments.is_without_game(experiment=made, contributor=before)
    for person in without:  # drawn once, drawn for good
        assert experiments.is_without_game(experiment=made, contributor=person)
        assert not game.shown_to(contributor=person, campaign=drive.campaign).points


def test_lots_fall_on_about_the_share_that_was_asked_for() -> None:
    for share in (0.1, 0.2, 0.5):
        drawn = sum(drawing.falls_on(salt="s", name=str(n), share=share) for n in range(10_000))
        assert drawn == pytest.approx(10_000 * share, abs=200)


def test_another_campaign_and_who_has_not_answered_in_this_one_see_the_game(drive: Drive) -> None:
    made = experiments.begin(campaign=drive.campaign, share=0.5, now=NOW)
    person = next(
        each
        for each in newcomers(50)
        if experiments.is_without_game(experiment=made, contributor=each)
    )
    other = builders.drive()
    assert game.shown_to(contributor=person, campaign=other.campaign).points
    assert game.shown_to(contributor=person).points
    drive.say("a", by=person, now=NOW + MINUTE)
    assert not game.shown_to(contributor=person).points


def test_ended_everyone_sees_the_game_and_the_log_stays(drive: Drive) -> None:
    experiments.begin(campaign=drive.campaign, share=0.5, now=NOW)
    people = newcomers(20)
    for person in people:
        drive.say("a", by=person, now=NOW + MINUTE)
    experiments.end(campaign=drive.campaign, now=NOW + 2 * MINUTE)
    assert Subject.objects.count() == 20
    for person in people:
        assert game.shown_to(contributor=person, campaign=drive.campaign).points


def test_the_log_is_written_once(drive: Drive) -> None:
    made = experiments.begin(campaign=drive.campaign, share=0.5, now=NOW)
    person = newcomers(1)[0]
    drive.say("a", by=person, now=NOW + MINUTE)
    assert experiments.log(now=NOW + 2 * MINUTE) == 1
    assert experiments.log(now=NOW + 3 * MINUTE) == 0
    row = Subject.objects.get()
    assert row.first_answer_at == NOW + MINUTE
    assert row.without_game == experiments.is_without_game(experiment=made, contributor=person)


def test_a_campaign_has_one_experiment_with_a_share_that_is_offered(drive: Drive) -> None:
    with pytest.raises(Problem, match="experiment_share"):
        experiments.begin(campaign=drive.campaign, share=0.9, now=NOW)
    experiments.begin(campaign=drive.campaign, share=0.1, now=NOW)
    with pytest.raises(Problem, match="experiment_begun"):
        experiments.begin(campaign=drive.campaign, share=0.1, now=NOW)


def test_the_two_groups_are_compared_with_intervals(drive: Drive) -> None:
    made = experiments.begin(campaign=drive.campaign, share=0.5, now=NOW)
    people = newcomers(6)
    for number, person in enumerate(people):
        drive.say("a", by=person, about=1 + number // 2, now=NOW + MINUTE)
    builders.settle()
    for person in people[:2]:
        drive.say("a", by=person, about=3, now=NOW + timedelta(days=2))
    experiments.log(now=NOW + timedelta(days=2))
    found = comparisons.of(experiment=made)
    groups = (found.with_game, found.without)
    assert sum(group.people for group in groups) == 6
    assert not found.says_something
    for group in groups:
        if group.people:
            assert group.accuracy.value == 1.0
            assert group.answers.value is not None
    back = sum(round((group.returned.value or 0) * group.people) for group in groups)
    assert back == 2


def test_intervals_hold_what_the_textbooks_say() -> None:
    share = intervals.share(8, 10)
    assert (round(share.low or 0, 3), round(share.high or 0, 3)) == (0.490, 0.943)  # Wilson
    mean = intervals.mean([1.0, 2.0, 3.0])
    assert (mean.value, round(mean.high or 0, 2)) == (2.0, 3.13)
    assert intervals.share(0, 0).value is None
    assert intervals.mean([]).value is None
    assert intervals.ratio([(1.0, 1.0), (0.0, 1.0)]).value == 0.5

"""Results: what all public verdicts of a campaign say together."""

import pytest

from crowd.models import Excerpt
from crowd.services import results
from crowd.services.results import QuestionResult
from tests import builders

pytestmark = pytest.mark.django_db


def told(drive: builders.Drive, *said: object) -> list[QuestionResult]:
    """Two people say each of these about one excerpt after the other."""
    for position, value in enumerate(said, start=1):
        drive.say(value, about=position)
        drive.say(value, about=position)
    builders.settle()
    results.forget(drive.campaign)
    return results.of_campaign(drive.campaign)


def bars(result: QuestionResult) -> dict[str, int]:
    assert result.distribution
    return {bar.label: bar.count for bar in result.distribution.bars}


def test_each_option_is_counted_also_where_nobody_chose_it() -> None:
    drive = builders.drive(excerpts=3)
    (result,) = told(drive, "a", "a", "b")
    assert bars(result) == {"a": 2, "b": 1, "c": 0}
    assert result.outcomes == {"settled": 3}


def test_options_of_which_several_may_be_ticked_are_counted_one_by_one() -> None:
    drive = builders.drive(builders.step(builders.choices()), excerpts=3)
    (result,) = told(drive, ["a"], ["a", "b"], [])
    assert bars(result) == {"a": 2, "b": 1}


def test_what_nobody_can_tell_is_counted_apart() -> None:
    drive = builders.drive(excerpts=2)
    (result,) = told(drive, "a", None)
    assert result.outcomes == {"settled": 1, "cant_tell": 1}
    assert bars(result) == {"a": 1, "b": 0, "c": 0}


def test_numbers_are_summed_up_and_cut_into_round_bins() -> None:
    drive = builders.drive(builders.step(builders.number()), excerpts=4)
    (result,) = told(drive, 1, 2, 10, 107)
    assert result.distribution
    assert result.distribution.figures == {
        "least": 1, "most": 107, "mean": 30, "sum": 120, "median": 6,
    }  # fmt: skip
    assert [(bar.label, bar.until, bar.count) for bar in result.distribution.bars][:3] == [
        ("0", "10", 2), ("10", "20", 1), ("20", "30", 0),
    ]  # fmt: skip
    assert sum(bar.count for bar in result.distribution.bars) == 4


def test_dates_are_counted_by_year() -> None:
    drive = builders.drive(builders.step(builders.date()), excerpts=3)
    (result,) = told(drive, "2013-05", "2014", "2014-03-12")
    assert bars(result) == {"2013": 1, "2014": 2}


def test_texts_show_the_most_frequent_first() -> None:
    drive = builders.drive(builders.step(builders.text()), excerpts=3)
    (result,) = told(drive, "bus", "road", "bus")
    assert list(bars(result).items()) == [("bus", 2), ("road", 1)]


def test_tables_are_counted_column_by_column() -> None:
    drive = builders.drive(builders.step(builders.table()), excerpts=3)
    rows = [{"who": "Ann", "amount": 10}, {"who": "Bob", "amount": 30}]
    (result,) = told(drive, rows, [{"who": "Ann", "amount": 20}], [])
    who, amount = result.columns
    assert (result.rows, result.nothing) == (3, 1)
    assert [(bar.label, bar.count) for bar in who.distribution.bars] == [("Ann", 2), ("Bob", 1)]
    assert amount.distribution.figures["sum"] == 60


def test_what_is_hidden_or_under_a_veil_is_not_counted() -> None:
    drive = builders.drive(excerpts=3)
    told(drive, "a", "a", "a")
    drive.microtasks().filter(excerpt__position=1).update(veiled=True)
    Excerpt.objects.filter(position=2).update(hidden_at=builders.NOW)
    results.forget(drive.campaign)
    (result,) = results.of_campaign(drive.campaign)
    assert bars(result)["a"] == 1


def test_they_are_kept_a_moment_and_read_back_as_they_were() -> None:
    drive = builders.drive(builders.step(builders.table(), builders.number("n")), excerpts=1)
    first = told(drive, {"q": [{"who": "Ann", "amount": 1}], "n": 3})
    assert results.of_campaign(drive.campaign) == first


def test_without_valkey_they_are_counted_each_time(valkey_away: None) -> None:
    drive = builders.drive(excerpts=1)
    drive.say("a")
    assert len(results.of_campaign(drive.campaign)) == 1


def test_an_empty_campaign_has_questions_without_numbers() -> None:
    drive = builders.drive(excerpts=0)
    (result,) = results.of_campaign(drive.campaign)
    assert result.outcomes == {}
    assert bars(result) == {"a": 0, "b": 0, "c": 0}


@pytest.mark.parametrize("key", ["a-b", "a__b"])
def test_keys_of_any_form_are_found(key: str) -> None:
    drive = builders.drive(builders.step(builders.choice(key)), excerpts=1)
    (result,) = told(drive, "a")
    assert bars(result)["a"] == 1

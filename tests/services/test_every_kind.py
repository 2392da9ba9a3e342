"""Every kind of question, from what people type to the verdict, the points and the open data."""

from typing import Any

import pytest

from crowd.rules.problems import Problem
from crowd.services import campaigns
from crowd.services.answers import InvalidAnswer
from tests import builders, collecting
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

TYPED: list[tuple[str, dict[str, Any], list[Any], Any]] = [
    ("date", builders.date(), ["1er mars 2014", "01/03/2014", "mars 2014"], "2014-03-01"),
    (
        "table",
        builders.table(columns=("who", "since", "amount")),
        [
            [{"who": "Mairie de Lyon", "since": "2008", "amount": "12 k€"}, {"who": "Tilleuls"}],
            [{"who": "Les Tilleuls"}, {"who": "MAIRIE DE LYON", "since": "2008", "amount": 12000}],
            [{"who": "Mairie de Lyon", "since": "2008", "amount": 12000}, {"who": "Les Tilleuls"}],
            [{"who": "Mairie de Lyon", "since": "2008", "amount": 12000}, {"who": "Les Tilleuls"}],
        ],
        [
            {"who": "Mairie de Lyon", "since": "2008", "amount": 12000},
            {"who": "Les Tilleuls", "since": None, "amount": None},
        ],
    ),
    ("nothing declared", builders.table(), [[], [], []], []),
    (
        "region",
        builders.region(labels=("name", "stamp")),
        [[{"box": [0.1, 0.1, 0.5, 0.3], "label": "name"}]] * 3,
        [{"box": [0.1, 0.1, 0.5, 0.3], "label": "name"}],
    ),
    ("text", builders.text(), ["Le maire.", "Le maire.", "le Maire"], "Le maire."),
]


def told(drive: Drive, values: list[Any]) -> None:
    """People answer one after another, until it is decided."""
    for number, value in enumerate(values):
        if drive.microtask().state == "open":
            drive.say(value, now=NOW + number * MINUTE)
            builders.settle(now=NOW + number * MINUTE)


@pytest.mark.parametrize(("name", "asked", "typed", "decided"), TYPED, ids=[t[0] for t in TYPED])
def test_what_people_type_becomes_a_verdict(name, asked, typed, decided) -> None:
    drive = builders.drive(builders.step(asked))
    told(drive, typed)
    verdict = drive.verdict()
    assert verdict is not None
    assert verdict.values["q"]["outcome"] == "settled"
    assert verdict.values["q"]["value"] == decided


def test_an_upload_is_a_verdict_as_it_comes() -> None:
    drive = builders.drive(builders.step(builders.upload()), agree=1, at_most=1)
    held = builders.lend(drive.microtask(), builders.guest())
    sent = collecting.send(held, question="q")
    builders.submit(held, str(sent.pk))
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert verdict.values["q"]["value"] == str(sent.pk)


def test_what_can_not_be_read_is_refused_and_can_be_sent_again() -> None:
    drive = builders.drive(builders.step(builders.date()))
    lent = builders.lend(drive.microtask(), builders.guest())
    with pytest.raises(InvalidAnswer) as refused:
        builders.submit(lent, "31/02/2014")
    assert refused.value.problems == {"q": Problem("not_a_date", text="31/02/2014")}
    builders.submit(lent, "28/02/2014")


def test_a_campaign_is_not_set_up_with_a_question_that_could_never_work() -> None:
    for wrong in (
        {"key": "q", "kind": "colour", "label": "q"},
        builders.table(settings={"columns": []}),
        builders.date(settings={"order": "ymd"}),
        builders.text(settings={"shown_when": {"question": "later"}}),
    ):
        with pytest.raises(Problem, match="question_invalid"):
            campaigns.set_up(
                description={"slug": "s", "title": "t", "steps": [builders.step(wrong)]},
                owner=None,
                now=NOW,
            )

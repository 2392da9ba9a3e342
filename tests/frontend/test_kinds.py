"""Every kind of question can be answered, with and without JavaScript."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Answer, Campaign
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns
from frontend import wording
from tests.frontend import drives

pytestmark = pytest.mark.django_db

TABLE: dict[str, Any] = {
    "key": "posts",
    "kind": "table",
    "label": "What posts are declared?",
    "settings": {
        "columns": [
            {"key": "name", "label": "Name", "kind": "text"},
            {"key": "pay", "label": "Pay", "kind": "number", "settings": {"unit": "€"}},
            {
                "key": "role",
                "label": "Role",
                "kind": "choice",
                "options": [{"value": "m", "label": "Member"}, {"value": "c", "label": "Chair"}],
            },
        ],
        "max_rows": 6,
    },
}
DATE = {"key": "signed", "kind": "date", "label": "When was it signed?", "required": False}
MARKS = {
    "key": "stamps",
    "kind": "region",
    "label": "Where are the stamps?",
    "options": [{"value": "round", "label": "Round"}, {"value": "square", "label": "Square"}],
    "settings": {"shapes": ["box", "point"]},
}
IF_STAMPED = {
    "key": "office",
    "kind": "text",
    "label": "Of which office?",
    "settings": {"shown_when": {"question": "stamped", "is": "yes"}, "example": "Town hall"},
}
STAMPED = {
    "key": "stamped",
    "kind": "choice",
    "label": "Is it stamped?",
    "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}


def drive(*questions: dict[str, Any]) -> Campaign:
    step = {"key": "read", "title": "Read", "agree": 1, "at_most": 1, "questions": list(questions)}
    return drives.open_drive(steps=[step])


def said() -> dict[str, Any]:
    return Answer.objects.get().values


def test_a_table_is_typed_row_by_row(client: Client) -> None:
    address = drives.start(client, drive(TABLE))
    sent = {
        "count-posts": "2",
        "q-posts.1.name": "Régie",
        "q-posts.1.pay": "1 200,50 €",
        "q-posts.1.role": "c",
        "q-posts.2.name": " ",
    }
    client.post(address, sent, headers={"Accept-Language": "fr"})
    pay = {"name": "Régie", "pay": 1200.5, "role": "c"}
    assert said() == {"posts": [pay]}


def test_more_rows_come_without_losing_what_was_typed(client: Client) -> None:
    address = drives.start(client, drive(TABLE))
    typed = {"count-posts": "2", "q-posts.2.name": "Here", "do": "more:posts"}
    page = client.post(address, typed).content.decode()
    assert 'name="q-posts.5.name"' in page
    assert 'name="q-posts.6.name"' not in page
    assert 'value="Here"' in page
    assert not Answer.objects.exists()
    typed["count-posts"] = "5"
    page = client.post(address, typed).content.decode()
    assert 'name="q-posts.6.name"' in page
    assert 'value="more:posts"' not in page  # six rows are all it may have


def test_nothing_declared_is_an_answer_and_an_untouched_table_is_none(client: Client) -> None:
    address = drives.start(client, drive(TABLE))
    reply = client.post(address, {"count-posts": "2"})
    assert reply.status_code == 422
    client.post(address, {"count-posts": "2", "none-posts": "1"})
    assert said() == {"posts": []}


def test_a_wrong_cell_is_named_and_everything_typed_stays(client: Client) -> None:
    address = drives.start(client, drive(TABLE))
    sent = {"count-posts": "2", "q-posts.2.name": "Kept", "q-posts.2.pay": "a lot"}
    page = client.post(address, sent).content.decode()
    assert "Row 2, column “Pay”:" in page
    assert "not a number" in page
    assert 'value="Kept"' in page
    wrong = page.split('name="q-posts.2.pay"')[1].split(">")[0]
    assert 'aria-invalid="true"' in wrong


@pytest.mark.parametrize(
    ("typed", "kept"), [("1er mars 2014", "2014-03-01"), ("03/2014", "2014-03"), ("2014", "2014")]
)
def test_a_date_is_typed_freely_and_may_be_partial(client: Client, typed: str, kept: str) -> None:
    campaign = drive(DATE)
    Campaign.objects.update(language="fr")
    client.post(drives.start(client, campaign), {"q-signed": typed})
    assert said() == {"signed": kept}


def test_marks_can_be_typed_as_numbers(client: Client) -> None:
    address = drives.start(client, drive(MARKS))
    page = client.post(address, {"do": "more:stamps:box"}).content.decode()
    assert 'name="q-stamps.1.left"' in page
    box = {"left": "10", "top": "20,5", "right": "30", "bottom": "40"}
    sent = {f"q-stamps.1.{part}": number for part, number in box.items()}
    point = {"q-stamps.3.shape": "point", "q-stamps.3.x": "50", "q-stamps.3.y": "60"}
    labels = {"q-stamps.1.label": "round", "q-stamps.3.label": "square"}
    sent |= {"count-stamps": "3", "q-stamps.1.shape": "box", **point, **labels}
    client.post(address, sent)
    assert said() == {
        "stamps": [
            {"box": [0.1, 0.205, 0.3, 0.4], "label": "round"},
            {"point": [0.5, 0.6], "label": "square"},
        ]
    }


def test_a_mark_that_is_no_number_gets_a_sentence(client: Client) -> None:
    address = drives.start(client, drive(MARKS))
    sent = {"count-stamps": "1", "q-stamps.1.shape": "box", "q-stamps.1.left": "here"}
    reply = client.post(address, {**sent, "q-stamps.1.label": "round"})
    assert reply.status_code == 422
    assert 'value="here"' in reply.content.decode()


def test_a_question_that_depends_on_another_says_so_and_counts_only_then(client: Client) -> None:
    address = drives.start(client, drive(STAMPED, IF_STAMPED))
    page = client.get(address).content.decode()
    assert "Only if you said “Yes” to “Is it stamped?”." in page
    assert "Town hall" in page
    reply = client.post(address, {"q-stamped": "=yes"})
    assert reply.status_code == 422
    taken_back = {"q-stamped": "=no", "q-office": "typed before"}
    client.post(address, taken_back)
    assert said() == {"stamped": "no"}


def test_every_kind_is_put_in_words(client: Client) -> None:
    questions = {
        question.key: question for question in drive(TABLE, DATE, MARKS).steps.get().questions.all()
    }
    rows = [{"name": "Régie", "pay": 1200, "role": "c"}, {"name": None, "pay": None, "role": "m"}]
    table = wording.words(questions["posts"], rows)
    assert table == "1. Régie | 1,200\u00a0€ | Chair\n2. – | – | Member"
    assert wording.words(questions["posts"], []) == "Nothing is declared here"
    assert wording.words(questions["signed"], "2014-03~") == "about March 2014"
    assert wording.words(questions["signed"], "2014-03-02") == "2 March 2014"
    mark = [{"box": [0.1, 0.2, 0.3, 0.4], "label": "round"}]
    assert wording.words(questions["stamps"], mark).startswith("Round (10")


def test_a_closed_campaign_keeps_its_answers_readable(client: Client) -> None:
    campaign = drive(TABLE)
    address = drives.start(client, campaign)
    client.post(address, {"count-posts": "1", "q-posts.1.name": "Régie"})
    drives.cross_check()
    campaigns.move(campaign=campaign, state=CampaignState.CLOSED, now=timezone.now())
    assert "Régie | –" in client.get("/contributions/").content.decode()

"""Machine volunteers: never alone, never on boards, learnt like anyone, suggesting where wanted."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Answer, Contributor, Machine, Reliability, Suggestion, Verdict
from crowd.services import estimates
from tests.api.caller import ROOT, Caller, volunteer
from tests.api.conftest import LETTERS, YES, cross_check

pytestmark = pytest.mark.django_db(transaction=True)

WORK, ANSWERS = "/campaigns/letters/machine-work", "/campaigns/letters/machine-answers"
PLAY = "/c/letters/play/"


def lines(reply: Any) -> list[Any]:
    return [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]


def make(team: Caller, name: str) -> Caller:
    made = team.post("/campaigns/letters/machines", {"name": name})
    assert made.status_code == 201, made.content
    return Caller(token=made.json()["token"])


@pytest.fixture
def machine(campaign: Any, team: Caller) -> Caller:
    return make(team, "OCR 3")


def says(machine: Caller, *said: Any) -> list[Any]:
    text = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in said)
    reply = machine.client.post(
        ROOT + ANSWERS, text, content_type="application/x-ndjson", headers=machine.headers
    )
    assert reply.status_code == 200, reply.content
    return lines(reply)


def answers_all(machine: Caller, values: Any = YES) -> list[Any]:
    work = lines(machine.get(WORK))
    return says(machine, *({"microtask": each["microtask"], "values": values} for each in work))


def test_a_machine_is_given_all_work_and_heard_line_by_line(machine):
    work = lines(machine.get(WORK))
    assert len(work) == 5
    assert work[0]["excerpt"]["cells"] == [{"column": "letter", "value": "More buses."}]
    first, second = work[0]["microtask"], work[1]["microtask"]
    heard = says(
        machine,
        {"microtask": first, "values": YES},
        "no JSON",
        {"microtask": first, "values": YES},
        {"microtask": second, "values": {"asks": "perhaps"}},
        {"microtask": 999_999, "values": YES},
        "[1]",
    )
    told = [(each["line"], each["outcome"], [e["code"] for e in each["errors"]]) for each in heard]
    assert told == [
        (1, "accepted", []),
        (2, "refused", ["machine_line_unreadable"]),
        (3, "repeated", []),
        (4, "refused", ["option_unknown"]),
        (5, "refused", ["microtask_unknown"]),
        (6, "refused", ["machine_line_unreadable"]),
    ]
    assert Answer.objects.get().microtask_id == first
    assert len(lines(machine.get(f"{WORK}?after={first}"))) == 4


def test_machines_alone_settle_nothing_and_one_person_beside_them_decides_no_more(machine, team):
    answers_all(machine)
    answers_all(make(team, "B"))
    cross_check()
    assert not Verdict.objects.exists()
    volunteer().answer_next("letters", YES)
    cross_check()
    assert not Verdict.objects.exists()
    volunteer().answer_next("letters", YES)
    cross_check()
    assert Verdict.objects.get().values["asks"]["value"] == "yes"


def test_what_it_says_is_learnt_from_and_it_is_on_no_board(machine):
    answers_all(machine, YES)
    for person in (volunteer(), volunteer()):
        for _ in range(5):
            person.answer_next("letters", YES)
    cross_check()
    estimates.nightly(campaign_id=Machine.objects.get().campaign_id, now=timezone.now())
    contributor = Contributor.objects.get(kind="machine")
    assert Reliability.objects.filter(contributor=contributor).exists()
    contributor.pseudonym, contributor.listed = "Robot", True
    contributor.save()
    board = Caller().get("/campaigns/letters/leaderboard").json()
    assert "Robot" not in json.dumps(board)


def test_only_the_team_makes_machines_and_only_a_machine_does_its_work(machine, team, stranger):
    assert stranger.post("/campaigns/letters/machines", {"name": "C"}).status_code == 403
    for other, status in ((Caller(), 401), (volunteer(), 403), (team, 403)):
        assert other.get(WORK).status_code == status
    again = team.post("/campaigns/letters/machines", {"name": "OCR 3"})
    assert again.json()["errors"][0]["code"] == "machine_name_taken"


def test_a_stopped_machine_and_one_of_another_campaign_are_refused(machine, team, make_campaign):
    make_campaign("postcards")
    elsewhere = machine.get("/campaigns/postcards/machine-work")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "machine_elsewhere")
    assert machine.post("/campaigns/postcards/assignments").json()["code"] == "machine_elsewhere"
    (listed,) = team.get("/campaigns/letters/machines").json()
    stopped = team.patch(f"/campaigns/letters/machines/{listed['id']}", {"stopped": True})
    assert stopped.json()["stopped_at"]
    assert machine.get(WORK).json()["code"] == "machine_stopped"


def suggesting(team: Caller) -> None:
    (listed,) = team.get("/campaigns/letters/machines").json()
    reply = team.patch(f"/campaigns/letters/machines/{listed['id']}", {"suggests": True})
    assert reply.json()["suggests"] is True


def test_nothing_is_suggested_unless_the_campaign_says_so(machine, team):
    answers_all(machine)
    page = Client().post(PLAY, follow=True).content.decode()
    assert "Suggested by a machine" not in page
    suggesting(team)
    page = Client().post(PLAY, follow=True).content.decode()
    assert "Suggested by a machine" in page
    assert 'value="=yes" checked' not in page  # never filled in by itself


def filled_in(page: Any) -> bool:
    return "checked" in page.content.decode().partition('data-kind="choice"')[2][:900]


def test_one_person_is_shown_it_takes_it_over_and_counts_as_one_voice_with_it(team, make_campaign):
    make_campaign(letters=LETTERS[:1])  # so that both people are asked the same
    answers_all(make(team, "OCR 3"))
    suggesting(team)
    one, two = Client(), Client()
    page, other = one.post(PLAY, follow=True), two.post(PLAY, follow=True)
    (address,), (elsewhere,) = ([to for to, _ in each.redirect_chain] for each in (page, other))
    assert "Suggested by a machine" in page.content.decode()
    assert "Suggested by a machine" not in other.content.decode()
    assert Suggestion.objects.count() == 1
    assert not filled_in(page)
    assert filled_in(one.post(address, {"do": "suggested"}))
    people = Answer.objects.exclude(contributor__kind="machine")
    assert not people.exists()
    sent = {"do": "answer", "q-asks": "=yes", "q-what": "Something"}
    one.post(address, sent)
    assert people.count() == 1
    cross_check()
    # The machine and who took over what it said: one voice, so another is needed.
    assert not Verdict.objects.exists()
    two.post(elsewhere, sent)
    cross_check()
    assert Verdict.objects.get().values["asks"]["value"] == "yes"

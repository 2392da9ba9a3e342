"""Contributors by API: guests, names, languages; never anyone else's."""

import pytest

from crowd.models import Contributor
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES, cross_check


def test_a_guest_is_made_in_the_readers_language(nobody):
    made = Caller(language="fr").post("/contributors")
    assert made.status_code == 201
    guest = made.json()["contributor"]
    assert (guest["kind"], guest["language"], guest["listed"]) == ("guest", "fr", None)
    assert guest["points"] == {
        "points": 0,
        "confirmed": 0,
        "not_confirmed": 0,
        "contested": 0,
        "waiting": 0,
    }


def test_a_guest_says_which_language(nobody):
    assert (
        nobody.post("/contributors", {"language": "fr"}).json()["contributor"]["language"] == "fr"
    )
    refused = nobody.post("/contributors", {"language": "tlh"})
    assert refused.status_code == 422
    assert Contributor.objects.count() == 1


def test_whoever_comes_with_a_token_is_themselves(nobody):
    someone, other = volunteer(), volunteer()
    assert (
        someone.get("/contributors/me").json()["id"] != other.get("/contributors/me").json()["id"]
    )


@pytest.mark.parametrize("token", ["forged", "tamis_forged", "tamis_", "  "])
def test_a_token_we_do_not_know_is_refused_even_for_what_is_public(nobody, token):
    reply = Caller(token=token).get("/campaigns")
    assert (reply.status_code, reply.json()["code"]) == (401, "authentication_failed")


def test_a_scheme_that_is_not_ours_is_left_to_whom_it_is_for(nobody):
    reply = nobody.client.get("/api/v1/campaigns", headers={"Authorization": "Basic Zm9vOmJhcg=="})
    assert reply.status_code == 200


def test_a_name_and_a_place_on_the_boards_are_chosen_together_or_apart(nobody):
    someone = volunteer()
    named = someone.patch("/contributors/me", {"pseudonym": "  Ada  Lovelace "}).json()
    assert (named["pseudonym"], named["listed"]) == ("Ada Lovelace", None)
    assert someone.patch("/contributors/me", {"listed": True}).json()["listed"] is True
    assert someone.patch("/contributors/me", {"language": "fr"}).json()["language"] == "fr"
    gone = someone.patch("/contributors/me", {"pseudonym": None, "listed": False}).json()
    assert (gone["pseudonym"], gone["listed"], gone["language"]) == (None, False, "fr")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"listed": True}, "pseudonym_missing"),
        ({"pseudonym": "A"}, "pseudonym_length"),
        ({"pseudonym": "A" * 41}, "pseudonym_length"),
        ({"pseudonym": "ada@example.org"}, "pseudonym_characters"),
        ({"pseudonym": "taken"}, "pseudonym_taken"),
        ({"pseudonym": 7}, "invalid"),
        ({"listed": "yes"}, "invalid"),
    ],
)
def test_a_name_that_can_not_be_is_refused_in_a_sentence(nobody, change, code):
    volunteer().patch("/contributors/me", {"pseudonym": "Taken", "listed": True})
    refused = volunteer().patch("/contributors/me", change)
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["code"] == code
    assert error["detail"]


def test_nobody_has_nothing_to_see_or_change(nobody):
    assert nobody.get("/contributors/me").status_code == 401
    assert nobody.get("/contributors/me/answers").status_code == 401
    assert nobody.patch("/contributors/me", {"listed": False}).status_code == 401


def test_points_come_with_the_verdict_and_not_before(campaign):
    people = [volunteer() for _ in range(2)]
    for someone in people:
        someone.answer_next("letters", YES)
    before = people[0].get("/contributors/me").json()["points"]
    assert before == {"points": 0, "confirmed": 0, "not_confirmed": 0, "contested": 0, "waiting": 1}
    cross_check()
    after = people[0].get("/contributors/me").json()["points"]
    assert (after["confirmed"], after["waiting"]) == (1, 0)
    assert after["points"] > 0

"""The volunteer's loop by API: claim, answer, claim … exactly once, nobody asked twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from crowd.models import Answer, Assignment, Contributor
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns, leases
from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check

CLAIMS = "/campaigns/letters/assignments"


def test_who_is_nobody_yet_is_told_how_to_begin(campaign, nobody):
    reply = nobody.post(CLAIMS)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert "POST /api/v1/contributors" in reply.json()["detail"]


def test_a_guest_claims_and_is_shown_the_excerpt_and_the_questions(campaign):
    reply = volunteer().post(CLAIMS)
    assert reply.status_code == 201
    claim = reply.json()
    assert claim["nothing"] is None
    microtask = claim["assignment"]["microtask"]
    assert microtask["excerpt"]["cells"] == [{"column": "letter", "value": "More buses."}]
    assert [question["key"] for question in microtask["step"]["questions"]] == ["asks", "what"]


def test_claiming_again_gives_the_same_assignment(campaign):
    someone = volunteer()
    first, second = someone.post(CLAIMS), someone.post(CLAIMS)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["resumed"] is True
    assert first.json()["assignment"]["id"] == second.json()["assignment"]["id"]


def test_one_round_trip_takes_the_answer_and_brings_the_next(campaign):
    someone = volunteer()
    assignment = someone.claim("letters")["assignment"]
    reply = someone.answer(assignment, YES, next=True)
    assert reply.status_code == 201
    told = reply.json()
    assert told["outcome"] == "accepted"
    assert told["answer"]["values"] == YES
    assert told["next"]["assignment"]["microtask"]["id"] != assignment["microtask"]["id"]


def test_without_asking_for_the_next_none_is_lent(campaign):
    someone = volunteer()
    told = someone.answer(someone.claim("letters")["assignment"], YES).json()
    assert told["next"] is None
    assert not Assignment.objects.lent().exists()


def test_the_loop_ends_when_everything_was_answered_and_says_why(campaign):
    someone, seen = volunteer(), set()
    claim = someone.claim("letters")
    while claim["assignment"]:
        seen.add(claim["assignment"]["microtask"]["id"])
        claim = someone.answer(claim["assignment"], YES, next=True).json()["next"]
    assert len(seen) == 5
    cross_check()
    claim = someone.claim("letters")
    assert claim["assignment"] is None
    assert claim["nothing"]["code"] == "all_yours"
    assert claim["nothing"]["detail"]


def test_the_same_answer_sent_again_is_recognised(campaign):
    someone = volunteer()
    path = f"/assignments/{someone.claim('letters')['assignment']['id']}/answers"
    body = {"id": str(uuid4()), "values": YES}
    first, second = someone.post(path, body), someone.post(path, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["outcome"] == "repeated"
    assert first.json()["answer"] == second.json()["answer"]
    assert Answer.objects.count() == 1


def test_a_second_answer_to_the_same_assignment_changes_nothing(campaign):
    someone = volunteer()
    assignment = someone.claim("letters")["assignment"]
    first = someone.answer(assignment, YES).json()["answer"]
    again = someone.answer(assignment, {"asks": "no"})
    assert again.status_code == 200
    assert again.json()["answer"] == first
    assert Answer.objects.get().values == YES


def test_an_id_that_another_answer_has_is_refused(campaign):
    first, second, body = volunteer(), volunteer(), {"id": str(uuid4()), "values": YES}
    one, other = first.claim("letters")["assignment"], second.claim("letters")["assignment"]
    assert first.post(f"/assignments/{one['id']}/answers", body).status_code == 201
    refused = second.post(f"/assignments/{other['id']}/answers", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/id"
    assert Answer.objects.count() == 1


def test_values_that_do_not_fit_are_named_one_by_one_and_nothing_is_stored(campaign):
    someone = volunteer(language="fr")
    assignment = someone.claim("letters")["assignment"]
    reply = someone.answer(assignment, {"asks": "perhaps", "what": "x" * 101, "else": 1})
    assert reply.status_code == 422
    problem = reply.json()
    assert problem["code"] == "invalid_answer"
    assert {(each["pointer"], each["code"]) for each in problem["errors"]} == {
        ("#/values/asks", "option_unknown"),
        ("#/values/what", "text_too_long"),
        ("#/values/else", "question_unknown"),
    }
    assert all(each["detail"] for each in problem["errors"])
    assert not Answer.objects.exists()
    assert someone.claim("letters")["assignment"]["id"] == assignment["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "no uuid", "values": YES},
        {"id": 7, "values": YES},
        {"id": str(uuid4()), "values": ["yes"]},
        {"id": str(uuid4()), "values": YES, "badly_cut": "true"},
        {"id": str(uuid4()), "values": YES, "next": 1},
        {"id": str(uuid4()), "values": {"asks": [[]]}, "badly_cut": True},
        [1, 2],
    ],
)
def test_a_body_of_another_shape_is_refused_with_pointers(campaign, body):
    someone = volunteer()
    reply = someone.post(
        f"/assignments/{someone.claim('letters')['assignment']['id']}/answers", body
    )
    assert reply.status_code == 422
    assert all(each["pointer"].startswith("#") for each in reply.json()["errors"])


def test_cant_tell_and_badly_cut_are_answers(campaign):
    someone = volunteer()
    told = someone.answer(someone.claim("letters")["assignment"], {"asks": None}, next=True).json()
    assert told["answer"]["values"] == {"asks": None}
    told = someone.answer(told["next"]["assignment"], {}, badly_cut=True).json()
    assert told["answer"]["badly_cut"] is True


def test_what_someone_else_holds_is_not_there(campaign, nobody):
    holder, other = volunteer(), volunteer()
    path = f"/assignments/{holder.claim('letters')['assignment']['id']}"
    assert holder.get(path).status_code == 200
    assert other.get(path).status_code == 404
    assert nobody.get(path).status_code == 401
    for deed in ("/skip", "/return", "/extend"):
        assert other.post(path + deed).status_code == 404
    assert other.post(path + "/answers", {"id": str(uuid4()), "values": YES}).status_code == 404
    assert holder.get(path).json()["state"] == "lent"


def test_an_unknown_assignment_is_not_there(campaign):
    someone = volunteer()
    assert someone.get("/assignments/999999").status_code == 404
    assert someone.get("/assignments/99999999999999999999999").status_code == 404


def test_another_one_is_another_one_and_never_that_again(campaign):
    someone = volunteer()
    passed = someone.claim("letters")["assignment"]
    for _ in range(2):  # a double click
        lease = someone.post(f"/assignments/{passed['id']}/skip")
        assert (lease.status_code, lease.json()["state"]) == (200, "skipped")
    seen = []
    while (claim := someone.claim("letters"))["assignment"]:
        seen.append(claim["assignment"]["microtask"]["id"])
        someone.answer(claim["assignment"], YES)
    assert passed["microtask"]["id"] not in seen
    assert len(seen) == 4


def test_what_is_given_back_may_come_again(campaign):
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    assert someone.post(f"/assignments/{held['id']}/return").json()["state"] == "returned"
    assert someone.claim("letters")["assignment"]["microtask"]["id"] == held["microtask"]["id"]


def test_a_lease_can_be_kept_while_it_lasts(campaign):
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    Assignment.objects.update(due_at=timezone.now() + timedelta(seconds=5))
    kept = someone.post(f"/assignments/{held['id']}/extend")
    assert kept.status_code == 200
    assert Assignment.objects.get().due_at > timezone.now() + timedelta(seconds=500)
    someone.answer(held, YES)
    ended = someone.post(f"/assignments/{held['id']}/extend")
    assert (ended.status_code, ended.json()["code"]) == (409, "lease_ended")


def test_an_answer_after_the_lease_still_counts_when_it_is_needed(campaign):
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    leases.expire_due(now=timezone.now() + timedelta(hours=1))
    assert someone.answer(held, YES).json()["outcome"] == "accepted"


def test_an_answer_that_is_not_needed_any_more_is_kept_with_thanks(campaign):
    slow = volunteer()
    held = slow.claim("letters")["assignment"]
    leases.expire_due(now=timezone.now() + timedelta(hours=1))
    for _ in range(2):
        volunteer().answer_next("letters", YES)
    cross_check()
    late = slow.answer(held, YES, next=True)
    assert (late.status_code, late.json()["outcome"]) == (200, "late")
    assert late.json()["next"]["assignment"]
    assert Answer.objects.count() == 3


def test_a_paused_campaign_lends_nothing_and_says_so(campaign):
    someone = volunteer()
    campaigns.move(campaign=campaign, state=CampaignState.PAUSED, now=timezone.now())
    reply = someone.post(CLAIMS)
    assert reply.status_code == 200
    assert reply.json()["nothing"]["code"] == "not_open"


def test_a_step_can_be_preferred_but_must_exist(campaign):
    someone = volunteer()
    assert someone.post(CLAIMS, {"step": "read"}).status_code == 201
    refused = someone.post(CLAIMS, {"step": "write"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/step"


def test_an_account_takes_part_with_its_key(campaign, stranger):
    assert stranger.get("/contributors/me").status_code == 404
    stranger.answer_next("letters", YES)
    assert stranger.get("/contributors/me").json()["kind"] == "account"
    assert Contributor.objects.get().user.email == "stranger@example.org"


def test_a_withdrawn_excerpt_is_not_shown_any_more(campaign):
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    campaign.excerpts.update(hidden_at=timezone.now())
    assert someone.get(f"/assignments/{held['id']}").status_code == 404

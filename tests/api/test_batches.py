"""Taking micro-tasks along by API, and seeing how answers flow."""

from datetime import timedelta

from django.utils import timezone

from crowd.models import Answer, Batch
from crowd.services import flow
from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check

BATCHES = "/campaigns/letters/batches"


def test_a_batch_brings_everything_that_is_needed_without_a_connection(campaign):
    someone = volunteer()
    reply = someone.post(BATCHES)
    assert reply.status_code == 200
    batch = reply.json()["batch"]
    assert reply.json()["nothing"] is None
    assert len(batch["assignments"]) == 5
    first = batch["assignments"][0]["microtask"]
    assert first["excerpt"]["cells"] == [{"column": "letter", "value": "More buses."}]
    assert [question["key"] for question in first["step"]["questions"]] == ["asks", "what"]


def test_answers_come_in_one_by_one_and_the_batch_grows_shorter(campaign):
    someone = volunteer()
    batch = someone.post(BATCHES).json()["batch"]
    for left, assignment in zip(range(4, -1, -1), batch["assignments"], strict=True):
        assert someone.answer(assignment, YES).status_code == 201
        mine = someone.get("/contributors/me/batch")
        assert mine.status_code == (200 if left else 404)
        assert not left or len(mine.json()["assignments"]) == left


def test_what_is_given_back_is_gone(campaign):
    someone = volunteer()
    someone.post(BATCHES)
    path = "/api/v1/contributors/me/batch"
    assert someone.client.delete(path, headers=someone.headers).status_code == 204
    assert someone.get("/contributors/me/batch").status_code == 404
    assert volunteer().post(BATCHES).json()["batch"]


def test_where_nothing_is_left_the_reply_says_why(campaign):
    someone = volunteer()
    for _ in range(5):
        someone.answer_next("letters", YES)
    told = someone.post(BATCHES).json()
    assert told["batch"] is None
    assert told["nothing"]["code"] == "all_yours"
    assert not Batch.objects.exists()


def test_nobody_has_no_batch(campaign, nobody):
    assert nobody.post(BATCHES).status_code == 401
    assert nobody.get("/contributors/me/batch").status_code == 401


def test_how_answers_flow_is_for_all_to_see(campaign, nobody):
    volunteer().answer_next("letters", YES)
    Answer.objects.update(given_at=timezone.now() - timedelta(seconds=40))
    told = nobody.get("/campaigns/letters/flow").json()
    assert told["waiting"] == 1
    assert 40 <= told["behind_seconds"] < 100
    assert told["is_checked"] is None
    cross_check()
    flow.looked(now=timezone.now())
    told = nobody.get("/campaigns/letters/flow").json()
    assert (told["waiting"], told["behind_seconds"], told["is_checked"]) == (0, 0, True)
    flow.looked(now=timezone.now() - timedelta(minutes=5))
    assert nobody.get("/campaigns/letters/flow").json()["is_checked"] is False

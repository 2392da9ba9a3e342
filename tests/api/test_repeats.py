"""A request sent again with its Idempotency-Key is answered as before, and done once."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from crowd.models import Campaign, Contributor, KeptReply, Room, Webhook
from crowd.services import repeats, retention
from tests.api.caller import Caller, volunteer
from tests.api.test_problems import assert_problem

ROOMS = "/campaigns/letters/rooms"
NAMED = {"name": "Library"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def test_the_same_request_is_answered_as_the_first_time_and_done_once(
    campaign: Campaign, team: Caller
) -> None:
    named = key()
    first = team.post(ROOMS, NAMED, **named)
    again = team.post(ROOMS, NAMED, **named)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Room.objects.count() == 1
    team.post(ROOMS, NAMED)
    assert Room.objects.count() == 2


def test_the_same_key_with_another_request_is_refused(campaign: Campaign, team: Caller) -> None:
    named = key()
    team.post(ROOMS, NAMED, **named)
    assert_problem(team.post(ROOMS, {"name": "Other"}, **named), 422, "key_reused")
    elsewhere = team.post("/campaigns/letters/webhooks", {"address": "https://e.org"}, **named)
    assert_problem(elsewhere, 422, "key_reused")
    assert Room.objects.count() == 1


def test_what_was_refused_is_looked_at_anew(campaign: Campaign, team: Caller) -> None:
    named = key()
    refused = team.post("/campaigns/letters/tutorial/1", {"values": {}}, **named)
    assert refused.status_code >= 400
    assert not KeptReply.objects.exists()
    assert team.post(ROOMS, NAMED, **named).status_code == 201


def test_each_caller_has_keys_of_their_own(campaign: Campaign) -> None:
    named, path = key(), "/campaigns/letters/assignments"
    one, other = volunteer(), volunteer()
    lent = [each.post(path, **named).json()["assignment"]["id"] for each in (one, other)]
    assert lent[0] != lent[1]
    assert one.post(path, **named).json()["assignment"]["id"] == lent[0]


def test_a_replay_passes_the_same_doors(campaign: Campaign, team: Caller) -> None:
    named = key()
    team.post(ROOMS, NAMED, **named)
    Campaign.objects.get().memberships.all().delete()
    assert_problem(Caller(token="gone").post(ROOMS, NAMED, **named), 401, "authentication_failed")


def test_nobody_needs_a_key_that_is_not_guessed(nobody: Caller) -> None:
    sent = {"language": "en"}
    guessed = nobody.post("/contributors", sent, **{"Idempotency-Key": "1"})
    assert assert_problem(guessed, 400, "invalid_header")["errors"][0]["header"]
    named = key()
    first, again = (nobody.post("/contributors", sent, **named).json() for _ in range(2))
    assert first == again
    assert Contributor.objects.count() == 1


def test_what_is_kept_can_not_be_read_without_the_request(campaign: Campaign, team: Caller) -> None:
    body = {"address": "https://hooks.example.org/in", "kinds": ["campaign.closed"]}
    reply = team.post("/campaigns/letters/webhooks", body, **key())
    if reply.status_code == 201:  # the address can be looked up
        assert Webhook.objects.get().secret.encode() not in bytes(KeptReply.objects.get().sealed)
    named = str(uuid4())
    made = Caller().post("/contributors", {}, **{"Idempotency-Key": named}).json()
    for kept in KeptReply.objects.all():
        assert made["token"].encode() not in bytes(kept.sealed)
        assert named not in (kept.name, kept.caller, kept.request)


def test_files_are_part_of_the_request(campaign: Campaign, team: Caller) -> None:
    named, path = key(), "/campaigns/letters/documents"

    def give(content: bytes) -> Any:
        sent = {"file": [SimpleUploadedFile("a.csv", content)]}
        return team.client.post(f"/api/v1{path}", sent, headers=team.headers | named)

    first = give(b"a\n1\n")
    assert first.status_code == 201, first.content
    assert give(b"a\n1\n").json() == first.json()
    assert_problem(give(b"a\n2\n"), 422, "key_reused")


def test_an_answer_has_its_own_id_and_keeps_nothing(campaign: Campaign) -> None:
    someone = volunteer()
    lent = someone.claim("letters")["assignment"]
    body = {"id": str(uuid4()), "values": {"asks": "yes"}}
    path = f"/assignments/{lent['id']}/answers"
    assert someone.post(path, body, **key()).status_code == 201
    assert someone.post(path, body, **key()).status_code == 200
    assert not KeptReply.objects.exists()


def test_a_day_later_it_is_forgotten(campaign: Campaign, team: Caller) -> None:
    team.post(ROOMS, NAMED, **key())
    retention.sweep(now=timezone.now() + timedelta(hours=23))
    assert KeptReply.objects.count() == 1
    retention.sweep(now=timezone.now() + timedelta(hours=25))
    assert KeptReply.objects.count() == 0


def test_how_many_one_caller_has_is_bounded(
    campaign: Campaign, team: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MOST_REPLIES", 1)
    team.post(ROOMS, NAMED, **key())
    refused = team.post(ROOMS, NAMED, **key())
    assert_problem(refused, 429, "too_many_kept")
    assert refused.headers["Retry-After"]
    assert volunteer().post("/campaigns/letters/assignments", **key()).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_worked_on_the_second_is_told_to_wait() -> None:
    begun, over = threading.Event(), threading.Event()
    asked: dict[str, Any] = {"caller": "a", "key": "k", "request": b"r", "now": timezone.now()}

    def slow() -> repeats.Reply:
        begun.set()
        assert over.wait(20)
        return repeats.Reply(status=201, headers={}, body=b"{}")

    def first() -> None:
        repeats.once(**asked, act=slow)
        connection.close()

    worker = threading.Thread(target=first)
    worker.start()
    assert begun.wait(20)
    with pytest.raises(repeats.Problem, match="still_working"):
        repeats.once(**asked, act=slow)
    over.set()
    worker.join()
    kept = repeats.once(**asked, act=slow)
    assert kept is not None
    assert (kept.status, kept.body) == (201, b"{}")

"""A running campaign over the API: its team alone sees and changes it."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crowd.models import Amendment, Membership, User
from crowd.services import amendments, rollups
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made():
    drive = builders.drive(excerpts=2, agree=2, at_most=3, veiled_share=0.0)
    for value, person in zip("abc", builders.guests(3), strict=True):
        drive.say(value, by=person, about=1, now=timezone.now())
    builders.settle(now=timezone.now())
    rollups.count(campaign=drive.campaign, now=timezone.now())
    return drive


def _as(made, role: str) -> APIClient:
    user = User.objects.create_user(f"{role}@example.org")
    if role != "stranger":
        Membership.objects.create(campaign=made.campaign, user=user, role=role)
    api = APIClient()
    api.force_login(user)
    return api


def test_the_team_reads_its_numbers_and_strangers_do_not(made):
    base = f"/api/v1/campaigns/{made.campaign.slug}"
    editor, stranger = _as(made, "editor"), _as(made, "stranger")
    for what in ("dashboard", "review-queue", "audits", "known-answers", "amendments"):
        assert editor.get(f"{base}/{what}").status_code == 200, what
        assert stranger.get(f"{base}/{what}").status_code == 403, what
        assert APIClient().get(f"{base}/{what}").status_code == 401, what
    assert editor.get(f"{base}/dashboard").json()["answers"] == 3
    [queued] = editor.get(f"{base}/review-queue").json()
    assert (queued["why"], queued["microtask"]) == ("contested", made.microtask(1).pk)


def test_a_campaign_is_closed_and_a_policy_weighed_and_applied(made):
    base = f"/api/v1/campaigns/{made.campaign.slug}"
    api = _as(made, "editor")
    sent = {"step": "read", "preset": "identical", "agree": 2, "at_most": 5}
    told = api.post(f"{base}/amendments", sent, format="json")
    assert (told.status_code, told.json()["state"]) == (202, "weighing")
    one = f"/api/v1/amendments/{told.json()['id']}"
    assert api.post(one).status_code == 422
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert api.get(one).json()["effect"]["reopen"] == 1
    assert api.post(one).json()["state"] == "applying"
    assert api.put(f"{base}/state", {"state": "closed"}, format="json").status_code == 200
    assert api.put(f"{base}/state", {"state": "paused"}, format="json").status_code == 409


def test_a_question_is_corrected_once_it_is_known_what_that_sets_aside(made):
    base = f"/api/v1/campaigns/{made.campaign.slug}"
    api = _as(made, "editor")
    sent = {"step": "read", "question": "q", "label": "Which?", "means_else": True}
    told = api.post(f"{base}/question-amendments", sent, format="json")
    assert (told.status_code, told.json()["kind"]) == (202, "meaning")
    assert (
        api.post(
            f"{base}/question-amendments", {"step": "read", "question": "q"}, format="json"
        ).json()["errors"][0]["code"]
        == "amendment_empty"
    )
    one = f"/api/v1/amendments/{told.json()['id']}"
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert api.get(one).json()["effect"]["answers"] == 3
    assert api.post(one).json()["state"] == "applying"


def test_the_words_of_a_step_are_corrected(made):
    path = f"/api/v1/campaigns/{made.campaign.slug}/step-amendments"
    api = _as(made, "editor")
    told = api.post(path, {"step": "read", "instructions": "The left column."}, format="json")
    assert told.status_code == 202
    assert (told.json()["kind"], told.json()["question"]) == ("wording", None)
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert api.post(f"/api/v1/amendments/{told.json()['id']}").json()["state"] == "applied"
    steps = api.get(f"/api/v1/campaigns/{made.campaign.slug}/steps").json()
    assert "The left column." in str(steps)
    wrong = api.post(path, {"step": "read", "title": " "}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/title")
    assert _as(made, "stranger").post(path, {"step": "read"}, format="json").status_code == 403


def test_a_sample_is_looked_at_verdict_by_verdict(made):
    for person in builders.guests(2):
        made.say("a", by=person, about=2, now=timezone.now())
    builders.settle(now=timezone.now())
    api, stranger = _as(made, "reviewer"), _as(made, "stranger")
    base = f"/api/v1/campaigns/{made.campaign.slug}"
    drawn = api.post(f"{base}/audits", {"per": "campaign", "size": 5}, format="json").json()
    page = f"/api/v1/audits/{drawn['id']}"
    [item] = api.get(page).json()["items"]
    assert (item["step"], item["values"]) == ("read", {"q": "a"})
    assert stranger.get(page).status_code == 403
    one = f"/api/v1/audit-items/{item['id']}"
    assert stranger.patch(one, {"right": True}, format="json").status_code == 403
    assert api.patch(one, {"right": False}, format="json").json()["rate"]["rate"] == 1.0
    assert api.patch(one, {"right": True}, format="json").status_code == 409


def test_known_answers_are_written_and_drawn_by_reviewers_alone(made):
    api, stranger = _as(made, "reviewer"), _as(made, "stranger")
    base = f"/api/v1/campaigns/{made.campaign.slug}/known-answers"
    waiting = api.get(f"{base}/to-write").json()["microtask"]
    assert waiting["id"] == made.microtask(2).pk
    one = f"/api/v1/microtasks/{waiting['id']}/known-answer"
    assert stranger.put(one, {"values": {"q": "a"}}, format="json").status_code == 403
    assert api.put(one, {"values": {"q": "z"}}, format="json").status_code == 422
    assert api.put(one, {"values": {"q": "a"}}, format="json").json()["count"] == 1
    assert api.post(base, {"count": 3}, format="json").json()["count"] == 1
    assert stranger.post(base, {"count": 3}, format="json").status_code == 403


def test_announcements_are_public_and_audits_are_drawn(made):
    base = f"/api/v1/campaigns/{made.campaign.slug}"
    api = _as(made, "owner")
    words = {"title": "Half-way", "text": "Go on"}
    assert api.post(f"{base}/announcements", words, format="json").status_code == 201
    assert [each["title"] for each in APIClient().get(f"{base}/announcements").json()] == [
        "Half-way"
    ]
    none = api.post(f"{base}/audits", {"per": "campaign", "size": 5}, format="json")
    assert none.json()["errors"][0]["code"] == "audit_empty"

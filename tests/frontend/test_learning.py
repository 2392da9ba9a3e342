"""Newcomers are taught first, if they like; choices of what to be given; a batch for the train."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Answer, Assignment, Campaign, Contributor
from crowd.services import outlines, tutorials
from tests.frontend import drives

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    outlines.forget()
    return drives.open_drive()


@pytest.fixture
def taught(campaign: Campaign) -> Campaign:
    microtask = campaign.microtasks.get(excerpt__position=1)
    tutorials.add(
        microtask=microtask,
        values={"proposal": "yes", "topics": ["bus"]},
        note="It asks for a bus.",
        now=timezone.now(),
    )
    return campaign


def test_a_newcomer_is_taught_first_and_nothing_of_it_counts(
    client: Client, taught: Campaign
) -> None:
    begun = client.post("/c/letters/play/")
    assert begun["Location"] == "/c/letters/learn/"
    page = client.get("/c/letters/learn/")
    assert "Example 1 of 1" in page.content.decode()
    wrong = client.post("/c/letters/learn/1/", {"q-proposal": "=no"})
    assert wrong.status_code == 422
    told = client.post("/c/letters/learn/1/", {"q-proposal": "=no", "q-topics": "=bus"})
    said = told.content.decode()
    assert "Nearly: have a look" in said
    assert "It asks for a bus." in said
    assert not Answer.objects.exists()
    assert not Contributor.objects.exists()
    real = client.post("/c/letters/play/", {"tutorial": "done"})
    assert "/play/" in real["Location"]
    assert client.post("/c/letters/play/")["Location"] == real["Location"]
    assert client.get("/c/letters/learn/2/").status_code == 404


def test_the_how_to_panel_opens_by_itself_once(client: Client, campaign: Campaign) -> None:
    there = drives.start(client, campaign)
    assert '<details class="how how-to" open>' in client.get(there).content.decode()
    assert '<details class="how how-to">' in client.get(there).content.decode()


def test_choices_hide_campaigns_and_say_so(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(sensitive=True)
    outlines.forget()
    there = drives.start(client, campaign)
    client.post("/choices/", {"reads": ["en", "fr"], "handwriting": "1", "next": "/"})
    person = Contributor.objects.get()
    assert (person.reads, person.no_handwriting, person.no_sensitive) == ("", False, True)
    assert Assignment.objects.get().state == "returned"
    home = client.get("/").content.decode()
    assert "1 campaign is not shown, as you chose." in home
    why = client.post("/c/letters/play/")["Location"]
    assert "What is left is what you leave out" in client.get(why).content.decode()
    assert client.get("/choices/").status_code == 200
    assert there


def test_a_batch_is_taken_answered_twice_and_given_back(client: Client, campaign: Campaign) -> None:
    assert "Take up to 20 questions" in client.get("/c/letters/along/").content.decode()
    client.post("/c/letters/along/")
    page = client.get("/c/letters/along/").content.decode()
    assert page.count("<template data-sheet=") == 4
    held = Assignment.objects.order_by("pk").first()
    assert held is not None
    body = drives.SENT | {"answer_id": str(uuid.uuid4())}
    there = f"/c/letters/along/{held.pk}/"
    assert client.post(there, {"q-proposal": "=yes"}).status_code == 422
    assert client.post(there, body).json() == {"outcome": "accepted"}
    assert client.post(there, body).json() == {"outcome": "accepted"}
    assert Answer.objects.count() == 1
    client.post("/c/letters/along/", {"do": "return"})
    assert Assignment.objects.filter(state="returned").count() == 3


def test_the_worker_is_served_from_the_root(client: Client) -> None:
    reply = client.get("/worker.js")
    assert reply["Content-Type"].startswith("text/javascript")
    assert "no-store" in reply["Cache-Control"]

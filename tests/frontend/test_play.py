"""Play, told as requests a browser without JavaScript makes, and then as htmx makes them."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Answer, Assignment, Contributor, User
from crowd.rules.claims import Nothing
from crowd.services import accounts, campaigns, leases
from tests.frontend import drives

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def answer_id(page: str) -> str:
    found = re.search(r'name="answer_id" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_button_leads_a_guest_to_the_first_excerpt(client: Client) -> None:
    campaign = drives.open_drive()
    page = client.get("/c/letters/").content.decode()
    assert 'action="/c/letters/play/"' in page
    reply = client.post("/c/letters/play/")
    assert reply.status_code == 303
    shown = client.get(reply["Location"])
    assert b"Dear mayor, this is letter 1." in shown.content
    assert client.cookies["tamis_guest"]["httponly"]
    assert client.cookies["tamis_guest"]["samesite"] == "Lax"
    assert Assignment.objects.filter(microtask__campaign=campaign).count() == 1


def test_looking_writes_nothing(client: Client) -> None:
    drives.open_drive()
    for address in ("/", "/c/letters/", "/c/letters/play/", "/c/letters/play/?why=checking"):
        client.get(address)
    assert not Contributor.objects.exists()
    assert not Assignment.objects.exists()
    assert "tamis_guest" not in client.cookies


def test_an_answer_is_kept_and_the_next_excerpt_follows(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    page = client.get(here).content.decode()
    reply = client.post(here, {**drives.SENT, "answer_id": answer_id(page), "do": "answer"})
    assert reply.status_code == 303
    assert reply["Location"] != here
    answer = Answer.objects.get()
    assert str(answer.pk) == answer_id(page)
    assert answer.values == drives.VALUES
    next_page = client.get(reply["Location"]).content.decode()
    assert "Thank you. 1 answer waiting for confirmation." in next_page
    assert "letter 2" in next_page


def test_sent_twice_an_answer_counts_once_and_says_so_quietly(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    sent = {**drives.SENT, "answer_id": str(uuid.uuid4())}
    client.post(here, sent)
    reply = client.post(here, sent)
    assert reply.status_code == 303
    assert Answer.objects.count() == 1
    assert "already answered" in client.get(reply["Location"]).content.decode()


def test_a_refused_answer_keeps_what_was_typed_and_says_where(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    mine = str(uuid.uuid4())
    reply = client.post(here, {"q-topics": "=road", "q-cost": "a lot", "answer_id": mine})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "2 things to look at" in page
    assert "“a lot” is not a number" in page
    assert 'value="a lot"' in page
    assert re.search(r'value="=road" checked', page)
    assert answer_id(page) == mine
    for anchor in re.findall(r'<li><a href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page
    assert not Answer.objects.exists()


def test_what_cannot_be_told_is_an_answer(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    client.post(
        here, {"q-proposal": "unsure", "q-topics": "none", "unsure-cost": "1", "q-cost": "3"}
    )
    assert Answer.objects.get().values == {"proposal": None, "topics": [], "cost": None}


def test_nothing_ticked_is_asked_again_rather_than_taken_for_none(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    reply = client.post(here, {"q-proposal": "=no"})
    assert reply.status_code == 422
    assert not Answer.objects.exists()


def test_badly_cut_needs_no_other_answer(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    assert client.post(here, {"do": "badly_cut"}).status_code == 303
    assert Answer.objects.get().badly_cut


def test_another_one_is_another_one(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    there = client.post(here, {"do": "skip"})["Location"]
    assert drives.held(there).microtask_id != drives.held(here).microtask_id
    assert not Answer.objects.exists()
    assert b"You passed this one" in client.get(here).content


def test_going_back_to_what_one_has_answered_says_so(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    client.post(here, drives.SENT)
    page = client.get(here)
    assert page.status_code == 200
    assert b"You have answered this one" in page.content


def test_an_answer_after_the_lease_ended_is_still_taken(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    Assignment.objects.update(lent_at=timezone.now() - timedelta(hours=2), due_at=timezone.now())
    leases.expire_due(now=timezone.now() + timedelta(seconds=1))
    assert client.get(here).status_code == 200
    assert client.post(here, drives.SENT).status_code == 303
    assert Answer.objects.get().set_aside_at is None


def test_nobody_sees_what_someone_else_holds(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(Client(), campaign)
    assert client.get(here).status_code == 404
    drives.start(client, campaign)
    assert client.get(here).status_code == 404
    assert client.post(here, drives.SENT).status_code == 404


def test_an_assignment_belongs_to_its_campaign_address(client: Client) -> None:
    here = drives.start(client, drives.open_drive())
    drives.open_drive(slug="others")
    assert client.get(here.replace("/c/letters/", "/c/others/")).status_code == 404


def test_a_follow_up_says_what_it_is_about(client: Client) -> None:
    campaign = drives.open_drive(rows=1)
    for _ in range(2):
        drives.say(drives.person(), campaign)
    drives.cross_check()
    page = client.get(drives.start(client, campaign)).content.decode()
    assert "Sum up" in page
    assert re.search(r"This is about\s*<b[^>]*>The bus</b>", page)
    assert 'data-most="40"' in page


def test_with_htmx_the_next_excerpt_comes_in_the_same_reply(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    reply = client.post(here, drives.SENT, headers=HTMX)
    page = reply.content.decode()
    assert reply.status_code == 200
    assert drives.held(reply["HX-Push-Url"]).microtask_id != drives.held(here).microtask_id
    assert "<html" not in page
    assert "letter 2" in page
    assert 'id="status" hx-swap-oob' in page
    assert "<title>Read the letter" in page


def test_with_htmx_a_refused_answer_comes_back_as_the_same_part(client: Client) -> None:
    here = drives.start(client, drives.open_drive())
    reply = client.post(here, {"q-cost": "x"}, headers=HTMX)
    assert reply.status_code == 422
    assert "<html" not in reply.content.decode()
    assert "HX-Push-Url" not in reply.headers


@pytest.mark.parametrize("reason", Nothing)
def test_when_there_is_nothing_the_page_says_why_and_what_next(
    client: Client, reason: Nothing
) -> None:
    drives.open_drive()
    page = client.get(f"/c/letters/play/?why={reason.value}").content.decode()
    assert "<h1" in page
    assert "button primary" in page


def test_who_has_answered_all_there_is_is_told_so(client: Client) -> None:
    campaign = drives.open_drive(rows=1)
    here = drives.start(client, campaign)
    there = client.post(here, drives.SENT)["Location"]
    assert there in {"/c/letters/play/?why=all_yours", "/c/letters/play/?why=checking"}
    drives.cross_check()
    there = drives.start(client, campaign)
    assert there == "/c/letters/play/?why=all_yours"
    assert b"You have seen all there is" in client.get(there).content


def test_a_paused_campaign_takes_no_answers(client: Client) -> None:
    campaign = drives.open_drive()
    campaigns.move(campaign=campaign, state=drives.CampaignState.PAUSED, now=timezone.now())
    assert drives.start(client, campaign) == "/c/letters/play/?why=not_open"
    assert b"It is paused" in client.get("/c/letters/play/?why=not_open").content


def test_the_first_points_ask_once_for_a_name(client: Client) -> None:
    campaign = drives.open_drive(rows=3)
    drives.say(drives.person(), campaign, {"proposal": "no", "topics": [], "cost": None})
    drives.say(drives.person(), campaign, {"proposal": "no", "topics": [], "cost": None})
    drives.cross_check()
    here = drives.start(client, campaign)
    client.post(here, drives.SENT)
    drives.say(drives.person(), campaign)
    drives.cross_check()
    here = drives.start(client, campaign)
    assert b"Your first points!" in client.get(here).content
    client.post("/contributions/name/", {"listed": "no", "next": here})
    assert b"name-panel" not in client.get(here).content


def test_a_cross_check_that_is_behind_says_so(client: Client) -> None:
    campaign = drives.open_drive(rows=1)
    client.post(drives.start(client, campaign), drives.SENT)
    why = "/c/letters/play/?why=checking"
    assert b"behind" not in client.get(why).content
    Answer.objects.update(given_at=timezone.now() - timedelta(seconds=40))
    assert re.search(rb"The cross-check is 4\d s behind", client.get(why).content)


def test_who_works_on_one_keeps_it(client: Client) -> None:
    campaign = drives.open_drive()
    here = drives.start(client, campaign)
    held = drives.held(here)
    Assignment.objects.filter(pk=held.pk).update(due_at=timezone.now() + timedelta(seconds=5))
    assert client.post(here, {"do": "keep"}).status_code == 204
    held.refresh_from_db()
    assert held.due_at > timezone.now() + timedelta(minutes=1)
    assert not Answer.objects.exists()
    leases.expire_due(now=held.due_at)
    assert client.post(here, {"do": "keep"}).status_code == 409


def test_who_was_signed_out_meanwhile_signs_in_again_and_finds_what_they_typed(
    client: Client,
) -> None:
    campaign = drives.open_drive()
    user = User.objects.create_user("ana@example.org")
    client.force_login(user)
    there = drives.start(client, campaign)
    client.logout()  # ninety days, or another tab
    assert client.get(there)["Location"].startswith("/accounts/login/?next=%2Fc%2Fletters")
    sent = client.post(there, drives.SENT)
    assert sent["Location"].startswith("/accounts/login/?next=%2Fc%2Fletters")
    assert "what you typed is kept" in client.get(sent["Location"]).content.decode()
    assert not Answer.objects.exists()
    key = client.session.session_key
    client.post(accounts.make_link(user=user, origin=""))
    assert client.session.session_key != key
    page = client.get(there).content.decode()
    assert 'value="1 200"' in page
    assert "What you typed is back." in page
    client.post(there, drives.SENT)
    assert Answer.objects.get().values == drives.VALUES
    assert client.get(there.replace(str(drives.held(there).pk), "99999999")).status_code == 404

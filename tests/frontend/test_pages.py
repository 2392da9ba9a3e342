"""Every page: what it says, in both languages, with nothing foreign on it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Document, Excerpt, MicroTask, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns, scores
from tests.frontend import drives

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(client: Client) -> Verdict:
    """A drive whose first letter is settled, this browser being one of two who agreed."""
    campaign = drives.open_drive()
    client.post(drives.start(client, campaign), drives.SENT)
    drives.say(drives.person("Wren", listed=True), campaign)
    drives.cross_check()
    return Verdict.objects.get()


def addresses(verdict: Verdict) -> list[str]:
    waiting = Excerpt.objects.exclude(pk=verdict.microtask.excerpt_id).first()
    assert waiting
    return [
        "/",
        "/about/",
        "/privacy/",
        "/c/letters/",
        "/c/letters/?period=week",
        "/c/letters/play/?why=complete",
        f"/verdicts/{verdict.pk}/",
        f"/excerpts/{verdict.microtask.excerpt_id}/",
        f"/excerpts/{waiting.pk}/",
        "/contributions/",
        "/accounts/login/",
        "/accounts/signup/",
        "/sign-in/name/token/",
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_contacts_another_origin_or_holds_inline_code(
    client: Client, settled: Verdict, language: str
) -> None:
    here = drives.start(client, settled.microtask.campaign)
    for address in [*addresses(settled), here]:
        reply = client.get(address, headers={"Accept-Language": language})
        page = reply.content.decode()
        assert reply.status_code == 200, address
        assert f'<html lang="{language}"' in page
        assert not re.search(r'(src|srcset|action|data)="(https?:)?//', page), address
        assert not re.search(r'<link[^>]+href="(https?:)?//', page), address
        assert not re.search(r'\sstyle="|<style|\son\w+="', page), address
        for script in re.findall(r"<script([^>]*)>", page):
            assert "src=" in script or "application/json" in script, address
        policy = reply["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Referrer-Policy"] == "same-origin"


def test_each_page_has_one_heading_and_at_most_one_primary_action(
    client: Client, settled: Verdict
) -> None:
    for address in [*addresses(settled), drives.start(client, settled.microtask.campaign)]:
        page = client.get(address).content.decode()
        assert len(re.findall(r"<h1[ >]", page)) == 1, address
        assert len(re.findall(r'class="button primary', page)) <= 1, address


def test_the_home_page_without_campaigns_says_what_to_do(client: Client) -> None:
    assert "No campaign yet" in client.get("/").content.decode()


def test_drafts_are_for_those_who_may_see_them(client: Client) -> None:
    campaign = drives.open_drive()
    Campaign.objects.update(state="draft")
    assert "What do the letters" not in client.get("/").content.decode()
    assert client.get(f"/c/{campaign.slug}/").status_code == 404


def test_open_campaigns_come_first(client: Client) -> None:
    first = drives.open_drive(slug="over", title="Over and done")
    campaigns.move(campaign=first, state=CampaignState.CLOSED, now=timezone.now())
    drives.open_drive()
    page = client.get("/").content.decode()
    assert page.index("What do the letters") < page.index("Over and done")


def test_the_deadline_is_told_in_days(client: Client) -> None:
    campaign = drives.open_drive()
    today = timezone.localdate()
    told = {2: "2 days left", 1: "Ends tomorrow", 0: "Last day", -1: "The deadline has passed"}
    for days, words in told.items():
        Campaign.objects.filter(pk=campaign.pk).update(deadline=today + timedelta(days=days))
        assert words in client.get("/c/letters/").content.decode()


def test_a_document_that_failed_says_why_and_one_that_is_split_how_far(client: Client) -> None:
    campaign = drives.open_drive()
    common = {"campaign": campaign, "byte_size": 5, "received_at": timezone.now()}
    Document.objects.create(
        **common, name="broken.pdf", sha256="a" * 64, state="failed", problem_code="pdf_encrypted"
    )
    Document.objects.create(
        **common, name="long.pdf", sha256="b" * 64, state="splitting", pages_known=90, pages_done=30
    )
    page = client.get("/c/letters/").content.decode()
    assert "protected by a password" in page
    assert '<progress class="bar" value="30" max="90">' in page
    assert "4 excerpts" in page


def test_a_verdict_says_what_how_sure_and_what_you_said(client: Client, settled: Verdict) -> None:
    page = client.get(f"/verdicts/{settled.pk}/").content.decode()
    assert "Confirmed" in page
    assert "The bus" in page
    assert "1,200\u00a0€" in page
    assert "2 of 2 say so" in page
    assert "2 people answered" in page
    assert "You said" in page
    assert "You said" not in Client().get(f"/verdicts/{settled.pk}/").content.decode()


def test_what_is_likely_is_named_by_its_label(client: Client, settled: Verdict) -> None:
    page = client.get(f"/verdicts/{settled.pk}/").content.decode()
    likely = page.split("Together, the answers make this likely")[1]
    assert '<dt lang="en">Yes</dt>' in likely
    assert "yes</dt>" not in likely


def test_a_revised_verdict_leads_to_the_current_one(client: Client, settled: Verdict) -> None:
    old = Verdict.objects.get()
    Verdict.objects.update(is_current=False)
    new = Verdict.objects.get()
    new.pk, new.revision, new.is_current = None, 2, True
    new.save()
    assert f"/verdicts/{new.pk}/" in client.get(f"/verdicts/{old.pk}/").content.decode()


def test_a_verdict_that_was_taken_back_shows_nothing_to_those_who_are_asked_now(
    client: Client, settled: Verdict
) -> None:
    Verdict.objects.update(is_current=False)
    MicroTask.objects.filter(pk=settled.microtask_id).update(state="open", needs=1)
    assert client.get(f"/verdicts/{settled.pk}/").status_code == 404


def test_what_is_hidden_or_veiled_is_not_found(client: Client, settled: Verdict) -> None:
    verdict, excerpt = f"/verdicts/{settled.pk}/", f"/excerpts/{settled.microtask.excerpt_id}/"
    MicroTask.objects.update(veiled=True)
    assert client.get(verdict).status_code == 404
    assert b"No verdict yet" in client.get(excerpt).content
    MicroTask.objects.update(veiled=False)
    Excerpt.objects.update(hidden_at=timezone.now())
    assert client.get(verdict).status_code == 404
    assert client.get(excerpt).status_code == 404


def test_my_contributions_say_what_became_of_each(client: Client, settled: Verdict) -> None:
    client.post(drives.start(client, settled.microtask.campaign), drives.SENT)
    page = client.get("/contributions/").content.decode()
    assert len(re.findall(r'tag mark-confirmed">Confirmed', page)) == 1
    assert len(re.findall(r'tag mark-waiting">Waiting for others', page)) == 1
    assert f"/verdicts/{settled.pk}/" in page


def test_contributions_of_nobody_yet_lead_to_a_campaign(client: Client) -> None:
    page = client.get("/contributions/").content.decode()
    assert "Nothing here yet" in page
    assert "Choose a campaign" in page


def test_older_contributions_are_a_page_away(client: Client) -> None:
    campaign = drives.open_drive(rows=23)
    here = drives.start(client, campaign)
    for _ in range(22):
        here = client.post(here, drives.SENT)["Location"]
    page = client.get("/contributions/").content.decode()
    older = re.search(r'href="(\?before=[^"]+)"', page)
    assert older
    assert page.count('mark-waiting">Waiting') == 20
    rest = client.get("/contributions/" + older[1]).content.decode()
    assert rest.count('mark-waiting">Waiting') == 2


def test_the_board_lists_who_chose_to_be_and_marks_you(client: Client, settled: Verdict) -> None:
    client.post("/contributions/name/", {"pseudonym": "Heron", "listed": "yes", "next": "/"})
    scores.rebuild(now=timezone.now())
    page = client.get("/c/letters/board/?period=all").content.decode()
    assert "Wren" in page
    assert re.search(r'class="you".*Heron', page)
    assert "<html" not in page


@pytest.mark.parametrize("game", ["none", "personal", "cooperative"])
def test_only_competitive_campaigns_have_a_board(client: Client, game: str) -> None:
    drives.open_drive(game=game)
    assert "Leaderboard" not in client.get("/c/letters/").content.decode()


def test_who_wants_no_game_sees_neither_points_nor_boards(client: Client, settled: Verdict) -> None:
    mine = settled.answers.order_by("given_at").first()
    assert mine
    mine.contributor.no_game = True
    mine.contributor.save()
    for address in ("/c/letters/", "/contributions/", f"/verdicts/{settled.pk}/"):
        page = client.get(address).content.decode()
        # The form that brings it back may name it.
        page = re.sub(r'(?s)<form[^>]*id="switches".*?</form>', "", page)
        assert not re.search(r"[Ll]eaderboard|[Pp]oints", page), address


def test_a_taken_name_is_refused_with_what_was_typed(client: Client, settled: Verdict) -> None:
    reply = client.post("/contributions/name/", {"pseudonym": "wren", "listed": "yes"})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Someone else has this pseudonym" in page
    assert 'value="wren"' in page


def test_colours_and_language_are_chosen_without_javascript(client: Client) -> None:
    reply = client.post("/theme/", {"theme": "dark", "next": "/about/"})
    assert (reply.status_code, reply["Location"]) == (303, "/about/")
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "plaid"})
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/language/", {"language": "fr", "next": "/"})
    assert '<html lang="fr"' in client.get("/").content.decode()


def test_a_form_never_leads_to_another_site(client: Client) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_errors_look_like_tamis(client: Client) -> None:
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert b"Page not found" in page.content
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/theme/", {"theme": "dark"})
    assert refused.status_code == 403
    assert b"This form has expired" in refused.content


def test_a_fault_of_ours_says_so_and_keeps_the_headers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("frontend.views.home.Campaign", None)
    reply = client.get("/")
    assert reply.status_code == 500
    assert b"Something broke on our side" in reply.content
    assert "Content-Security-Policy" in reply


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ({"preset": "careful", "at_most": 10}, "Settled when it is 95\u00a0% sure, by 2 people"),
        ({"preset": "fixed", "at_most": 3}, "3 people are asked; the likeliest answer counts."),
        (
            {"preset": "identical", "agree": 1, "at_most": 1},
            "1 person is asked; the likeliest answer counts.",
        ),
        (
            {"preset": "identical", "agree": 3, "at_most": 8},
            "Settled when 3 people agree; at most 8",
        ),
    ],
)
def test_a_campaign_says_when_its_verdicts_are_settled(
    client: Client, policy: dict[str, object], told: str
) -> None:
    campaign = drives.open_drive()
    campaign.steps.update(**policy)
    assert told in client.get("/c/letters/").content.decode()

"""Pages about people and their words, without JavaScript."""

import io
import zipfile
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from crowd.models import (
    Answer,
    Campaign,
    Complaint,
    Contributor,
    Excerpt,
    Find,
    LegalText,
    Objection,
    User,
    Verdict,
)
from crowd.services import contributors, finds, outlines
from tests.frontend import drives, team

pytestmark = pytest.mark.django_db

NO = {"proposal": "no", "topics": ["road"], "cost": None}


def browser(person: Contributor | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if person is not None:
        token = contributors.token_of(contributor=person)
        client.cookies[settings.TAMIS_GUEST_COOKIE] = token
    return client


@pytest.fixture
def campaign(db: None) -> Campaign:
    return drives.open_drive(rows=2)


def against(campaign: Campaign) -> tuple[Contributor, Verdict]:
    """Someone whose answer to the first letter was not confirmed."""
    me = drives.person()
    drives.say(me, campaign, NO)
    drives.say(drives.person(), campaign)
    drives.cross_check()
    drives.say(drives.person(), campaign)
    drives.cross_check()
    return me, Verdict.objects.current().get(step__key="read")


# --- See why, and object -------------------------------------------------------------------------


def test_why_says_what_i_said_what_the_verdict_is_and_lets_me_object(campaign: Campaign) -> None:
    me, verdict = against(campaign)
    client = browser(me)
    line = client.get("/contributions/").content.decode()
    assert "1 was not: see why" in line
    page = client.get("/contributions/why/").content.decode()
    for words in ("this is letter 1", "You said", "The road", "The verdict", "The bus", "overlook"):
        assert words in page, words
    reply = client.post(
        f"/verdicts/{verdict.pk}/object/", {"reason": "It is.", "next": "/contributions/why/"}
    )
    assert (reply.status_code, reply["Location"]) == (303, "/contributions/why/")
    assert Objection.objects.get().reason == "It is."
    page = client.get("/contributions/why/").content.decode()
    assert "One more person is asked" in page
    assert "overlook" not in page


def test_while_someone_is_asked_the_verdict_is_not_told(campaign: Campaign) -> None:
    me, verdict = against(campaign)
    client = browser(me)
    client.post(f"/verdicts/{verdict.pk}/object/", {})
    outlines.forget()
    asked = browser()
    first = drives.start(asked, campaign)
    assert drives.held(first).microtask_id == verdict.microtask_id
    assert client.get(f"/verdicts/{verdict.pk}/").status_code == 404
    page = client.get("/contributions/why/").content.decode()
    assert "Someone is reading this excerpt" in page
    assert "The bus" not in page


def test_a_veiled_micro_task_is_no_reason_to_say_why(campaign: Campaign) -> None:
    me, verdict = against(campaign)
    verdict.microtask.veiled = True
    verdict.microtask.save()
    client = browser(me)
    assert "see why" not in client.get("/contributions/").content.decode()
    assert "letter 1" not in client.get("/contributions/why/").content.decode()
    assert client.post(f"/verdicts/{verdict.pk}/object/", {}).status_code == 404
    assert not Objection.objects.exists()


def test_nobody_and_who_was_confirmed_can_not_object(campaign: Campaign) -> None:
    _, verdict = against(campaign)
    assert browser().post(f"/verdicts/{verdict.pk}/object/", {}).status_code == 404
    right = Answer.objects.filter(proof__agrees=True).first()
    assert right is not None
    assert (
        "overlook"
        not in browser(right.contributor).get(f"/verdicts/{verdict.pk}/").content.decode()
    )
    browser(right.contributor).post(f"/verdicts/{verdict.pk}/object/", {})
    assert not Objection.objects.exists()


# --- Devices -------------------------------------------------------------------------------------


def code_of(client: Client) -> str:
    page = client.post("/you/devices/").content.decode()
    return page.split('<p class="code">')[1].split("<")[0].replace(" ", "")


def test_a_guest_joins_an_account_by_its_code_and_is_signed_in(campaign: Campaign) -> None:
    laptop, phone = browser(), browser(guest := drives.person())
    user = User.objects.create_user("ana@example.org")
    laptop.force_login(user)
    drives.say(guest, campaign)
    code = code_of(laptop)
    page = phone.get("/you/devices/", {"code": code.lower()}, follow=True).content.decode()
    assert "a…@example.org" in page
    assert "ana@" not in page
    reply = phone.post(f"/join/{code}/", follow=True)
    assert "Both devices are one now" in reply.content.decode()
    assert phone.get("/account/").status_code == 200
    assert "letter 1" in laptop.get("/contributions/").content.decode()
    assert phone.cookies[settings.TAMIS_GUEST_COOKIE].value == ""


def test_a_guest_who_shows_a_code_to_an_account_is_asked_to_go_on(campaign: Campaign) -> None:
    laptop, phone = browser(), browser(guest := drives.person())
    laptop.force_login(User.objects.create_user("ana@example.org"))
    drives.say(guest, campaign)
    code = code_of(phone)
    assert "belongs to your account" not in phone.get("/you/devices/joined/").content.decode()
    laptop.post(f"/join/{code}/")
    assert "belongs to your account" in phone.get("/you/devices/joined/").content.decode()
    phone.post("/you/devices/go-on/")
    assert phone.get("/account/").status_code == 200
    assert browser().post("/you/devices/go-on/")["Location"] == "/you/devices/"


def test_two_guests_are_one_and_go_on_in_both_browsers(campaign: Campaign) -> None:
    phone, laptop = browser(one := drives.person()), browser(other := drives.person())
    drives.say(one, campaign)
    drives.say(other, campaign)
    drives.say(other, campaign)
    laptop.post(f"/join/{code_of(phone)}/")
    for each in (phone, laptop):
        page = each.get("/contributions/").content.decode()
        assert "letter 1" in page
        assert "letter 2" in page
    other.refresh_from_db()
    assert other.joined_into == one


def test_a_wrong_code_is_a_sentence() -> None:
    reply = browser().post("/join/WRONGCODE/")
    assert reply.status_code == 422
    assert "wrong, was used, or is too old" in reply.content.decode()


# --- My data, and being forgotten ----------------------------------------------------------------


def test_nobody_is_told_that_nothing_is_known() -> None:
    client = browser()
    assert "knows nothing of you" in client.get("/you/").content.decode()
    for path in ("/you/data/", "/you/forget/"):
        assert client.get(path)["Location"] == "/you/"
    assert not Contributor.objects.exists()


def test_my_data_comes_with_one_click(campaign: Campaign) -> None:
    me = drives.person()
    drives.say(me, campaign)
    drives.say(drives.person(), campaign)
    client = browser(me)
    assert 'href="/you/data/"' in client.get("/you/").content.decode()
    reply: Any = client.get("/you/data/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content)))
    assert len(archive.read("answers.csv").splitlines()) == 2


def test_forgetting_says_what_happens_asks_to_be_sure_and_does_it(campaign: Campaign) -> None:
    me = drives.person("Mésange", listed=True)
    drives.say(me, campaign)
    client = browser(me)
    page = client.get("/you/forget/").content.decode()
    assert "Gone at once" in page
    assert client.post("/you/forget/", {}).status_code == 422
    reply = client.post("/you/forget/", {"sure": "yes"}, follow=True)
    assert "no longer knows who you are" in reply.content.decode()
    assert client.cookies[settings.TAMIS_GUEST_COOKIE].value == ""
    me.refresh_from_db()
    assert me.pseudonym is None
    assert Answer.objects.counting().count() == 1


def test_an_account_is_deleted_with_the_campaigns_it_leaves_named(campaign: Campaign) -> None:
    client = browser()
    user = team.sign_in(client, campaign)
    assert campaign.title in client.get("/you/forget/").content.decode()
    client.post("/you/forget/", {"sure": "yes"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert client.get("/account/").status_code == 302


def test_texts_are_listed_and_the_ticked_one_is_withdrawn(campaign: Campaign) -> None:
    client = browser(me := drives.person())
    text = drives.open_drive(
        rows=2,
        slug="texts",
        steps=[
            {
                "key": "say",
                "title": "Say",
                "questions": [{"key": "t", "kind": "text", "label": "T"}],
            }
        ],
    )
    said = [drives.say(me, text, {"t": f"my words {n}"}) for n in (1, 2)]
    page = client.get("/you/forget/").content.decode()
    assert "2 answers have words or files of yours" in page
    client.post("/you/forget/", {"sure": "yes", "texts": "some", "answer": [said[0].pk, "x"]})
    left = {each.pk: each.values for each in Answer.objects.all()}
    assert left == {said[0].pk: {}, said[1].pk: {"t": "my words 2"}}


def test_the_choice_of_mails_is_kept() -> None:
    client = browser()
    client.force_login(user := User.objects.create_user("ana@example.org"))
    client.post("/you/mails/", {"topic": ["announcements", "nonsense"]})
    agreed = set(user.mail_choices.filter(agreed=True).values_list("topic", flat=True))
    assert agreed == {"announcements"}


# --- Finds ---------------------------------------------------------------------------------------


def test_a_find_goes_from_a_volunteer_through_the_team_to_the_campaign(campaign: Campaign) -> None:
    excerpt = Excerpt.objects.order_by("pk").first()
    assert excerpt is not None
    client, owner, nobody = browser(drives.person("Mésange", listed=True)), browser(), browser()
    team.sign_in(owner, campaign, "reviewer")
    client.post(f"/excerpts/{excerpt.pk}/find/", {"sentence": "What a letter!"})
    assert "waits for the campaign" in client.get(f"/excerpts/{excerpt.pk}/").content.decode()
    find = Find.objects.get()
    assert nobody.get(f"/finds/{find.pk}/").status_code == 404
    assert "What a letter!" in owner.get("/c/letters/workshop/words/").content.decode()
    owner.post(f"/c/letters/workshop/words/finds/{find.pk}/", {"do": "show"})
    for path in ("/c/letters/", "/c/letters/finds/", f"/finds/{find.pk}/"):
        page = nobody.get(path).content.decode()
        assert "What a letter!" in page, path
        assert "Mésange" in page, path
    Excerpt.objects.update(hidden_at=find.made_at)
    for path in ("/c/letters/", "/c/letters/finds/"):
        assert "What a letter!" not in nobody.get(path).content.decode()
    assert nobody.get(f"/finds/{find.pk}/").status_code == 404


def test_share_links_load_nothing_and_mastodon_is_asked_for(campaign: Campaign) -> None:
    find = finds.mark(
        excerpt=Excerpt.objects.first(),  # type: ignore[arg-type]
        contributor=drives.person(),
        sentence="Look!",
        now=campaign.made_at,
    )
    finds.decide(find=find, show=True, by=None, now=campaign.made_at)
    page = browser().get(f"/finds/{find.pk}/", {"instance": "@me@piaille.fr"}).content.decode()
    assert "https://piaille.fr/share?text=Look%21" in page
    assert "mailto:?subject=" in page
    assert "<svg" in page
    for loads in ('src="http', "<iframe", "url(http"):
        assert loads not in page


# --- Words ---------------------------------------------------------------------------------------


def test_a_name_is_reported_and_taken_away(campaign: Campaign) -> None:
    rude = drives.person("Rude Word", listed=True)
    client, owner = browser(drives.person()), browser()
    team.sign_in(owner, campaign, "reviewer")
    assert client.post("/complain/", {"about": "pseudonym", "which": "Nobody"}).status_code == 422
    reply = client.post(
        "/complain/",
        {"about": "pseudonym", "which": "rude word", "in": "letters", "next": "/c/letters/"},
    )
    assert reply["Location"] == "/c/letters/"
    assert "Rude Word" in owner.get("/c/letters/workshop/words/").content.decode()
    owner.post(
        "/c/letters/workshop/words/decide/",
        {"about": "pseudonym", "subject": rude.pk, "do": "rename", "name": "Kind Word"},
    )
    rude.refresh_from_db()
    assert rude.pseudonym == "Kind Word"
    assert Complaint.objects.get().state == "upheld"


def test_a_campaigns_reviewers_decide_only_what_is_theirs(campaign: Campaign) -> None:
    elsewhere = drives.person("Elsewhere", listed=True)
    owner = browser()
    team.sign_in(owner, campaign, "reviewer")
    for sent in (
        {"about": "pseudonym", "subject": elsewhere.pk, "do": "hide"},
        {"about": "nonsense", "subject": "1", "do": "hide"},
        {"about": "team", "subject": "9" * 30, "do": "hide"},
    ):
        assert owner.post("/c/letters/workshop/words/decide/", sent).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.pseudonym == "Elsewhere"


# --- Legal texts ---------------------------------------------------------------------------------


def test_the_staff_writes_legal_texts_and_their_days_and_nobody_else_does(db: None) -> None:
    staff, person = browser(), browser()
    staff.force_login(User.objects.create_superuser("staff@example.org"))
    person.force_login(User.objects.create_user("ana@example.org"))
    address = "/legal/retention/en/"
    assert person.get(address).status_code == 404
    days = {"days-drafts": "7", "days-guests": "30"}
    preview = staff.post(address, {"body": "## Ours", "do": "preview", **days}).content.decode()
    assert "<h2>Ours</h2>" in preview
    assert not LegalText.objects.exists()
    assert staff.post(address, {"body": "Ours", "days-drafts": "0"}).status_code == 422
    staff.post(address, {"body": "## Ours", "do": "publish", **days})
    page = person.get("/retention/").content.decode()
    assert "<h2>Ours</h2>" in page
    assert "7 days" in page


# --- Who sees what -------------------------------------------------------------------------------


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(campaign: Campaign) -> None:
    me, verdict = against(campaign)
    find = finds.mark(
        excerpt=verdict.microtask.excerpt, contributor=me, sentence="Look!", now=campaign.made_at
    )
    nobody, other, owner, staff = browser(), browser(drives.person()), browser(), browser()
    team.sign_in(owner, campaign, "owner")
    reader = browser()
    team.sign_in(reader, campaign, "reader")
    staff.force_login(User.objects.create_superuser("staff@example.org"))
    people = {
        "nobody": nobody,
        "other": other,
        "me": browser(me),
        "owner": owner,
        "reader": reader,
        "staff": staff,
    }
    everyone = set(people)
    table: dict[str, set[str]] = {
        "/privacy/": everyone,
        "/legal/": everyone,
        "/retention/": everyone,
        "/you/": everyone,
        "/you/devices/": everyone,
        "/contributions/why/": everyone,
        "/c/letters/finds/": everyone,
        "/complain/": everyone,
        f"/finds/{find.pk}/": set(),  # nobody has looked at it yet
        "/c/letters/workshop/words/": {"owner", "staff"},
        "/moderation/": {"staff"},
        "/legal/privacy/fr/": {"staff"},
        "/you/forget/": everyone - {"nobody"},
        "/you/data/": everyone - {"nobody"},
    }
    for path, allowed in table.items():
        opened = {name for name, who in people.items() if who.get(path).status_code == 200}
        assert opened == allowed, path
    for who in (nobody, other, owner, staff):
        assert "The road" not in who.get("/contributions/why/").content.decode()

"""Launching without JavaScript: from nothing to an open campaign, by following the screens."""

import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from crowd import beginnings
from crowd.models import (
    Answer,
    Campaign,
    Document,
    Excerpt,
    LaunchPermit,
    MicroTask,
    Step,
    Trial,
    User,
)
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns, changes
from tests import builders
from tests.frontend import team

pytestmark = pytest.mark.django_db
DONE = "/c/who-paid/workshop/"


def person(client: Client, name: str = "anne", **more: Any) -> User:
    user = User.objects.create_user(f"{name}@example.org", **more)
    client.force_login(user)
    return user


def picture(*, mode: str = "RGB") -> bytes:
    """A photograph that says where it was taken."""
    out = io.BytesIO()
    image = Image.new(mode, (1200, 800), "teal")
    exif = Image.Exif()
    exif[0x010E] = "at home, 12 rue des Tilleuls"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def fields(page: Any) -> dict[str, Any]:
    """What the builder's form would send back as it stands."""
    found: dict[str, Any] = {}
    form = re.search(r'<form class="flow" method="post".*?</form>', page.text, re.DOTALL)
    assert form
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        boxes = 'type="checkbox"' in tag
        if name and (not boxes or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else "on"
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL
    ):
        found[name] = html.unescape(value)
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[name] = html.unescape((chosen or first)[1])  # type: ignore[index]
    found.pop("csrfmiddlewaretoken", None)
    return found


@pytest.fixture
def anyone(settings: Settings) -> None:
    settings.TAMIS_LAUNCHING = "anyone"


@pytest.fixture
def campaign(client: Client, anyone: None) -> Campaign:
    """A draft that was started on its page, with nothing but a title."""
    person(client)
    reply = client.post("/launch/", {"title": "Who paid?", "language": "en", "do": "start"})
    assert reply["Location"] == f"{DONE}cause/"
    return Campaign.objects.get(slug="who-paid")


def step(client: Client, template: str = "tick") -> Step:
    """A step begun from a template."""
    reply = client.post(f"{DONE}questions/add/", {"from": template})
    return Step.objects.get(pk=int(reply["Location"].rstrip("/").rsplit("/", 1)[-1]))


@pytest.mark.parametrize("template", [each.key for each in beginnings.OFFERED])
def test_every_template_can_be_changed_in_the_builder(
    client: Client, campaign: Campaign, template: str
) -> None:
    client.post(f"{DONE}questions/add/", {"from": template})
    for made in campaign.steps.all():
        shown = client.get(f"{DONE}questions/{made.pk}/")
        assert made.title in html.unescape(shown.text)
        checks = made.key.startswith("check-")
        assert ("What each answer does" in shown.text) == checks
        kept = client.post(f"{DONE}questions/{made.pk}/", fields(shown) | {"do": "keep"})
        assert kept.status_code == 303, made.key
        if checks:
            readable = made.questions.get(key="readable")
            assert readable.settings["decides"] == {"yes": "publish", "no": "refuse"}


def test_what_an_answer_does_to_a_file_is_chosen_in_the_builder(
    client: Client, campaign: Campaign
) -> None:
    client.post(f"{DONE}questions/add/", {"from": "target"})
    check = campaign.steps.get(key="check-proof")
    page = f"{DONE}questions/{check.pk}/"
    sent = fields(client.get(page)) | {"do": "keep", "q0-decides-no": "redact"}
    client.post(page, sent)
    assert check.questions.get(key="readable").settings["decides"]["no"] == "redact"
    client.post(page, fields(client.get(page)) | {"do": "keep", "q0-decides-no": ""})
    assert check.questions.get(key="readable").settings["decides"] == {"yes": "publish"}


def test_the_site_decides_who_may_launch(client: Client, settings: Settings) -> None:
    settings.TAMIS_LAUNCHING = "approved"
    anne = person(client)
    assert client.post("/launch/", {"title": "Mine", "language": "en"}).status_code == 422
    assert not Campaign.objects.exists()
    assert client.post("/launch/", {"do": "ask", "about": ""}).status_code == 422
    for _twice in range(2):
        client.post("/launch/", {"do": "ask", "about": "We are an association."})
    assert "Your request is with the people" in client.get("/launch/").text
    permit = LaunchPermit.objects.get(user=anne)

    staff = Client()
    person(staff, "staff", is_staff=True)
    assert "We are an association." in staff.get("/launch/requests/").text
    assert client.get("/launch/requests/").status_code == 403
    assert client.post(f"/launch/requests/{permit.pk}/", {"do": "grant"}).status_code == 403
    staff.post(f"/launch/requests/{permit.pk}/", {"do": "grant"})
    assert client.post("/launch/", {"title": "Mine", "language": "en"}).status_code == 303
    staff.post(f"/launch/requests/{permit.pk}/", {"do": "refuse"})
    assert client.post("/launch/", {"title": "Mine", "language": "en"}).status_code == 422


def test_an_invited_address_may_launch_once_it_has_an_account(
    client: Client, settings: Settings
) -> None:
    settings.TAMIS_LAUNCHING = "invited"
    staff = Client()
    person(staff, "staff", is_staff=True)
    assert staff.post("/launch/requests/", {"email": "no"}).status_code == 422
    assert staff.post("/launch/requests/", {"email": "Anne@example.org"}).status_code == 303
    person(client)
    assert client.post("/launch/", {"title": "Mine", "language": "en"}).status_code == 303
    other = Client()
    person(other, "bob")
    assert "only people whom its staff invited" in other.get("/launch/").text
    assert other.post("/launch/", {"do": "ask", "about": "please"}).status_code == 422


def test_two_campaigns_of_one_title_get_two_addresses(client: Client, anyone: None) -> None:
    person(client)
    for _twice in range(2):
        client.post("/launch/", {"title": "L'été !", "language": "fr"})
    assert set(Campaign.objects.values_list("slug", flat=True)) == {"lete", "lete-2"}


def test_the_cause_is_kept_and_what_is_missing_is_told(client: Client, campaign: Campaign) -> None:
    typed = {"title": "Who paid?", "problem": "Nobody knows.", "deadline": "2027-01-31"}
    client.post(f"{DONE}cause/", {**typed, "version": "0"})
    campaign.refresh_from_db()
    assert (campaign.problem, str(campaign.deadline)) == ("Nobody knows.", "2027-01-31")
    page = client.get(f"{DONE}cause/").text
    assert "Tell a story" in page
    assert "Say what the problem is" not in page
    assert changes.of_campaign(campaign=campaign)[0].details == {"fields": "deadline, problem"}
    wrong = client.post(f"{DONE}cause/", {**typed, "deadline": "soon", "version": "1"})
    assert wrong.status_code == 422
    assert "“soon” is not a date" in html.unescape(wrong.text)


def test_two_editors_do_not_overwrite_each_other(client: Client, campaign: Campaign) -> None:
    first = {"title": "Who paid?", "problem": "One.", "version": "0"}
    assert client.post(f"{DONE}cause/", first).status_code == 303
    second = client.post(f"{DONE}cause/", {**first, "problem": "Two."})
    assert second.status_code == 422
    assert "Someone else of your team changed this" in second.text
    assert "Two." in second.text  # nothing typed is lost
    assert client.post(f"{DONE}cause/", first).status_code == 303  # the same again: no quarrel
    campaign.refresh_from_db()
    assert campaign.problem == "One."


def test_a_picture_is_drawn_anew_without_where_it_was_taken(
    client: Client, campaign: Campaign
) -> None:
    sent = SimpleUploadedFile("home.jpg", picture())
    client.post(f"{DONE}cause/picture/", {"picture": sent, "says": "A door"})
    shown = client.get("/c/who-paid/picture.webp")
    data = b"".join(shown.streaming_content)  # type: ignore[arg-type]
    assert Image.open(io.BytesIO(data)).format == "WEBP"
    assert b"Tilleuls" not in data
    assert 'alt="A door"' in client.get("/c/who-paid/").text
    assert Client().get("/c/who-paid/picture.webp").status_code == 404  # a draft's
    again = {"picture": SimpleUploadedFile("x.jpg", b"no picture"), "says": "?"}
    assert client.post(f"{DONE}cause/picture/", again).status_code == 422
    client.post(f"{DONE}cause/picture/", {"do": "remove"})
    assert client.get("/c/who-paid/picture.webp").status_code == 404


def test_the_builder_gives_back_what_was_typed_until_it_is_kept(
    client: Client, campaign: Campaign
) -> None:
    made = step(client)
    page = client.get(f"{DONE}questions/{made.pk}/")
    sent = {**fields(page), "q0-options": "Health\nSchools\nA new measure\nNothing"}
    grown = client.post(f"{DONE}questions/{made.pk}/", {**sent, "do": "add:table"})
    assert "Schools" in grown.text
    assert made.questions.count() == 2
    sent = fields(grown)
    assert sent["count"] == "3"
    sent |= {"q2-label": "Who paid how much?", "q2-c1-label": "Sum", "q2-c1-kind": "number"}
    kept = client.post(f"{DONE}questions/{made.pk}/", {**sent, "do": "keep"})
    assert kept["Location"] == f"{DONE}questions/"
    ticks, measure, table = made.questions.order_by("position")
    # A reworded option keeps its value, so that what depends on it still does.
    assert [each["value"] for each in ticks.options] == ["health", "school", "measure", "nothing"]
    assert measure.settings["shown_when"] == {"question": "subjects", "is": "measure"}
    assert [each["kind"] for each in table.settings["columns"]] == ["text", "number"]
    moved = client.post(f"{DONE}questions/{made.pk}/", {**sent, "do": "up:2"})
    assert fields(moved)["q1-label"] == "Who paid how much?"
    gone = client.post(f"{DONE}questions/{made.pk}/", {**sent, "do": "delete:0"})
    assert fields(gone)["count"] == "2"


def test_what_cannot_be_asked_is_refused_beside_its_field(
    client: Client, campaign: Campaign
) -> None:
    made = step(client)
    sent = fields(client.get(f"{DONE}questions/{made.pk}/"))
    refused = client.post(
        f"{DONE}questions/{made.pk}/",
        {**sent, "title": "", "q0-options": "", "lease": "0", "do": "keep"},
    )
    assert refused.status_code == 422
    for words in ("Give the step a title.", "between half a minute", "options"):
        assert words in html.unescape(refused.text)
    made.refresh_from_db()
    assert made.version == 0


def test_two_builders_of_one_step_do_not_overwrite_each_other(
    client: Client, campaign: Campaign
) -> None:
    made = step(client)
    sent = fields(client.get(f"{DONE}questions/{made.pk}/"))
    assert client.post(f"{DONE}questions/{made.pk}/", {**sent, "title": "A"}).status_code == 303
    late = client.post(f"{DONE}questions/{made.pk}/", {**sent, "title": "B"})
    assert late.status_code == 422
    assert "Someone else of your team changed this" in late.text


def test_a_step_opens_by_what_was_agreed_and_cannot_lose_it(
    client: Client, campaign: Campaign
) -> None:
    first, second = step(client), step(client, "classify")
    page = client.get(f"{DONE}questions/{second.pk}/")
    assert "When “A new measure” is agreed on in “What is it about?”" in page.text
    way = f'{{"is": "measure", "question": "subjects", "step": "{first.key}"}}'
    sent = fields(page) | {"opens_when": way}
    assert client.post(f"{DONE}questions/{second.pk}/", sent).status_code == 303
    second.refresh_from_db()
    assert second.opens_when == {"step": first.key, "question": "subjects", "is": "measure"}
    listed = client.get(f"{DONE}questions/").text
    assert "Opens when “A new measure” is agreed on" in listed
    without = fields(client.get(f"{DONE}questions/{first.pk}/"))
    without |= {"q0-options": "Health\nSchool", "q1-shown": ""}
    refused = client.post(f"{DONE}questions/{first.pk}/", without)
    assert "opens by an answer to" in refused.text
    client.post(f"{DONE}questions/{first.pk}/arrange/", {"do": "delete"})
    client.post(f"{DONE}questions/{second.pk}/arrange/", {"do": "up"})
    assert [each.pk for each in campaign.steps.order_by("position")] == [first.pk, second.pk]


def test_the_preview_is_the_play_page_s_own_form(client: Client, campaign: Campaign) -> None:
    made = step(client)
    sent = fields(client.get(f"{DONE}questions/{made.pk}/"))
    shown = client.post(
        f"{DONE}questions/{made.pk}/preview/", {**sent, "q0-label": "What now?"}
    ).text
    assert "What now?" in shown
    assert "I can't tell" in html.unescape(shown)
    assert made.questions.filter(label="What now?").count() == 0


def test_after_opening_the_builder_refuses_and_says_where_to_go(
    client: Client, campaign: Campaign
) -> None:
    made = step(client)
    sent = fields(client.get(f"{DONE}questions/{made.pk}/"))
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())
    refused = client.post(f"{DONE}questions/{made.pk}/", {**sent, "title": "B"})
    assert refused.status_code == 422
    assert "Corrections say what becomes of the answers" in refused.text
    client.post(f"{DONE}questions/{made.pk}/arrange/", {"do": "delete"})
    assert Step.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("role", "looks", "edits"),
    [
        (None, False, False),
        ("reader", True, False),
        ("reviewer", True, False),
        ("editor", True, True),
        ("owner", True, True),
    ],
)
def test_each_role_prepares_what_it_may(
    client: Client, campaign: Campaign, role: str | None, looks: bool, edits: bool
) -> None:
    made = step(client)
    other = Client()
    if role:
        team.sign_in(other, campaign, role)
    else:
        person(other, "stranger")
    for page in ("", "questions/", "sure/", "try-out/"):
        assert (other.get(DONE + page).status_code == 200) is looks, page
    for page in ("cause/", "open/", f"questions/{made.pk}/"):
        assert (other.get(DONE + page).status_code == 200) is edits, page
    for page, sent in (
        ("cause/", {"problem": "Mine."}),
        ("questions/add/", {"from": "date"}),
        ("sure/", {f"preset-{made.pk}": "quick"}),
        ("try-out/", {"do": "begin"}),
        ("open/", {}),
    ):
        assert (other.post(DONE + page, sent).status_code == 303) is edits, page


def test_the_cost_of_each_preset_is_shown_before_one_chooses(
    client: Client, campaign: Campaign
) -> None:
    made = step(client, "date")
    assert made.preset == "careful"
    page = client.get(f"{DONE}sure/").text
    assert page.count("answers each") == 5
    assert "which is what we suppose before anyone has answered" in page
    sent = {f"preset-{made.pk}": "identical", f"agree-{made.pk}": "3"}
    assert client.post(f"{DONE}sure/", sent)["Location"] == f"{DONE}try-out/"
    made.refresh_from_db()
    assert (made.preset, made.agree, made.at_most) == ("identical", 3, 7)
    refused = client.post(f"{DONE}sure/", {f"preset-{made.pk}": "certain"})
    assert refused["Location"].startswith(f"{DONE}sure/")
    made.refresh_from_db()
    assert made.preset == "identical"


def test_a_draft_says_where_it_is_brought_to_open_and_opens_by_no_other_way(
    client: Client, campaign: Campaign
) -> None:
    for page in ("dashboard/", "course/", "amendments/", "finish/"):
        assert "The campaign is not open yet" in client.get(DONE + page).text
    refused = client.post(f"{DONE}course/", {"do": "open"}, follow=True)
    campaign.refresh_from_db()
    assert (refused.status_code, campaign.state) == (200, "draft")


def test_pages_that_wait_for_their_zones_are_nothing_to_open_with(
    client: Client, campaign: Campaign
) -> None:
    form = builders.document(campaign, rows=1, name="form.pdf")
    Document.objects.update(splitting={"by": "zones"})
    Excerpt.objects.create(campaign=campaign, document=form, kind="page", position=1)
    page = client.get(f"{DONE}open/").text
    assert f'<a href="{DONE}layouts/">The pages wait for their zones' in page
    assert "On to the zones" in client.get(f"{DONE}documents/").text
    Excerpt.objects.create(campaign=campaign, document=form, kind="zone", position=2)
    assert "wait for their zones" not in client.get(f"{DONE}open/").text
    assert "On to the questions" in client.get(f"{DONE}documents/").text


def test_from_nothing_to_an_open_campaign(client: Client, campaign: Campaign) -> None:
    assert "It can't open without this" in html.unescape(client.get(f"{DONE}open/").text)
    client.post(f"{DONE}open/")
    client.post(f"{DONE}cause/", {"problem": "Nobody knows.", "version": "0"})
    rows = "name,text\n" + "".join(f"n{n},Text number {n} about schools\n" for n in range(30))
    client.post(f"{DONE}deliveries/files/", {"files": [team.upload(rows.encode(), "letters.csv")]})
    team.split_all()
    made = step(client, "tick")
    client.post(f"{DONE}try-out/", {"do": "begin"})
    client.post(f"{DONE}try-out/", {"do": "begin"})  # twice
    found = campaign.tryouts.get()
    link = f"/try/{found.token}/"
    assert link in client.get(f"{DONE}try-out/").text

    for words in ("=school", "=health"):
        colleague = Client()
        assert "Answer as a stranger would" in colleague.get(link).text
        colleague.post(link, {"do": "begin"})
        for number in range(20):
            page = colleague.get(f"{link}?go=1").text
            assert f"Excerpt {number + 1} of 20" in page
            asked = re.search(r'name="asked" value="([^"]+)"', page)
            assert asked
            sent = {"asked": asked[1], "q-subjects": words if number < 5 else "=school"}
            more = {"unclear": "subjects", "note": "What of crèches?"} if number == 0 else {}
            colleague.post(f"{link}?go=1", {**sent, **more})
            colleague.post(f"{link}?go=1", {**sent, **more})  # twice
        assert "That was all" in colleague.get(f"{link}?go=1").text

    report = html.unescape(client.get(f"{DONE}try-out/").text)
    assert "They disagreed on 5 excerpts" in report
    assert "Called unclear 2 times" in report
    assert "What of crèches?" in report
    assert "as your try-out showed" in client.get(f"{DONE}sure/").text
    client.post(f"{DONE}try-out/", {"do": "end"})
    assert Client().get(link).status_code == 404

    assert "Ready" in client.get(f"{DONE}open/").text
    assert client.post(f"{DONE}open/")["Location"] == "/c/who-paid/"
    assert client.post(f"{DONE}open/")["Location"] == "/c/who-paid/"  # twice
    campaigns.ask_about_all(campaign=campaign)  # what a worker does
    campaign.refresh_from_db()
    assert campaign.is_open
    assert MicroTask.objects.filter(step=made).count() == 30
    # Nothing of the try-out is in the campaign.
    assert Trial.objects.count() == 40
    assert not Answer.objects.exists()
    told = [each.what for each in changes.of_campaign(campaign=campaign)]
    assert told[0] == "campaign.opened"
    assert told.count("tryout.begun") == told.count("campaign.opened") == 1

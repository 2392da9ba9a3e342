"""The pages of a running campaign: who sees them, and what their forms do."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Amendment, Announcement
from crowd.models.audits import Audit
from crowd.services import amendments, finds, rollups
from tests import builders
from tests.frontend import team

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("plain_static"),
]
PAGES = {
    "dashboard": "reader",
    "review": "reviewer",
    "audits": "reviewer",
    "known": "reviewer",
    "flags": "reviewer",
    "course": "editor",
    "amendments": "editor",
    "announcements": "editor",
}
ROLES = ["reader", "reviewer", "editor"]


@pytest.fixture
def made():
    drive = builders.drive(excerpts=3, agree=2, at_most=3, veiled_share=0.0)
    for value, person in zip("abc", builders.guests(3), strict=True):
        drive.say(value, by=person, about=1, now=timezone.now())
    for person in builders.guests(2):
        drive.say("a", by=person, about=2, now=timezone.now())
    builders.settle(now=timezone.now())
    rollups.count(campaign=drive.campaign, now=timezone.now())
    return drive


def _path(made, page: str) -> str:
    return f"/c/{made.campaign.slug}/workshop/{page}/"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_no_others(client, made, role):
    team.sign_in(client, made.campaign, role)
    for page, least in PAGES.items():
        allowed = ROLES.index(role) >= ROLES.index(least)
        refused = 404 if page == "flags" else 403
        assert client.get(_path(made, page)).status_code == (200 if allowed else refused), page


def test_strangers_are_not_told_that_there_is_a_dashboard(client, made):
    assert client.get(_path(made, "dashboard")).status_code == 302
    other = builders.drive()
    team.sign_in(client, other.campaign)
    assert client.get(_path(made, "dashboard")).status_code == 404


def test_a_contested_one_is_decided_by_a_form_and_the_next_one_is_offered(client, made):
    team.sign_in(client, made.campaign, "reviewer")
    page = _path(made, f"review/{made.microtask(1).pk}")
    shown = client.get(page).content.decode()
    assert "guest" not in shown.lower().split("<main", 1)[1]  # people have letters, no names
    reply = client.post(page, {"do": "answer", "seen": "0", "q-q": "=b"}, follow=True)
    assert reply.status_code == 200
    assert made.verdict(1).values["q"]["value"] == "b"
    again = client.post(page, {"do": "answer", "seen": "0", "q-q": "=c"}, follow=True)
    assert "Another reviewer" in again.content.decode()
    assert made.verdict(1).values["q"]["value"] == "b"


def test_someone_s_answer_is_taken_as_it_is(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, f"review/{made.microtask(1).pk}")
    proof = made.verdict(1).proof.order_by("answer_id").select_related("answer")
    client.post(page, {"do": "voice-2", "seen": "0"})
    assert made.verdict(1).values["q"]["value"] == proof[1].answer.values["q"]
    assert client.post(page, {"do": "voice-9", "seen": "0"}).status_code == 404


def test_what_is_likely_is_told_in_the_words_of_the_question(client, made):
    team.sign_in(client, made.campaign)
    question = made.step().questions.get()
    question.options = [{"value": value, "label": f"Say {value}"} for value in "abc"]
    question.save()
    settled = made.microtasks().filter(state="settled").first()
    page = client.get(_path(made, f"review/{settled.pk}")).text
    likely = page.split('class="likely"')[1].split("</dl>")[0]
    told = re.findall(r"<dt[^>]*>(.*?)</dt>", likely)
    assert "Say a" in told
    assert "a" not in told


def test_nothing_chosen_is_asked_for_again(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, f"review/{made.microtask(1).pk}")
    assert client.post(page, {"do": "answer", "seen": "0"}).status_code == 422


def test_a_campaign_is_paused_closed_opened_again_and_extended(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, "course")
    for do, state in {"pause": "paused", "close": "closed", "open": "open"}.items():
        client.post(page, {"do": do})
        made.campaign.refresh_from_db()
        assert made.campaign.state == state
    assert client.post(page, {"do": "open"}, follow=True).status_code == 200  # twice is harmless
    client.post(page, {"do": "deadline", "deadline": "2099-01-31"})
    client.post(page, {"do": "deadline", "deadline": "never"})
    client.post(page, {"do": "deadline", "deadline": "2001-01-01"})
    made.campaign.refresh_from_db()
    assert made.campaign.deadline == date(2099, 1, 31)


def test_a_policy_is_shown_with_its_effect_before_it_is_applied(client, made):
    team.sign_in(client, made.campaign)
    step = made.step()
    form = _path(made, f"amendments/policy/{step.pk}")
    assert "answers each" in client.get(form).text
    sent = {f"preset-{step.pk}": "identical", f"agree-{step.pk}": "3"}
    page = client.post(form, sent)["Location"]
    assert "gone through" in client.get(page).content.decode()
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert "2 verdicts would be opened again" in client.get(page).content.decode()
    client.post(page, {"do": "apply"})
    assert made.step().agree == 3
    assert client.post(form, sent).status_code == 422  # it is so already
    assert client.post(form, {f"preset-{step.pk}": "certain"}).status_code == 422


def test_a_question_is_corrected_with_its_options(client, made):
    team.sign_in(client, made.campaign)
    question = made.step().questions.get()
    sent = {"label": "Which?", "help": "", "option-a": "A", "option-b": "Bee"}
    page = client.post(_path(made, f"amendments/question/{question.pk}"), sent)["Location"]
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert "All answers stay" in client.get(page).content.decode()
    client.post(page, {"do": "apply"})
    question.refresh_from_db()
    assert [each["label"] for each in question.options] == ["A", "Bee", "c"]
    assert [each["value"] for each in question.options] == ["a", "b", "c"]


def test_the_words_of_a_step_are_corrected_and_stay_readable(client, made):
    team.sign_in(client, made.campaign)
    step = made.step()
    form = _path(made, f"amendments/step/{step.pk}")
    assert form in client.get(_path(made, "amendments")).text
    sent = {"title": step.title, "instructions": "Look\r\nleft", "example": "", "seen": "0"}
    page = client.post(form, sent)["Location"]
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    assert "All answers stay" in client.get(page).text
    client.post(page, {"do": "apply"})
    assert made.step().instructions == "Look\nleft"
    told = client.get(page).text
    assert "Look<br>left" in told
    client.post(form, {**sent, "instructions": "Look right", "seen": ""})
    amendments.work(amendment_id=Amendment.objects.first().pk, now=timezone.now())
    amendments.apply(amendment=Amendment.objects.first(), by=None, now=timezone.now())
    again = client.get(form).text
    assert "Look<br>left" in again[again.index("Earlier words") :]
    assert client.post(form, {**sent, "instructions": "Right"}).status_code == 409
    assert client.post(form, {**sent, "seen": "", "title": ""}).status_code == 422
    assert "corrected the words of the step" in client.get(_path(made, "log")).text


def test_a_form_from_before_gives_no_option_the_words_of_another(client, made):
    team.sign_in(client, made.campaign)
    question = made.step().questions.get()
    form = _path(made, f"amendments/question/{question.pk}")
    written = {**_fields(client.get(form).text), "option-b": "Bee"}  # and a second tab is opened
    taken = client.post(form, {**_fields(client.get(form).text), "option-a": ""})["Location"]
    amendments.work(amendment_id=Amendment.objects.get().pk, now=timezone.now())
    client.post(taken, {"do": "apply"})
    for sent in (written, {**written, "seen": ""}):
        refused = client.post(form, sent)
        assert refused.status_code == 409
        assert "Someone else of your team changed this" in refused.text
        kept = _fields(refused.text)
        assert (kept["option-a"], kept["option-b"]) == (written["option-a"], "Bee")
    assert Amendment.objects.count() == 1
    client.post(form, {**_fields(client.get(form).text), "option-b": "Bee"})
    [first, _last] = Amendment.objects.first().after["options"]
    assert (first["value"], first["label"]) == ("b", "Bee")


def _fields(page: str) -> dict[str, str]:
    """What the form of a page would send."""
    found = re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page)
    kept = {name: value for name, value in found if name.startswith(("option-", "seen", "label"))}
    return {name: html.unescape(value) for name, value in kept.items()}


def test_an_answer_that_goes_leaves_its_place_to_nobody(client, made):
    team.sign_in(client, made.campaign)
    question = made.step().questions.get()
    sent = {"label": "Which?", "option-b": "", "more": "b\nAnother"}
    client.post(_path(made, f"amendments/question/{question.pk}"), sent)
    assert [each["value"] for each in Amendment.objects.get().after["options"]] == [
        *("a", "c", "b-2", "another")
    ]


def test_what_is_announced_stands_on_the_campaign_s_page(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, "announcements")
    client.post(page, {"title": "Half <b>way</b>", "text": "Go on"})
    public = client.get(f"/c/{made.campaign.slug}/").content.decode()
    assert "Half &lt;b&gt;way" in public
    client.post(page, {"do": str(Announcement.objects.get().pk)})
    assert "Go on" not in client.get(f"/c/{made.campaign.slug}/").content.decode()
    assert client.post(page, {"title": "", "text": ""}).status_code == 422


def test_a_sample_is_drawn_and_looked_at(client, made):
    team.sign_in(client, made.campaign, "reviewer")
    page = client.post(_path(made, "audits"), {"per": "campaign", "size": "5"})["Location"]
    item = Audit.objects.get().items.get()
    shown = client.post(page, {"item": str(item.pk), "do": "wrong"}, follow=True).content.decode()
    assert "100 % wrong" in shown
    assert "95 % confidence" in shown
    for per in ("document", "person"):
        page = client.post(_path(made, "audits"), {"per": per, "size": "2"})["Location"]
        item = Audit.objects.first().items.order_by("pk").first()
        assert client.post(page, {"item": item.pk, "do": "right"}, follow=True).status_code == 200


def test_the_queue_leads_from_a_find_to_what_is_contested(client, made):
    team.sign_in(client, made.campaign, "reviewer")
    excerpt = made.microtask(3).excerpt
    find = finds.mark(
        excerpt=excerpt, contributor=builders.guest(), sentence="Look here!", now=timezone.now()
    )
    page = _path(made, f"review/find/{find.pk}")
    assert "Look here!" in client.get(page).content.decode()
    there = client.post(page, {"do": "show"})["Location"]
    assert there == _path(made, f"review/{made.microtask(1).pk}")
    find.refresh_from_db()
    assert find.state == "shown"
    again = client.post(page, {"do": "hide"}, follow=True).content.decode()
    assert "Someone else has decided" in again
    assert client.get(_path(made, "review/nothing/1")).status_code == 404


def test_the_end_is_a_path_of_four_stages(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, "finish")
    assert "2 decisions wait for you" in client.get(page).content.decode()
    assert client.post(page)["Location"].endswith("/finish/#data")
    assert made.campaign.snapshots.count() == 1
    assert "They are about to be written down" in client.get(page).content.decode()
    reader = Client()
    team.sign_in(reader, made.campaign, "reader")
    assert reader.get(page).status_code == 200
    assert reader.post(page).status_code == 403


def test_known_answers_are_written_and_lessons_kept_apart(client, made):
    team.sign_in(client, made.campaign)
    page = _path(made, "known/new")
    shown = client.get(page).content.decode()
    number = str(made.microtask(3).pk)
    assert f'value="{number}"' in shown
    assert client.post(page, {"microtask": number}).status_code == 422
    client.post(page, {"microtask": number, "q-q": "=a", "tutorial": "1"})
    assert made.microtask(3).known_answer.tutorial
    assert "row 3" in client.get(_path(made, "known")).content.decode()
    client.post(_path(made, "known"), {"remove": str(made.microtask(3).known_answer.pk)})
    assert not made.microtask(3).known_answer.tutorial

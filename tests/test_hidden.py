"""What is hidden is hidden behind every door, for everybody, from the next request on."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from crowd.models import Assignment, Campaign, Excerpt, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns
from tests.api.caller import Caller, volunteer
from tests.api.conftest import READ, cross_check, give, table
from tests.builders import NOW

pytestmark = pytest.mark.django_db

SECRET = "unmistakable"
PICTURE = "/pictures/{pk}/480.webp"
WITHIN = 5.0  # seconds


@dataclass
class Scene:
    """A campaign whose first excerpt has a secret, a verdict about it and one reader more."""

    campaign: Campaign
    excerpt: Excerpt
    verdict: Verdict
    answered: Caller
    reads: Caller
    held: int


@pytest.fixture
def scene(db: None) -> Scene:
    second = {**READ, "key": "again", "title": "Read it once more"}
    campaign = campaigns.set_up(
        description={"slug": "letters", "title": "x", "language": "en", "steps": [READ, second]},
        owner=None,
        now=NOW,
    )
    give(campaign, table([f"My number is {SECRET}", "Nothing here", "Nor here"]))
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=NOW)
    excerpt = campaign.excerpts.get(position=1)
    drawn_in(excerpt)
    people = [volunteer() for _ in range(2)]
    for person in people:
        body = {"step": "read"}
        claimed = person.post("/campaigns/letters/assignments", body).json()["assignment"]
        person.answer(claimed, {"asks": "yes", "what": f"{SECRET} said"})
        cross_check()
    reads = volunteer()
    held = reads.post("/campaigns/letters/assignments", {"step": "again"}).json()["assignment"]
    assert held["microtask"]["excerpt"]["id"] == excerpt.pk
    return Scene(
        campaign=campaign,
        excerpt=excerpt,
        verdict=Verdict.objects.current().get(microtask__excerpt=excerpt),
        answered=people[0],
        reads=reads,
        held=held["id"],
    )


def drawn_in(excerpt: Excerpt) -> None:
    """The excerpt has a picture, too."""
    out = io.BytesIO()
    Image.new("RGB", (480, 100)).save(out, "WEBP")
    default_storage.save(f"excerpts/x{excerpt.pk}/480.webp", io.BytesIO(out.getvalue()))
    Excerpt.objects.filter(pk=excerpt.pk).update(
        image_key=f"excerpts/x{excerpt.pk}", image_widths=[480], width=480, height=100
    )


def browser(caller: Caller) -> Client:
    """The pages, as this person's browser sees them."""
    client = Client(headers={"Accept-Language": "en"})
    client.cookies[settings.TAMIS_GUEST_COOKIE] = caller.token
    return client


def doors(scene: Scene) -> Iterator[tuple[str, Any]]:
    """Everything that shows an excerpt, or what was said of it: name and reply."""
    pk, verdict, nobody = scene.excerpt.pk, scene.verdict.pk, Caller()
    for path in (
        f"/excerpts/{pk}",
        f"/verdicts/{verdict}",
        "/campaigns/letters",
        "/campaigns/letters/verdicts",
        "/campaigns/letters/verdicts.csv",
        "/campaigns/letters/documents",
        "/campaigns/letters/progress",
        "/campaigns/letters/leaderboard",
    ):
        for caller in (nobody, scene.answered, scene.reads):
            yield f"API {path}", caller.get(path)
    yield "API held", scene.reads.get(f"/assignments/{scene.held}")
    yield "API my answers", scene.answered.get("/contributors/me/answers")
    yield "API claim", scene.reads.post("/campaigns/letters/assignments")
    yield "API claim of another", volunteer().post("/campaigns/letters/assignments")
    for who in (Client(), browser(scene.answered), browser(scene.reads)):
        for path in (
            f"/excerpts/{pk}/",
            f"/verdicts/{verdict}/",
            "/c/letters/",
            "/contributions/",
            f"/c/letters/play/{scene.held}/",
            PICTURE.format(pk=pk),
        ):
            yield path, who.get(path, follow=True)


def shows(name: str, reply: Any, scene: Scene) -> bool:
    if name.startswith("/pictures"):
        return bool(reply.status_code != 404)
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    links = f'"/pictures/{scene.excerpt.pk}/' in body.decode(errors="replace")
    return SECRET.encode() in body or links


def report(scene: Scene) -> None:
    reply = scene.reads.post(f"/excerpts/{scene.excerpt.pk}/reports", {"note": "a number"})
    assert (reply.status_code, reply.json()["hidden"]) == (201, True)


def test_every_door_shows_the_excerpt_before_and_none_after_a_report(scene: Scene) -> None:
    before = {name for name, reply in doors(scene) if shows(name, reply, scene)}
    pk = scene.excerpt.pk
    assert {
        f"API /excerpts/{pk}",
        f"API /verdicts/{scene.verdict.pk}",
        "API /campaigns/letters/verdicts",
        "API /campaigns/letters/verdicts.csv",
        "API held",
        "API my answers",
        f"/excerpts/{pk}/",
        f"/verdicts/{scene.verdict.pk}/",
        f"/c/letters/play/{scene.held}/",
        PICTURE.format(pk=pk),
    } <= before
    report(scene)
    assert {name for name, reply in doors(scene) if shows(name, reply, scene)} == set()


def test_a_browser_that_has_the_picture_is_told_that_it_is_gone(scene: Scene) -> None:
    client, path = Client(), PICTURE.format(pk=scene.excerpt.pk)
    first = client.get(path)
    assert "no-cache" in first.headers["Cache-Control"]
    tag = first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    began = time.monotonic()
    report(scene)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 404
    assert time.monotonic() - began < WITHIN


def test_whoever_was_reading_it_gets_a_kind_sentence_and_may_go_on(scene: Scene) -> None:
    report(scene)
    page = browser(scene.reads).get(f"/c/letters/play/{scene.held}/")
    assert page.status_code in {200, 410}
    assert SECRET not in page.content.decode()
    claimed = scene.reads.post("/campaigns/letters/assignments").json()["assignment"]
    assert claimed["microtask"]["excerpt"]["id"] != scene.excerpt.pk


def test_what_was_being_answered_is_kept(scene: Scene) -> None:
    report(scene)
    held = Assignment.objects.get(pk=scene.held)
    reply = scene.reads.answer({"id": held.pk}, {"asks": "yes"})
    assert reply.status_code in {200, 201}
    assert held.answers.count() == 1

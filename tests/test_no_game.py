"""Opting out holds everywhere: one sweep over pages, API, exports, mails and sockets."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.core import mail
from django.test import Client
from django.utils import timezone

from crowd.models import Badge, Campaign, Contributor, Experiment
from crowd.services import (
    badges,
    contributors,
    experiments,
    game,
    goals,
    news,
    outlines,
    scores,
    teams,
)
from tests import builders
from tests.api.caller import Caller
from tests.builders import NOW, Drive

pytestmark = pytest.mark.django_db

GAME = re.compile(r"[Pp]oints|[Ll]eaderboard|[Bb]adge|[Ll]evel\b|weekly goal|\brank\b", re.ASCII)
PSEUDONYM = "Wren of the Marsh"
OWN_SWITCHES = re.compile(r'(?s)<form[^>]*id="switches".*?</form>')
TOASTS = re.compile(r'(?s)<div class="toasts".*?</div>')


@pytest.fixture
def drive() -> Drive:
    outlines.forget()
    return builders.drive(excerpts=6)


@pytest.fixture
def player(drive: Drive, settings: Any) -> Contributor:
    """Someone with all the game can give: points, a badge, a goal, a team, a place on boards."""
    settings.TAMIS_VEILED_SHARE = 0.0
    person = builders.guest(PSEUDONYM)
    company = [builders.guest(f"Company {number}") for number in range(5)]
    for about in range(1, 6):
        drive.say("abc"[about % 3], by=person, about=about)
        drive.say("abc"[about % 3], by=company[about - 1], about=about)
    builders.settle()
    badges.give(contributor_ids=[person.pk])
    goals.choose(contributor=person, answers=10, now=NOW)
    goals.set_together(
        campaign=drive.campaign, title="A common goal", target=3, until=None, now=NOW
    )
    teams.found(founder=person, name="Herons", is_open=True, now=NOW)
    scores.rebuild(now=timezone.now())
    assert Badge.objects.filter(contributor=person).exists()
    return person


def browser(person: Contributor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies[site.TAMIS_GUEST_COOKIE] = contributors.token_of(contributor=person)
    return client


def pages(drive: Drive, person: Contributor) -> Iterator[tuple[str, str]]:
    """Every page with something of the game, without the form that brings it back."""
    verdict = drive.verdict()
    assert verdict is not None
    client, slug = browser(person), drive.campaign.slug
    for address in (
        "/",
        f"/c/{slug}/",
        f"/c/{slug}/progress/",
        "/contributions/",
        "/contributions/numbers/",
        "/contributions/reliability/",
        f"/verdicts/{verdict.pk}/",
    ):
        page = client.get(address).content.decode()
        yield address, TOASTS.sub("", OWN_SWITCHES.sub("", page))
    began = client.post(f"/c/{slug}/play/", follow=True)
    yield "play", TOASTS.sub("", began.content.decode())


def replies(drive: Drive, person: Contributor) -> Iterator[tuple[str, Any]]:
    """What the API says to this person where something of the game could be."""
    caller = Caller(token=contributors.token_of(contributor=person), language="en")
    slug = drive.campaign.slug
    for address in (
        "/contributors/me",
        "/contributors/me/answers",
        "/contributors/me/badges",
        "/contributors/me/goal",
        "/contributors/me/team",
        "/leaderboard",
        f"/campaigns/{slug}/leaderboard",
        f"/campaigns/{slug}/goal",
        "/teams",
        "/teams/herons",
    ):
        yield address, caller.get(address).json()


def no_game_in(drive: Drive, person: Contributor) -> None:
    for address, page in pages(drive, person):
        found = GAME.search(page)
        assert not found, (address, page[max(0, found.start() - 200) : found.end() + 50])
        assert "A common goal" not in page, address
        assert 'href="/teams/' not in page, address
    for address, reply in replies(drive, person):
        if reply.get("code") in {"no_game", "no_board", "not_found"}:
            continue
        said = json.dumps(reply).replace('"points": null', "").replace('"points": {', "")
        assert "points" not in said, (address, reply)  # counts of answers are under that name too


def choose_none(drive: Drive, person: Contributor, _settings: Any) -> None:
    person.no_game = True
    person.save()


def site_off(drive: Drive, person: Contributor, settings: Any) -> None:
    settings.TAMIS_GAME = False


def in_the_other_group(drive: Drive, person: Contributor, _settings: Any) -> None:
    """Drawn by an experiment: every newcomer is, with this salt, or the next one."""
    began = Contributor.objects.order_by("made_at")[0].made_at
    for salt in range(1000):
        experiment = Experiment(campaign=drive.campaign, share=0.5, salt=str(salt), began_at=began)
        if experiments.is_without_game(experiment=experiment, contributor=person):
            experiment.save()
            break
    outlines.forget()


@pytest.mark.parametrize("switch", [choose_none, site_off, in_the_other_group])
def test_who_is_to_see_no_game_sees_none_in_pages_and_api(
    drive: Drive, player: Contributor, settings: Any, switch: Callable[..., None]
) -> None:
    assert any(GAME.search(page) for _, page in pages(drive, player))
    switch(drive, player, settings)
    no_game_in(drive, player)


def test_a_campaign_without_the_game_shows_none(drive: Drive, player: Contributor) -> None:
    Campaign.objects.filter(pk=drive.campaign.pk).update(game="none")
    outlines.forget()
    of_campaign = [
        (address, page)
        for address, page in pages(drive, player)
        if address.startswith(("/c/", "/verdicts/"))
    ]
    for address, page in of_campaign:
        assert not GAME.search(page), address
        assert "A common goal" not in page, address


@pytest.mark.parametrize("field", ["no_game", "no_ranks"])
def test_who_left_the_ranks_is_named_on_no_board_to_anyone(
    drive: Drive, player: Contributor, field: str
) -> None:
    stranger, slug = builders.guest(), drive.campaign.slug
    caller = Caller(token=contributors.token_of(contributor=stranger), language="en")
    boards = [f"/campaigns/{slug}/leaderboard", "/leaderboard"]
    assert PSEUDONYM in caller.get(boards[0]).content.decode()
    switches = {"no_game": False, "no_ranks": False, "calm": False, field: True}
    game.choose(contributor=player, **switches)
    for board in boards:
        assert PSEUDONYM not in caller.get(board).content.decode()
    for address in ("/boards/", f"/c/{slug}/", f"/c/{slug}/board/", "/teams/herons/"):
        assert PSEUDONYM not in browser(stranger).get(address).content.decode(), address
    scores.rebuild(now=timezone.now())
    assert caller.get(boards[0]).json()["total_listed"] == 5


def test_who_wants_no_ranks_sees_no_boards_and_keeps_points(
    drive: Drive, player: Contributor
) -> None:
    player.no_ranks = True
    player.save()
    seen = dict(pages(drive, player))
    assert "Points" in seen["/contributions/"]
    for page in seen.values():
        assert "eaderboard" not in page
    assert dict(replies(drive, player))["/leaderboard"]["code"] == "no_board"


def test_sockets_tell_nothing_of_what_is_switched_off(
    drive: Drive, player: Contributor, settings: Any
) -> None:
    assert {"points", "badges"} <= news.of_contributor(player).keys()
    assert {"board", "goal"} <= news.of_campaign(drive.campaign).keys()
    player.no_game = True
    player.save()
    assert not {"points", "badges"} & news.of_contributor(player).keys()
    Campaign.objects.filter(pk=drive.campaign.pk).update(game="none")
    drive.campaign.refresh_from_db()
    outlines.forget()
    assert not {"board", "goal", "goal_total"} & news.of_campaign(drive.campaign).keys()
    settings.TAMIS_GAME = False
    assert "points" not in news.of_contributor(builders.guest())


def test_calm_pages_open_no_socket_and_hold_still(drive: Drive, player: Contributor) -> None:
    player.calm = True
    player.save()
    client, slug = browser(player), drive.campaign.slug
    for address in ("/contributions/", f"/c/{slug}/"):
        assert re.search(r"<body[^>]* data-calm", client.get(address).content.decode()), address


def test_exports_and_mails_name_nobody_and_tell_no_points(
    drive: Drive, player: Contributor
) -> None:
    caller = Caller(token="", language="en")
    flat = caller.get(f"/campaigns/{drive.campaign.slug}/verdicts.csv")
    content = b"".join(flat.streaming_content) if flat.streaming else flat.content
    assert PSEUDONYM.encode() not in content
    assert b"points" not in content
    assert not [each for each in mail.outbox if GAME.search(str(each.body))]

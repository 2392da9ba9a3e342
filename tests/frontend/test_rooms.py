"""Rooms: people join by a code, answer as their room, and leave; a screen shows what they do."""

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Assignment, Campaign, Contributor, MicroTask, Room
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import rooms
from tests.frontend import drives, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return drives.open_drive()


def opened(campaign: Campaign, *, trusted: bool = True, teams: tuple[str, ...] = ()) -> Room:
    return rooms.open_room(
        campaign=campaign, title="Library", teams=teams, trusted=trusted, now=timezone.now()
    )


def play(room: Room, *, answers: int, team: int | None = None) -> Contributor:
    """Someone joins, and answers so many excerpts as everyone does."""
    someone = drives.person()
    rooms.join(room=room, contributor=someone, team=team, now=timezone.now())
    for _ in range(answers):
        drives.say(someone, room.campaign)
    return someone


def test_a_code_is_understood_as_people_type_it(client: Client, campaign: Campaign) -> None:
    room = opened(campaign)
    typed = f" {room.code[:3].lower()} {room.code[3:]} "
    assert client.get("/r/", {"code": typed})["Location"] == f"/r/{room.code}/"
    assert client.get(f"/r/{room.code.lower()}/").status_code == 200


def test_a_wrong_code_gets_a_sentence(client: Client) -> None:
    reply = client.get("/r/", {"code": "NOROOM"})
    assert reply.status_code == 404
    assert b"No room has this code." in reply.content
    assert client.get("/r/NOROOM/").status_code == 404


def test_looking_at_a_room_makes_nobody(client: Client, campaign: Campaign) -> None:
    room = opened(campaign)
    for page in ("", "screen/", "screen/numbers/"):
        assert client.get(f"/r/{room.code}/{page}").status_code == 200
    assert not Contributor.objects.exists()


def test_who_joins_is_led_to_an_excerpt_that_is_lent_to_the_room(
    client: Client, campaign: Campaign
) -> None:
    room = opened(campaign)
    reply = client.post(f"/r/{room.code}/", follow=True)
    assert b"Dear mayor, this is letter 1." in reply.content
    assert b"Library" in reply.content  # where one sits
    assert Assignment.objects.get().room == room


def test_every_next_excerpt_is_the_rooms_too(campaign: Campaign) -> None:
    room = opened(campaign)
    play(room, answers=3)
    assert set(Assignment.objects.values_list("room", flat=True)) == {room.pk}


def test_in_another_campaign_one_sits_in_no_room(client: Client, campaign: Campaign) -> None:
    other = drives.open_drive(slug="others")
    room = opened(other)
    client.post(f"/r/{room.code}/")
    client.post("/c/letters/play/")
    assert Assignment.objects.get().room is None


def test_after_leaving_one_answers_alone(client: Client, campaign: Campaign) -> None:
    room = opened(campaign)
    client.post(f"/r/{room.code}/")
    client.post(f"/r/{room.code}/leave/")
    client.post("/c/letters/play/")
    assert Assignment.objects.get().room is None


def test_people_of_a_trusted_room_settle_what_they_agree_on(campaign: Campaign) -> None:
    room = opened(campaign, trusted=True)
    play(room, answers=1)
    play(room, answers=1)
    drives.cross_check()
    assert MicroTask.objects.filter(state=MicroTaskState.SETTLED.value).count() == 1


def test_a_room_that_talks_things_over_counts_as_one_person(campaign: Campaign) -> None:
    room = opened(campaign, trusted=False)
    play(room, answers=1)
    play(room, answers=1)
    drives.cross_check()
    assert not MicroTask.objects.filter(state=MicroTaskState.SETTLED.value).exists()


def test_the_screen_counts_people_answers_and_teams(client: Client, campaign: Campaign) -> None:
    room = opened(campaign, teams=("Blue", "Red"))
    play(room, answers=2, team=0)
    play(room, answers=1, team=1)
    tally = rooms.tally(room=room)
    assert (tally.people, tally.answers) == (2, 3)
    assert [(each.name, each.people, each.answers) for each in tally.teams] == [
        ("Blue", 1, 2),
        ("Red", 1, 1),
    ]
    page = client.get(f"/r/{room.code}/screen/").content.decode()
    assert "Blue" in page
    assert room.code in page


def test_newcomers_are_offered_the_smallest_team(campaign: Campaign) -> None:
    room = opened(campaign, teams=("Blue", "Red"))
    play(room, answers=0, team=0)
    assert rooms.smallest_team(room=room) == 1


def test_a_room_with_teams_wants_one_chosen(client: Client, campaign: Campaign) -> None:
    room = opened(campaign, teams=("Blue", "Red"))
    reply = client.post(f"/r/{room.code}/", {"team": "7"})
    assert reply.status_code == 422
    assert b"Please choose one of the teams" in reply.content


def test_nobody_joins_a_closed_room_and_its_people_go_on_alone(
    client: Client, campaign: Campaign
) -> None:
    room = opened(campaign)
    person = play(room, answers=1)
    rooms.close(room=room, now=timezone.now())
    person.refresh_from_db()
    assert person.room is None
    assert client.post(f"/r/{room.code}/").status_code == 422
    assert client.get(f"/r/{room.code}/screen/").status_code == 200
    assert rooms.tally(room=room).answers == 1


def test_a_team_with_people_can_be_renamed_but_not_taken_away(campaign: Campaign) -> None:
    room = opened(campaign, teams=("Blue", "Red"))
    play(room, answers=0, team=1)
    rooms.change(room=room, title="Library", teams=["Blue", "Green"], trusted=True)
    with pytest.raises(Problem) as refused:
        rooms.change(room=room, title="Library", teams=["Blue"], trusted=True)
    assert refused.value.code == "room_team_in_use"


@pytest.mark.parametrize("teams", [["A", "a"], ["x" * 41], [str(n) for n in range(13)]])
def test_names_of_teams_that_do_not_fit_are_refused(campaign: Campaign, teams: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        opened(campaign, teams=tuple(teams))
    assert refused.value.code == "room_teams"


def test_the_team_opens_a_room_prints_its_cards_and_closes_it(
    client: Client, campaign: Campaign
) -> None:
    team.sign_in(client, campaign, "reviewer")
    reply = client.post(
        "/c/letters/workshop/rooms/",
        {"title": "Thursday", "teams": "Blue\n\nRed\n", "decides": "some"},
    )
    room = Room.objects.get()
    assert (room.title, room.teams, room.trusted) == ("Thursday", ["Blue", "Red"], False)
    assert room.code in client.get(reply["Location"]).content.decode()
    sheet = client.get(f"/c/letters/workshop/rooms/{room.pk}/sheet.pdf")
    text = pypdfium2.PdfDocument(sheet.content)[0].get_textpage().get_text_range()
    assert " ".join(room.code) in text
    client.post(f"/c/letters/workshop/rooms/{room.pk}/close/")
    room.refresh_from_db()
    assert not room.is_open


@pytest.mark.parametrize("role", ["reader", None])
def test_others_open_no_rooms(client: Client, campaign: Campaign, role: str | None) -> None:
    if role:
        team.sign_in(client, campaign, role)
    reply = client.post("/c/letters/workshop/rooms/", {"title": "x"})
    assert reply.status_code in {302, 403, 404}
    assert not Room.objects.exists()

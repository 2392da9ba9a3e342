"""Rooms over the API: opened, changed while people sit there, closed."""

from crowd.models import Campaign, Room
from tests.api.caller import Caller, volunteer
from tests.api.test_problems import assert_problem


def test_a_room_is_changed_by_its_campaigns_team_alone(campaign: Campaign, team: Caller) -> None:
    made = team.post("/campaigns/letters/rooms", {"title": "Town hall", "teams": ["A", "B"]})
    path = f"/rooms/{made.json()['code']}"
    changed = team.patch(path, {"teams": ["Red", "Blue"]}).json()
    assert (changed["title"], changed["teams"], changed["trusted"]) == (
        "Town hall",
        ["Red", "Blue"],
        True,
    )
    assert team.patch(path, {"trusted": False}).json()["trusted"] is False
    guest = volunteer()
    assert guest.patch(path, {"title": "Mine"}).status_code == 403
    assert Caller().patch(path, {"title": "Mine"}).status_code == 401
    assert team.patch("/rooms/NOWHERE", {}).status_code == 404
    assert Room.objects.get().title == "Town hall"


def test_a_team_that_people_sit_in_is_not_taken_away(campaign: Campaign, team: Caller) -> None:
    made = team.post("/campaigns/letters/rooms", {"teams": ["A", "B"]}).json()
    path = f"/rooms/{made['code']}"
    assert volunteer().post(f"{path}/seat", {"team": 1}).status_code == 204
    refused = team.patch(path, {"teams": ["A"]})
    assert assert_problem(refused, 422, "invalid")["errors"][0]["code"] == "room_team_in_use"
    assert team.patch(path, {"teams": ["A", "C"]}).json()["teams"] == ["A", "C"]

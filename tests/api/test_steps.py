"""Steps and questions are made and changed by API in a draft, by the rules of its pages."""

from typing import Any

import pytest

from crowd.models import Campaign, Step
from tests.api.caller import Caller
from tests.api.test_problems import assert_problem

STEPS = "/campaigns/letters/steps"
TOPIC = {
    "key": "topic",
    "kind": "choice",
    "label": "What is it about?",
    "options": [{"value": "bus", "label": "Buses"}, {"value": "bike", "label": "Bicycles"}],
}
SORT = {"title": "Sort it", "questions": [TOPIC]}


@pytest.fixture
def draft(make_campaign: Any) -> Campaign:
    return make_campaign(opened=False)


def delete(who: Caller, path: str) -> Any:
    return who.client.delete(f"/api/v1{path}", headers=who.headers)


def test_a_step_is_made_read_changed_and_deleted(draft: Campaign, team: Caller) -> None:
    policy = {"preset": "quick", "agree": 1, "at_most": 2, "at_least": 1}
    made = team.post(STEPS, {**SORT, "policy": policy})
    assert made.status_code == 201, made.content
    path = f"{STEPS}/{made.json()['key']}"
    assert made.json()["key"] == "sort-it"
    assert team.get(path).json() == made.json()
    assert [each["key"] for each in team.get(STEPS).json()] == ["read", "sort-it"]
    changed = team.put(path, {**SORT, "title": "Sort them", "version": made.json()["version"]})
    assert (changed.status_code, changed.json()["title"]) == (200, "Sort them")
    stale = team.put(path, {**SORT, "version": made.json()["version"]})
    assert_problem(stale, 409, "someone_changed_it")
    assert delete(team, path).status_code == 204
    assert_problem(team.get(path), 404, "not_found")


def test_what_is_wrong_is_pointed_at(draft: Campaign, team: Caller) -> None:
    def places(body: Any) -> list[str]:
        reply = team.post(STEPS, body)
        return [each["pointer"] for each in assert_problem(reply, 422, "invalid")["errors"]]

    assert places({"title": " ", "questions": [{**TOPIC, "options": []}]}) == [
        "#/title",
        "#/questions/0",
    ]
    shapeless = {"title": 3, "questions": [{"key": "a", "kind": "choice"}]}
    assert places(shapeless) == ["#/questions/0", "#/title"]
    assert places({**SORT, "opens_when": {"step": "none", "question": "q", "is": "a"}}) == [
        "#/opens_when"
    ]
    assert places({**SORT, "opens_when": {"question": "q"}}) == ["#/opens_when"]
    assert places({**SORT, "lease_seconds": 1}) == ["#/lease_seconds"]
    assert places({**SORT, "policy": {"agree": 9, "at_most": 2}}) == ["#/policy"]
    assert places([]) == ["#"]
    assert Step.objects.count() == 1


def test_questions_are_made_changed_and_deleted_one_by_one(draft: Campaign, team: Caller) -> None:
    path = f"{STEPS}/read/questions"
    made = team.post(path, TOPIC)
    assert made.status_code == 201, made.content
    assert [each["key"] for each in team.get(path).json()] == ["asks", "what", "topic"]
    changed = team.put(f"{path}/topic", {**TOPIC, "label": "Its topic?"}).json()
    assert changed["questions"][2]["label"] == "Its topic?"
    assert team.get(f"{path}/topic").json() == changed["questions"][2]
    twice = team.post(path, TOPIC)
    assert assert_problem(twice, 422, "invalid")["errors"][0]["pointer"] == "#/questions/3"
    assert len(delete(team, f"{path}/what").json()["questions"]) == 2
    assert_problem(team.put(f"{path}/none", TOPIC), 404, "not_found")


def test_steps_change_places_unless_one_opens_the_other(draft: Campaign, team: Caller) -> None:
    team.post(STEPS, SORT)
    order = [each["key"] for each in team.post(f"{STEPS}/sort-it/move", {"up": True}).json()]
    assert order == ["sort-it", "read"]
    opens = {"step": "sort-it", "question": "topic", "is": "bus"}
    follow = team.post(STEPS, {**SORT, "title": "Then", "opens_when": opens})
    assert follow.status_code == 201, follow.content
    refused = delete(team, f"{STEPS}/sort-it")
    assert_problem(refused, 422, "invalid")


def test_once_a_campaign_has_been_opened_nothing_of_it_changes(
    campaign: Campaign, team: Caller, nobody: Caller
) -> None:
    assert [each["key"] for each in nobody.get(STEPS).json()] == ["read"]
    assert_problem(team.post(STEPS, SORT), 409, "steps_in_play")
    assert_problem(team.put(f"{STEPS}/read", SORT), 409, "steps_in_play")
    assert_problem(delete(team, f"{STEPS}/read"), 409, "steps_in_play")
    assert_problem(team.post(f"{STEPS}/read/questions", TOPIC), 409, "steps_in_play")


def test_lists_come_in_the_order_asked_for_without_gaps(campaign: Campaign, nobody: Caller) -> None:
    campaign.documents.update(byte_size=7)
    for number, name in enumerate("cabba"):
        document = campaign.documents.get(name="letters.csv")
        document.pk, document.name, document.byte_size = None, f"{name}.csv", number % 2
        document.sha256 = f"{number:064}"
        document.save(force_insert=True)
    found: list[str] = []
    reply = nobody.get("/campaigns/letters/documents", ordering="-name", limit=2)
    while True:
        found += [each["name"] for each in reply.json()["results"]]
        if reply.json()["next"] is None:
            break
        reply = nobody.client.get(reply.json()["next"])
    assert found == ["letters.csv", "c.csv", "b.csv", "b.csv", "a.csv", "a.csv"]
    unknown = nobody.get("/campaigns/letters/documents", ordering="secret")
    assert assert_problem(unknown, 400, "invalid_parameter")["errors"][0]["parameter"] == "ordering"
    first = nobody.get("/campaigns/letters/documents", ordering="name", limit=1).json()["next"]
    other = nobody.client.get(first.replace("ordering=name", "ordering=byte_size"))
    assert_problem(other, 400, "invalid_parameter")


def test_excerpts_are_listed_but_for_withdrawn_ones(campaign: Campaign, nobody: Caller) -> None:
    excerpts = nobody.get("/campaigns/letters/excerpts", limit=3).json()
    assert [each["position"] for each in excerpts["results"]] == [1, 2, 3]
    assert excerpts["next"]
    hidden = campaign.excerpts.get(position=2)
    hidden.hidden_at = hidden.campaign.made_at
    hidden.save(update_fields=["hidden_at"])
    left = nobody.get("/campaigns/letters/excerpts", fields="position", kind="row").json()
    assert left["results"] == [{"position": each} for each in (1, 3, 4, 5)]

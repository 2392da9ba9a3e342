"""Campaigns by API: what they ask, how far they are, and who sees drafts."""

from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check


def test_everybody_sees_public_campaigns_and_the_team_its_drafts(make_campaign, nobody, team):
    make_campaign("open")
    make_campaign("draft", opened=False)
    slugs = [each["slug"] for each in nobody.get("/campaigns").json()["results"]]
    assert slugs == ["open"]
    assert nobody.get("/campaigns/draft").status_code == 404
    assert {each["slug"] for each in team.get("/campaigns").json()["results"]} == {"open", "draft"}
    assert team.get("/campaigns/draft").json()["state"] == "draft"


def test_a_stranger_sees_no_draft(make_campaign, stranger):
    make_campaign("draft", opened=False)
    assert stranger.get("/campaigns/draft").status_code == 404
    assert stranger.get("/campaigns/draft/documents").status_code == 404
    assert stranger.post("/campaigns/draft/assignments").status_code == 404


def test_a_campaign_tells_its_steps_questions_and_policy(campaign, nobody):
    told = nobody.get("/campaigns/letters").json()
    (step,) = told["steps"]
    assert step["policy"] == {
        "preset": "identical",
        "agree": 2,
        "at_most": 3,
        "sure": None,
        "per_room": 1,
    }
    assert [question["key"] for question in step["questions"]] == ["asks", "what"]
    assert step["questions"][0]["options"][0] == {"value": "yes", "label": "Yes"}
    assert told["progress"]["total"] == 5


def test_progress_counts_what_is_settled(campaign, nobody):
    for _ in range(2):
        volunteer().answer_next("letters", YES)
    cross_check()
    told = nobody.get("/campaigns/letters/progress").json()
    assert (told["settled"], told["open"], told["answers"], told["contributors"]) == (1, 4, 2, 2)
    assert told["steps"][0]["key"] == "read"


def test_pages_of_a_list_follow_one_another_without_gap_or_double(make_campaign, nobody):
    for number in range(5):
        make_campaign(f"drive-{number}", letters=["One."])
    page = nobody.get("/campaigns", limit=2).json()
    slugs = [each["slug"] for each in page["results"]]
    make_campaign("newcomer", letters=["One."])
    while page["next"]:
        page = nobody.client.get(page["next"]).json()
        slugs += [each["slug"] for each in page["results"]]
    assert slugs == [f"drive-{number}" for number in (4, 3, 2, 1, 0)]


def test_times_are_utc_with_a_z(campaign, nobody):
    assert nobody.get("/campaigns/letters").json()["opened_at"].endswith("Z")

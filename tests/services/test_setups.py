"""A set-up as a file: out and in again it is the same; what is wrong is told with its place."""

import json
from typing import Any

import pytest
import yaml
from django.test import Client
from pytest_django import Settings

from crowd.models import Campaign, Layout, User, Zone
from crowd.rules.lifecycle import CampaignState
from crowd.sentences import sentence
from crowd.services import setup_files, setup_layouts, setup_places, setups
from tests import builders
from tests.builders import NOW
from tests.frontend.team import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne(settings: Settings) -> User:
    settings.TAMIS_LAUNCHING = "anyone"
    return User.objects.create_user("anne@example.org")


def told(data: str | bytes) -> dict[str, str]:
    """Place → sentence of all that is wrong with a file."""
    with pytest.raises(setup_files.InvalidSetup) as refused:
        setup_files.parse(data=data.encode() if isinstance(data, str) else data)
    return {place: sentence(problem) for place, problem in refused.value.problems}


def minimal(**more: Any) -> str:
    step = {"title": "Read", "questions": [{"key": "q", "kind": "text", "label": "What?"}]}
    return yaml.safe_dump({"tamis": 1, "campaign": {"title": "One"}, "steps": [step], **more})


def test_out_and_in_again_it_is_the_same(anne: User) -> None:
    first = builders.step(
        builders.choices("topics", help="all"), builders.table("who"), key="read", agree=3
    )
    follow = builders.step(
        builders.text("sum", settings={"max_length": 100}),
        key="sum",
        preset="very_careful",
        opens_when={"step": "read", "question": "topics", "each": True},
    )
    made = builders.drive(first, follow, state=CampaignState.DRAFT).campaign
    Campaign.objects.filter(pk=made.pk).update(use="A letter", deadline="2027-01-31")
    made.refresh_from_db()
    text = setups.as_yaml(campaign=made)
    again = setups.make(description=setup_files.parse(data=text.encode()), by=anne, now=NOW)
    assert setups.describe(campaign=again) == setups.describe(campaign=made)
    assert again.slug != made.slug
    assert [each.role for each in again.memberships.all()] == ["owner"]


def test_what_is_left_out_is_as_for_a_new_step(anne: User) -> None:
    made = setups.make(description=setup_files.parse(data=minimal().encode()), by=anne, now=NOW)
    step = made.steps.get()
    assert (step.preset, step.key) == ("careful", "read")


def test_every_fault_is_told_with_its_place() -> None:
    assert told("tamis: 1\ncampaign: {title: A}\n  steps: []") == {
        "": "Line 3 can't be read as YAML or JSON."
    }
    assert told("- a list") == {"": "Something else is expected here: an object."}
    assert told("{}") == {"": "This lacks: tamis, campaign, steps."}
    assert told(minimal(colour="red")) == {"": "Nothing here is called: colour."}
    wrong = yaml.safe_load(minimal())
    wrong["steps"][0]["questions"][0]["kind"] = "song"
    wrong["steps"][0]["title"] = 7
    assert set(told(yaml.safe_dump(wrong))) == {"steps.0.questions.0.kind", "steps.0.title"}
    wrong = yaml.safe_load(minimal())
    wrong["steps"][0]["questions"][0] |= {"kind": "choice"}
    wrong["campaign"]["deadline"] = "soon"
    assert set(told(yaml.safe_dump(wrong))) == {"campaign.deadline", "steps.0.questions.0"}
    wrong = yaml.safe_load(minimal())
    wrong["steps"][0]["opens_when"] = {"step": "later", "question": "q"}
    assert set(told(yaml.safe_dump(wrong))) == {"steps.0.opens_when"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"a: &x [1]\nb: *x",  # aliases unfold
        b"!!python/object/apply:os.system [echo]",
        b"[" * 5000,
        b"x" * (1024 * 1024 + 1),
        b"a: .nan",
    ],
)
def test_what_is_dangerous_or_no_text_is_refused(data: bytes) -> None:
    assert list(told(data)) == [""]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", ""),
        ("steps.0.title", "step 1 (“Read”), title"),
        ("steps.0.questions.0.options", "step 1, question 1 (“What?”), options"),
        ("steps.0.questions.0.options.1.value", "step 1, question 1, option 2 (“Yes”), value"),
        ("steps.0.policy.at_most", "step 1 (“Read”), how sure, answers at most"),
        ("steps.0.policy.preset", "step 1 (“Read”), how sure"),
        ("steps.7.opens_when", "step 8, opens when"),
        ("steps", "steps"),
        ("steps.0.questions", "step 1 (“Read”), questions"),
        ("campaign.deadline", "campaign, deadline"),
        ("splitting.rows", "ways of splitting, rows"),
        ("layouts.0.zones.0.box.3", "layout 1, zone 1, box, 4"),
    ],
)
def test_people_are_told_in_words_where_a_fault_is(place: str, words: str) -> None:
    options = [{"value": "n", "label": "No"}, {"value": "y", "label": "Yes"}]
    found = yaml.safe_load(minimal())
    found["steps"][0]["questions"][0]["options"] = options
    assert setup_places.in_words(place=place, found=found) == words


def test_a_bad_file_makes_nothing(client: Client, anne: User) -> None:
    client.force_login(anne)
    wrong = yaml.safe_load(minimal())
    again = yaml.safe_load(minimal())["steps"][0]
    wrong["steps"].append({**again, "key": "read"})
    sent = {"file": upload(yaml.safe_dump(wrong).encode(), "a.yaml")}
    page = client.post("/launch/import/", sent)
    assert page.status_code == 422
    assert "Step 2 (“Read”), key" in page.text
    assert not Campaign.objects.exists()
    sent = {"file": upload(minimal().encode(), "a.yaml")}
    assert client.post("/launch/import/", sent)["Location"] == "/c/one/workshop/"
    kept = client.get("/c/one/workshop/set-up.yaml")
    assert setup_files.parse(data=kept.content)["campaign"]["title"] == "One"


def test_ways_of_splitting_are_checked_before_any_document_comes(anne: User) -> None:
    good = {"rows": {"by": "rows", "sheet": "Détail", "columns": ["nom"]}, "pages": {"by": "zones"}}
    made = setups.make(
        description=setup_files.parse(data=minimal(splitting=good).encode()), by=anne, now=NOW
    )
    assert setups.describe(campaign=made)["splitting"] == good
    bad = {"rows": {"sheet": 1}, "pages": {"by": "rows"}, "leaves": {}, "whole": 3}
    assert told(minimal(splitting=bad)) == {
        "splitting.rows": "“sheet” is not part of any way of splitting.",
        "splitting.pages": "This document can't be split in this way (rows).",
        "splitting.leaves": "“leaves” is none of: pages, paragraphs, rows.",
        "splitting.whole": "“whole” is none of: pages, paragraphs, rows.",
    }


ZONES = [
    {"name": "Jobs", "page": 1, "box": [0.1, 0.2, 0.9, 0.4], "step": "read"},
    {"name": "Address", "page": 2, "box": [0.1, 0.5, 0.6, 0.7], "mask": True},
]


def test_zones_travel_with_the_name_of_their_layout(anne: User) -> None:
    layouts = [{"name": "Form of 2014", "zones": ZONES}]
    made = setups.make(
        description=setup_files.parse(data=minimal(layouts=layouts).encode()), by=anne, now=NOW
    )
    assert setups.describe(campaign=made)["layouts"] == layouts
    name, specs = setup_layouts.expected(campaign=made, number=0) or ("", [])
    assert name == "Form of 2014"
    assert [(each.page, each.box, each.step_id, each.mask) for each in specs] == [
        (1, ZONES[0]["box"], made.steps.get().pk, False),
        (2, ZONES[1]["box"], None, True),
    ]
    made.steps.all().delete()
    _name, specs = setup_layouts.expected(campaign=made, number=0) or ("", [])
    assert [each.step_id for each in specs] == [None, None]
    assert setup_layouts.expected(campaign=made, number=1) is None


def test_zones_that_are_drawn_are_given_out_instead_of_those_expected(anne: User) -> None:
    made = setups.make(description=setup_files.parse(data=minimal().encode()), by=anne, now=NOW)
    document = builders.document(made, rows=1)
    layout = Layout.objects.create(campaign=made, name="B", reference=document, made_at=NOW)
    Zone.objects.create(layout=layout, number=1, name="Sum", page=1, box=[0, 0, 1, 1])
    expected = [{"name": "A", "zones": ZONES}, {"name": "B", "zones": []}]
    Campaign.objects.filter(pk=made.pk).update(expected_layouts=expected)
    made.refresh_from_db()
    drawn = {"name": "B", "zones": [{"name": "Sum", "page": 1, "box": [0, 0, 1, 1]}]}
    assert setups.describe(campaign=made)["layouts"] == [drawn, expected[0]]


def test_a_zone_keeps_its_step_when_the_set_up_is_put_in_anew(anne: User) -> None:
    described = setup_files.parse(data=minimal().encode())
    made = setups.make(description=described, by=anne, now=NOW)
    document = builders.document(made, rows=1)
    layout = Layout.objects.create(campaign=made, name="B", reference=document, made_at=NOW)
    zone = Zone.objects.create(
        layout=layout, number=1, name="Sum", page=1, box=[0, 0, 1, 1], step=made.steps.get()
    )
    setups.replace(campaign=made, description=described, by=anne, now=NOW)
    zone.refresh_from_db()
    assert zone.step == made.steps.get()


def test_zones_are_checked_before_any_page_comes() -> None:
    step = yaml.safe_load(minimal())["steps"][0]
    opened = {**step, "key": "then", "opens_when": {"step": "read", "question": "q"}}
    wrong = [
        {**ZONES[0], "box": [0.5, 0.5, 0.4, 0.6]},
        {**ZONES[0], "name": "Two", "box": [0, 0, 1]},
        {**ZONES[0], "name": "Three", "step": "then"},
        {**ZONES[0], "name": "Four", "step": "nobody"},
        ZONES[1],
        {**ZONES[1], "name": "address"},
    ]
    layouts = [{"name": " ", "zones": wrong}]
    found = {**yaml.safe_load(minimal()), "steps": [step, opened], "layouts": layouts}
    assert list(told(json.dumps(found))) == [
        "layouts.0.name",
        *(f"layouts.0.zones.{number}" for number in (0, 1, 2, 3, 5)),
    ]
    assert list(told(minimal(layouts=[{"zones": [{"page": 0}]}]))) == [
        "layouts.0",
        "layouts.0.zones.0",
        "layouts.0.zones.0.page",
    ]

"""The API describes itself completely, and the page that shows it loads nothing foreign."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import get_resolver

import api
from api import urls
from tests.api.caller import Caller

UNDESCRIBED = {"schema", "docs", "not-there"}


@pytest.fixture(scope="module")
def described() -> dict:
    reply = Caller().get("/schema")
    assert reply.status_code == 200
    return reply.json()


def operations(described: dict) -> list[dict]:
    return [each for path in described["paths"].values() for each in path.values()]


def test_the_description_is_valid_and_without_warnings():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_every_address_is_described(described):
    known = {pattern.name for pattern in urls.urlpatterns} - UNDESCRIBED
    assert len(described["paths"]) == len(known)


def test_every_operation_says_what_it_does_and_what_can_go_wrong(described):
    for operation in operations(described):
        assert operation["description"], operation["operationId"]
        problems = [code for code in operation["responses"] if code >= "400"]
        assert "503" in problems
        for code in problems:
            content = operation["responses"][code]["content"]
            assert list(content) == ["application/problem+json"], operation["operationId"]


def test_what_is_made_is_told_with_its_address(described):
    for operation in operations(described):
        if "201" in operation["responses"]:
            assert operation["responses"]["201"]["headers"]["Location"]["required"]
    said = [path.name for path in Path(api.__path__[0]).rglob("*.py") if "=201" in path.read_text()]
    assert said == ["created.py"]  # which sends it


def test_headers_that_hold_for_a_whole_kind_of_request_are_described(described):
    taken = {
        f"{method.upper()} {path}": {each["name"] for each in said.get("parameters", [])}
        for path, methods in described["paths"].items()
        for method, said in methods.items()
    }
    rooms = taken["POST /api/v1/campaigns/{slug}/rooms"]
    assert {"Idempotency-Key", "Prefer"} <= rooms
    by_its_uuid = taken["POST /api/v1/assignments/{id}/answers"]
    assert by_its_uuid & {"Idempotency-Key", "Prefer"} == {"Prefer"}
    assert not taken["GET /api/v1/campaigns"] & {"Idempotency-Key", "Prefer"}
    records = taken["POST /api/v1/campaigns/{slug}/records"]  # known by content, told by lines
    assert not records & {"Idempotency-Key", "Prefer"}


def test_closed_lists_of_words_have_names(described):
    schemas = described["components"]["schemas"]
    named = {name for name, schema in schemas.items() if "enum" in schema}
    assert {"CampaignState", "AssignmentState", "NothingCode", "ReceiptOutcome"} <= named
    assert not [name for name in named if re.search(r"[0-9a-f]{3}Enum$", name)]


# No reply tells these as they are asked for, but in an address, a link or a list of words.
TOLD_OTHERWISE = {"export", "snapshot_file", "invitations_accept", "problem"} | {
    "uploads_pages_retrieve",  # pages are counted from 1
}


def links(described: dict) -> Iterator[tuple[dict, dict, dict]]:
    """Each with the operation and the reply that it is told with."""
    for operation in operations(described):
        for reply in operation["responses"].values():
            for link in reply.get("links", {}).values():
                yield operation, reply, link


def in_address(operation: dict) -> dict:
    """Kinds of the parameters that an operation's address has, by name."""
    named = operation.get("parameters", [])
    return {each["name"]: each["schema"]["type"] for each in named if each["in"] == "path"}


def kinds(described: dict, shape: dict, place: list[str]) -> list[str]:
    """What a reply of this shape has at this place."""
    shape = next(iter(shape.get("oneOf", shape.get("allOf", [shape]))))
    if "$ref" in shape:
        shape = described["components"]["schemas"][shape["$ref"].rpartition("/")[-1]]
    if not place:
        return [shape["type"]] if isinstance(shape["type"], str) else shape["type"]
    following = shape["items"] if place[0] == "0" else shape["properties"][place[0]]
    return kinds(described, following, place[1:])


def test_links_lead_to_what_there_is_with_what_a_reply_holds(described):
    known = {each["operationId"]: each for each in operations(described)}
    for operation, reply, link in links(described):
        asked = in_address(known[link["operationId"]])
        assert set(link["parameters"]) == set(asked), link
        for name, found in link["parameters"].items():
            where, _, place = found.partition("#/")
            if where == "$response.body":
                shape = reply["content"]["application/json"]["schema"]
                told = kinds(described, shape, place.split("/"))
            else:
                told = [in_address(operation)[where.removeprefix("$request.path.")]]
            assert asked[name] in told, (operation["operationId"], link)


def test_whatever_is_named_in_an_address_is_told_by_some_reply(described):
    linked = {link["operationId"] for *_, link in links(described)}
    lonely = {each["operationId"] for each in operations(described) if in_address(each)} - linked
    assert lonely == TOLD_OTHERWISE


def test_links_go_around_the_loop(described):
    def led(path: str, status: str) -> dict:
        return described["paths"][f"/api/v1{path}"]["post"]["responses"][status]["links"]

    lent = led("/campaigns/{slug}/assignments", "201")
    assert lent["answers_create"]["parameters"] == {"id": "$response.body#/assignment/id"}
    assert {"assignments_extend", "assignments_return", "assignments_skip"} <= set(lent)
    following = led("/assignments/{id}/answers", "201")
    assert following["answers_create"]["parameters"] == {"id": "$response.body#/next/assignment/id"}
    # Who may take part is not sent to what a team alone may do.
    assert "reviews_create" not in lent


def test_the_loop_has_examples(described):
    answer = described["paths"]["/api/v1/assignments/{id}/answers"]["post"]
    assert answer["requestBody"]["content"]["application/json"]["examples"]
    assert answer["responses"]["422"]["content"]["application/problem+json"]["examples"]


def test_the_page_keeps_to_our_own_origin_and_has_no_inline_script():
    page = Caller().client.get("/api/v1/docs", headers={"Accept": "text/html"})
    html = page.content.decode()
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<style" not in html
    assert re.findall(r"<script(?! src=)", html) == []
    for address in re.findall(r'(?:src|href)="([^"]*)"', html):
        assert address.startswith(("/", "#")), address
    script = Caller().client.get("/api/v1/docs?script=", headers={"Accept": "text/html"})
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert '"validatorUrl": null' in script.content.decode()


def test_addresses_of_the_api_never_reach_a_page():
    match = get_resolver().resolve("/api/v1/whatever")
    assert match.view_name == "api:not-there"

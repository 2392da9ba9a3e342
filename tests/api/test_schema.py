"""The API describes itself completely, and the page that shows it loads nothing foreign."""

import io
import re
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
        assert address.startswith("/"), address
    script = Caller().client.get("/api/v1/docs?script=", headers={"Accept": "text/html"})
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert '"validatorUrl": null' in script.content.decode()


def test_addresses_of_the_api_never_reach_a_page():
    match = get_resolver().resolve("/api/v1/whatever")
    assert match.view_name == "api:not-there"

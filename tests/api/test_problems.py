"""Errors are problem documents (RFC 9457) in the reader's language, whatever went wrong."""

import json

import pytest
from django.conf import settings

from api.kinds import KINDS
from tests.api.caller import Caller, volunteer

JSON = "application/json"
PROBLEM = "application/problem+json"


def assert_problem(reply, status: int, code: str) -> dict:
    assert reply.status_code == status, reply.content
    assert reply.headers["Content-Type"] == PROBLEM
    problem = reply.json()
    assert problem["type"] == f"{settings.TAMIS_ORIGIN}/api/v1/problems/{code}"
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_400_for_a_body_that_is_no_json(nobody):
    reply = nobody.client.post("/api/v1/contributors", "{", content_type=JSON)
    assert "line 1" in assert_problem(reply, 400, "parse_error")["detail"]


@pytest.mark.parametrize(
    "body", ['{"language": "\\ud800"}', "[" * 100_000, "[" * 30 + "]" * 30, "NaN", "9" * 5000]
)
def test_400_for_json_that_could_not_be_kept(nobody, body):
    assert_problem(
        nobody.client.post("/api/v1/contributors", body, content_type=JSON), 400, "parse_error"
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"a": {"b/c": ["x", "\\u0000"]}}', "#/a/b~1c/1"),
        ('{"a": [{"b": "\\ud9d9"}]}', "#/a/0/b"),
        ('{"a": {"\\u0000": 1}}', "#/a"),
        ('{"a": 1e999}', "#/a"),
        ('"\\u0000"', "#"),
    ],
)
def test_400_names_the_place_of_what_could_not_be_kept(nobody, body, pointer):
    reply = nobody.client.post("/api/v1/contributors", body, content_type=JSON)
    (error,) = assert_problem(reply, 400, "parse_error")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "unstorable")
    assert error["detail"]


def test_400_for_parameters_that_nothing_is_found_by(campaign, nobody):
    reply = nobody.client.get("/api/v1/campaigns/letters/documents?state=%00&limit=5")
    (error,) = assert_problem(reply, 400, "invalid_parameter")["errors"]
    assert error["parameter"] == "state"
    assert_problem(nobody.client.get("/api/v1/rooms/%00"), 404, "not_found")


@pytest.mark.parametrize("number", [2**63, 10**19, 10**400])
def test_404_for_numbers_beyond_what_is_counted(nobody, number):
    assert_problem(nobody.get(f"/verdicts/{number}"), 404, "not_found")
    assert_problem(nobody.post(f"/assignments/{number}/answers"), 404, "not_found")


def test_401_says_how_to_get_an_identity(nobody):
    assert_problem(nobody.get("/contributors/me"), 401, "not_authenticated")
    assert_problem(Caller(token="unknown").get("/contributors/me"), 401, "authentication_failed")


def test_403_for_who_may_not(campaign, stranger):
    reply = stranger.upload("/campaigns/letters/documents", {"a.csv": b"a\n1\n"})
    assert_problem(reply, 403, "permission_denied")


@pytest.mark.parametrize(
    "path", ["/campaigns/nowhere", "/verdicts/1", "/excerpts/1", "/documents/1", "/nothing", "/"]
)
def test_404_for_what_is_not_there(nobody, path):
    assert_problem(nobody.get(path), 404, "not_found")


def test_404_for_an_unknown_address_whatever_the_method(nobody):
    for method in ("post", "put", "patch", "delete"):
        assert_problem(getattr(nobody.client, method)("/api/v2/campaigns"), 404, "not_found")


def test_405_for_a_method_that_is_not_there(nobody):
    reply = nobody.post("/leaderboard")
    assert_problem(reply, 405, "method_not_allowed")
    assert "GET" in reply.headers["Allow"]


def test_406_for_a_format_that_is_not_there(nobody):
    reply = nobody.client.get("/api/v1/campaigns", headers={"Accept": "text/html"})
    assert_problem(reply, 406, "not_acceptable")


def test_413_for_a_body_that_is_too_large(nobody):
    body = json.dumps({"language": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    reply = nobody.client.post("/api/v1/contributors", body, content_type=JSON)
    assert_problem(reply, 413, "too_large")


def test_413_for_too_many_files_at_once(campaign, team, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 100
    files = {f"{number}.csv": b"a\n1\n" for number in range(101)}
    assert_problem(team.upload("/campaigns/letters/documents", files), 413, "too_large")


def test_415_for_another_type_of_content(nobody):
    reply = nobody.client.post("/api/v1/contributors", "<a/>", content_type="text/xml")
    assert_problem(reply, 415, "unsupported_media_type")


def test_422_points_to_what_does_not_fit(nobody):
    problem = assert_problem(nobody.post("/contributors", {"language": "xx"}), 422, "invalid")
    (error,) = problem["errors"]
    assert (error["pointer"], error["code"]) == ("#/language", "invalid_choice")


def test_pointers_escape_what_json_pointers_and_addresses_reserve(campaign):
    someone = volunteer()
    assignment = someone.claim("letters")["assignment"]
    problem = someone.answer(assignment, {"asks": "yes", "a/b~c é": 1}).json()
    assert problem["errors"][0]["pointer"] == "#/values/a~1b~0c%20%C3%A9"


@pytest.mark.urls("tests.api.failing_urls")
def test_500_tells_nothing_of_the_inside(nobody):
    nobody.client.raise_request_exception = False
    reply = nobody.client.get("/failing/bug")
    assert_problem(reply, 500, "error")
    assert b"ZeroDivision" not in reply.content


@pytest.mark.urls("tests.api.failing_urls")
def test_503_while_postgresql_is_away(nobody):
    reply = nobody.client.get("/failing/database")
    assert_problem(reply, 503, "unavailable")
    assert reply.headers["Retry-After"] == "5"


def test_every_kind_of_problem_describes_itself_at_its_type(nobody):
    for code, kind in KINDS.items():
        told = nobody.get(f"/problems/{code}").json()
        assert (told["code"], told["status"], told["detail"]) == (code, kind.status, kind.detail)
    assert_problem(nobody.get("/problems/unheard-of"), 404, "not_found")

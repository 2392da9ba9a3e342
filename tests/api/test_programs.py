"""Programs with a token take a shorter way through the server, to the same answers."""

import io
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from crowd.config.wsgi import application
from crowd.services import queues, rates
from tests.api.caller import volunteer
from tests.api.conftest import YES

# The application gives its connection back after each request: nothing may be open around it.
pytestmark = pytest.mark.django_db(transaction=True)


def call(method: str, path: str, body: Any = None, **headers: Any) -> tuple[int, dict, Any]:
    """One request as a server gives it to the application; `headers` are of its environ."""
    data = b"" if body is None else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data),
        "wsgi.url_scheme": "http",
        **headers,
    }
    told: dict[str, Any] = {}

    def start(status: str, sent: list[tuple[str, str]], _: Any = None) -> None:
        told.update(status=int(status[:3]), headers=dict(sent))

    reply = application(environ, start)
    content = b"".join(reply)
    reply.close()
    return told["status"], told["headers"], json.loads(content) if content else None


def test_a_turn_with_a_token_needs_no_cookie_and_sets_none(campaign, django_assert_max_num_queries):
    queues.rebuild(campaign=campaign)
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    answer = {"id": str(uuid.uuid4()), "values": YES, "next": True}
    path = f"/api/v1/assignments/{held['id']}/answers"
    # Answer and claim: who asks and what, then the answer with the next lease. (The campaign's
    # outline is read again every two seconds.)
    with django_assert_max_num_queries(6):
        status, headers, told = call(
            "POST", path, answer, HTTP_AUTHORIZATION=f"Bearer {someone.token}"
        )
    assert status == 201, told
    assert told["next"]["assignment"]["microtask"]["id"] != held["microtask"]["id"]
    assert "Set-Cookie" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_errors_are_in_the_language_asked_for(campaign):
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    status, headers, _told = call(
        "POST",
        f"/api/v1/assignments/{held['id']}/answers",
        {"id": "nonsense"},
        HTTP_AUTHORIZATION=f"Bearer {someone.token}",
        HTTP_ACCEPT_LANGUAGE="fr",
    )
    assert status == 422
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Content-Language"] == "fr"


def test_a_forged_token_is_refused_there_too(campaign):
    status, headers, _ = call(
        "POST", "/api/v1/assignments/1/answers", {}, HTTP_AUTHORIZATION="Bearer forged"
    )
    assert status == 401
    assert headers["WWW-Authenticate"].startswith("Bearer")


def test_who_brings_cookies_takes_the_long_way(campaign):
    someone = volunteer()
    status, _, told = call(
        "GET",
        "/api/v1/contributors/me",
        HTTP_AUTHORIZATION=f"Bearer {someone.token}",
        HTTP_COOKIE="sessionid=nonsense",
    )
    assert status == 200, told


def test_what_is_lent_with_an_answer_is_shown_as_at_its_own_address(campaign):
    queues.rebuild(campaign=campaign)
    someone = volunteer()
    held = someone.claim("letters")["assignment"]
    answer = {"id": str(uuid.uuid4()), "values": YES, "next": True}
    path, token = f"/api/v1/assignments/{held['id']}", f"Bearer {someone.token}"
    _, _, told = call("POST", f"{path}/answers", answer, HTTP_AUTHORIZATION=token)
    lent = told["next"]["assignment"]
    path = f"/api/v1/assignments/{lent['id']}"
    assert call("GET", path, HTTP_AUTHORIZATION=token)[2] == lent


def answered(someone: Any, held: dict[str, Any], **changes: Any) -> tuple[int, dict, Any]:
    """Answer with the next to come; `changes` are headers."""
    return call(
        "POST",
        f"/api/v1/assignments/{held['id']}/answers",
        {"id": str(uuid.uuid4()), "values": YES, "next": True},
        HTTP_AUTHORIZATION=f"Bearer {someone.token}",
        **changes,
    )


def test_the_usual_turn_is_told_as_the_view_tells_it(campaign, django_assert_num_queries):
    queues.rebuild(campaign=campaign)
    someone = volunteer()
    held = answered(someone, someone.claim("letters")["assignment"])[2]["next"]["assignment"]
    with django_assert_num_queries(1):  # the way past the view: nobody is looked up
        status, short, told = answered(someone, held)
    longer = answered(
        someone, told["next"]["assignment"], HTTP_ACCEPT="application/json, text/plain"
    )
    assert status == longer[0] == 201
    assert told.keys() == longer[2].keys()
    assert told["answer"].keys() == longer[2]["answer"].keys()
    assert told["next"].keys() == longer[2]["next"].keys()
    assert short.keys() == longer[1].keys()
    differ = {name for name in short if short[name] != longer[1][name]}
    assert differ <= {"Location", "Content-Length", "RateLimit"}
    assert short["Location"] == f"/api/v1/assignments/{held['id']}"


@pytest.fixture
def four_a_minute(settings: Any) -> Iterator[None]:
    rates._counted.clear()
    settings.TAMIS_API_RATE = 4
    yield
    rates._counted.clear()


def test_a_limit_counts_a_turn_once_whichever_way_it_goes(campaign, four_a_minute, settings):
    queues.rebuild(campaign=campaign)
    for _ in range(2):  # a minute that ends meanwhile begins to count anew
        someone = volunteer()
        held, left, until = someone.claim("letters")["assignment"], [], []
        for changes in ({}, {}, {"HTTP_ACCEPT": "application/json, text/plain"}, {}):
            status, headers, told = answered(someone, held, **changes)
            left.append(headers["RateLimit"].split(";")[1])
            until.append(int(headers["RateLimit"].split("t=")[1]))
            held = told["next"]["assignment"] if status == 201 else held
        if until == sorted(until, reverse=True):
            break
    assert left == ["r=2", "r=1", "r=0", "r=0"]
    assert (status, told["code"]) == (429, "throttled")
    settings.TAMIS_API_RATE = 6000
    assert answered(someone, held)[0] == 201  # what was refused is lost nowhere


class CutShort(io.BytesIO):
    """What a browser has sent whose connection broke."""

    def read(self, *_: Any) -> bytes:
        raise OSError


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"wsgi.input": CutShort()}, 400, "parse_error"),
        ({"wsgi.input": io.BytesIO(b"{"), "CONTENT_LENGTH": "1"}, 400, "parse_error"),
        ({"wsgi.input": io.BytesIO(b"[]"), "CONTENT_LENGTH": "2"}, 422, "invalid"),
        ({"wsgi.input": io.BytesIO(b"\xff"), "CONTENT_LENGTH": "1"}, 400, "parse_error"),
        ({"CONTENT_LENGTH": str(2**40)}, 413, "too_large"),
        ({"CONTENT_TYPE": "text/plain"}, 415, "unsupported_media_type"),
    ],
)
def test_what_can_not_be_read_is_told_as_everywhere(campaign, changes, status, code):
    someone = volunteer()
    found, _, told = answered(someone, someone.claim("letters")["assignment"], **changes)
    assert (found, told["code"]) == (status, code)

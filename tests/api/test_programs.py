"""Programs with a token take a shorter way through the server, to the same answers."""

import io
import json
import uuid
from typing import Any

import pytest

from crowd.config.wsgi import application
from crowd.services import queues
from tests.api.caller import volunteer
from tests.api.conftest import YES

# The application gives its connection back after each request: nothing may be open around it.
pytestmark = pytest.mark.django_db(transaction=True)


def call(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict, Any]:
    """One request as a server gives it to the application."""
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

"""An app of others, as its makers would write it, and the person whose browser it uses."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from crowd.models import User
from crowd.services import apps
from tests.api.caller import Caller

BACK = "https://app.example.org/back"


@dataclass
class AnApp:
    """It has no cookies; what it is told comes in addresses and replies."""

    client_id: str
    secret: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    script: Client = field(default_factory=Client)

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def asks(self, **otherwise: Any) -> str:
        """The address it sends a browser to; a parameter that is None is left out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "scope": "read contribute",
            "state": "whence it came",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        } | otherwise
        said = {name: value for name, value in asked.items() if value is not None}
        return "/oauth/authorize/?" + urlencode(said)

    def token(self, **sent: str) -> Any:
        known = {"client_id": self.client_id} | (
            {"client_secret": self.secret} if self.secret else {}
        )
        return self.script.post("/oauth/token/", known | sent)

    def exchange(self, code: str, **otherwise: str) -> Any:
        """A code for a token."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return self.token(**sent | {"code_verifier": self.verifier} | otherwise)

    def renew(self, renewal: str) -> Any:
        return self.token(grant_type="refresh_token", refresh_token=renewal)

    def revoke(self, token: str) -> Any:
        known = {"client_id": self.client_id, "token": token}
        return self.script.post("/oauth/revoke/", known)


def made_by(user: User, *, on_a_server: bool = False, name: str = "Town crier") -> AnApp:
    app, secret = apps.register(user=user, name=name, addresses=[BACK], on_a_server=on_a_server)
    return AnApp(app.client_id, secret)


def browser_of(user: User) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def allowed(browser: Client, asks: str) -> dict[str, str]:
    """What the app is told after the person has read the page and pressed "Allow"."""
    page = browser.get(asks)
    assert page.status_code == 200, page.content
    assert re.search(r'name="do" value="allow"', page.content.decode())
    return told(browser.post(asks, {"do": "allow"}), at=BACK)


def told(reply: Any, *, at: str) -> dict[str, str]:
    """What the app is told at its own address."""
    assert reply.status_code == 302, reply.content
    there = reply.headers["Location"]
    assert there.split("?")[0] == at
    return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}


def tokens(app: AnApp, user: User, **otherwise: Any) -> dict[str, Any]:
    """The whole dance: asked, allowed, exchanged."""
    code = allowed(browser_of(user), app.asks(**otherwise))["code"]
    reply = app.exchange(code)
    assert reply.status_code == 200, reply.content
    found: dict[str, Any] = reply.json()
    return found


def acting(app: AnApp, user: User, **otherwise: Any) -> Caller:
    return Caller(token=tokens(app, user, **otherwise)["access_token"])

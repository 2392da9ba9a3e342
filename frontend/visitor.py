"""Who a request comes from: an account, a guest by a signed cookie, or nobody yet."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from crowd.models import Contributor, User
from crowd.services import contributors, welcomes

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "tamis_theme"
WELCOME_COOKIE = "tamis_welcome"  # by whose invitation link this browser came


class Visitor:
    """The person behind one request; the database is asked only when a page wants to know."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._new_token: str | None = None
        self._forget_guest = False

    @cached_property
    def guest(self) -> Contributor | None:
        """The guest this browser is, whether or not someone is signed in."""
        token = self._request.COOKIES.get(settings.TAMIS_GUEST_COOKIE)
        return contributors.from_token(token=token) if token else None

    @cached_property
    def contributor(self) -> Contributor | None:
        """Whose answers these are; None until this browser takes part."""
        if self._request.user.is_authenticated:
            return contributors.of_user(user=self._request.user)
        return self.guest

    def take_part(self, *, now: datetime) -> Contributor:
        """The contributor, made now if nobody was known. Only for requests that may write."""
        if self.contributor is not None:
            return self.contributor
        if self._request.user.is_authenticated:
            self.signed_in(user=self._request.user, now=now)
        else:
            self.contributor, self._new_token = contributors.start_guest(
                language=get_language() or "en",
                now=now,
                address=self._request.META.get("REMOTE_ADDR", ""),
            )
            if code := self._request.COOKIES.get(WELCOME_COOKIE):
                welcomes.record(code=code, newcomer=self.contributor, now=now)
        return cast(Contributor, self.contributor)

    def signed_in(self, *, user: User, now: datetime) -> None:
        """Give this browser's guest work to the account that has just signed in."""
        self.contributor = contributors.sign_in(
            user=user, guest=self.guest, language=get_language() or "en", now=now
        )
        self._forget_guest = True

    def become(self, guest: Contributor) -> None:
        """This browser is that guest from now on: a device that was joined to another."""
        self.contributor = guest
        self._new_token = contributors.token_of(contributor=guest)

    def be_forgotten(self) -> None:
        """This browser is nobody from now on."""
        self.contributor = None
        self._forget_guest = True

    def leave_cookie(self, response: HttpResponseBase) -> None:
        """Write or remove the guest cookie, if this request changed who the guest is."""
        name = settings.TAMIS_GUEST_COOKIE
        if self._new_token is not None:
            response.set_cookie(
                name,
                self._new_token,
                max_age=settings.TAMIS_GUEST_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif self._forget_guest and name in self._request.COOKIES:
            response.delete_cookie(name, samesite="Lax")


class TamisRequest(HttpRequest):
    """A request after our middleware, for type checkers: what views may rely on."""

    visitor: Visitor
    theme: str
    sends_to: str
    htmx: HtmxDetails

"""Whose answers these are: the one place that goes from a request to an account or contributor."""

from datetime import datetime
from typing import cast

from django.http import Http404
from django.utils.translation import get_language
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from crowd.models import Contributor, User
from crowd.services import contributors


def account(request: Request) -> User | None:
    """The account behind a key or a sign-in; guests have none."""
    return cast(User | None, request.user)


def signed_in(request: Request) -> User:
    """The account behind a key or a sign-in, which there must be.

    Raises:
        NotAuthenticated: a guest, or nobody.
    """
    user = account(request)
    if user is None:
        raise NotAuthenticated
    return user


def contributor(request: Request) -> Contributor | None:
    """Whoever asks, as far as they have taken part before."""
    user = account(request)
    if user is not None:
        return contributors.of_user(user=user)
    return cast(Contributor | None, request.auth)


def known(request: Request) -> Contributor:
    """Whoever asks, who must have taken part before.

    Raises:
        NotAuthenticated: nobody we know.
        Http404: an account that has never taken part.
    """
    found = contributor(request)
    if found is None:
        raise Http404 if account(request) else NotAuthenticated
    return found


def taking_part(request: Request, *, now: datetime) -> Contributor:
    """Whoever asks; an account that takes part for the first time becomes a contributor now.

    Raises:
        NotAuthenticated: neither an account nor a guest.
    """
    found, user = contributor(request), account(request)
    if found is not None:
        return found
    if user is None:
        raise NotAuthenticated
    guest = cast(Contributor | None, request.auth)
    return contributors.sign_in(user=user, guest=guest, language=get_language() or "en", now=now)

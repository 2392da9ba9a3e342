"""Accounts: the page about one's own, opening one without e-mail, and one-time links."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import request_login_code
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import User
from crowd.rules.problems import Problem
from crowd.services import accounts
from frontend.views import redirects
from frontend.visitor import TamisRequest


@never_cache
@login_required
@require_safe
def account(request: TamisRequest) -> HttpResponse:
    """How one signs in, the name on the boards, signing out."""
    passkeys = Authenticator.objects.filter(
        user=cast(User, request.user), type=Authenticator.Type.WEBAUTHN
    )
    context = {"contributor": request.visitor.contributor, "passkeys": passkeys.count()}
    return render(request, "pages/account.html", context)


@require_POST
def open_account(request: TamisRequest) -> HttpResponse:
    """Open an account that lives by its passkey, on a site that sends no e-mail."""
    if settings.TAMIS_SENDS_EMAIL:
        raise Http404
    if not request.user.is_authenticated:
        enter(request, accounts.open_without_email(), method="opened")
        if request.POST.get("next"):  # the passkey first; then what they came for
            request.session["came_for"] = redirects.back(request)
    return redirects.SeeOther(reverse("mfa_add_webauthn"))


def ask_for_code(request: TamisRequest) -> HttpResponse:
    """A sign-in code by e-mail, where the site sends any; elsewhere it would never come."""
    if not settings.TAMIS_SENDS_EMAIL:
        return redirects.SeeOther(reverse("account_login"))
    return cast(HttpResponse, request_login_code(request))


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: TamisRequest, name: str, token: str) -> HttpResponse:
    """A one-time link made by an administrator: GET shows a button, POST spends it.

    Mail scanners and previews open links; only a person presses the button.
    """
    if request.method != "POST":
        return render(request, "pages/link.html", {"spent": False})
    try:
        user = accounts.use_link(name=name, token=token, now=timezone.now())
    except Problem:
        return render(request, "pages/link.html", {"spent": True}, status=410)
    enter(request, user, method="link")
    return redirects.SeeOther(reverse("account"))


def enter(request: TamisRequest, user: User, *, method: str) -> None:
    """Sign this browser in, by something else than allauth's own ways."""
    # Straight to the session: asking for a second proof would lock out whoever lost a passkey,
    # which is what these links are for. It counts as fresh, so that a passkey can be added now.
    get_adapter().login(request, user)
    record_authentication(request, user, method=method, reauthenticated=True)

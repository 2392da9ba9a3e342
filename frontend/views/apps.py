"""Apps of others: which act for me, those I make, and the page that asks me for my leave."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.models import Application
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.base import BaseAuthorizationView

from crowd import sentences
from crowd.models import User
from crowd.rules.problems import Problem
from crowd.services import apps
from frontend.views import redirects
from frontend.visitor import TamisRequest

# What a scope means to whoever is asked for it.
MEANINGS = {
    "read": gettext_lazy(
        "See what you see here: campaigns, also those you prepare, your contributions and points."
    ),
    "contribute": gettext_lazy(
        "Take part as you: answer, correct, join rooms and teams. What it says counts as yours."
    ),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: TamisRequest) -> HttpResponse:
    """GET lists them and offers to register one; POST does, and shows its secret this once."""
    if request.method != "POST":
        return _page(request, chosen={"kind": "server"})
    return _register(request)


@sensitive_variables("secret")
def _register(request: TamisRequest) -> HttpResponse:
    chosen = {key: request.POST.get(key, "") for key in ("name", "addresses", "kind")}
    try:
        app, secret = apps.register(
            user=_user(request),
            name=chosen["name"],
            addresses=chosen["addresses"].split(),
            on_a_server=chosen["kind"] != "device",
        )
    except Problem as problem:
        wrong = sentences.sentence(problem)
        return _page(request, chosen=chosen, wrong=wrong, status=422)
    return _page(request, chosen={"kind": "server"}, made=app, secret=secret)


@login_required
@require_POST
def end(request: TamisRequest, pk: int) -> HttpResponse:
    """An app does nothing more for this account, from now on."""
    apps.end(user=_user(request), app_id=pk)
    messages.success(request, _("This app no longer acts for you."))
    return redirects.SeeOther(reverse("account_apps"))


@login_required
@require_POST
def remove(request: TamisRequest, pk: int) -> HttpResponse:
    """One's own app is no more, for anybody."""
    apps.remove(user=_user(request), app_id=pk)
    messages.success(request, _("The app is removed. It acts for nobody any more."))
    return redirects.SeeOther(reverse("account_apps"))


def _page(
    request: TamisRequest, *, chosen: dict[str, str], status: int = 200, **more: Any
) -> HttpResponse:
    user = _user(request)
    context = {
        "acting": [
            (each, [MEANINGS[scope] for scope in each.scopes])
            for each in apps.acting_for(user=user, now=timezone.now())
        ],
        "registered": apps.registered_by(user=user),
        "chosen": chosen,
        "origin": settings.TAMIS_ORIGIN,
        **more,
    }
    return render(request, "pages/apps.html", context, status=status)


def _user(request: TamisRequest) -> User:
    return cast(User, request.user)


@method_decorator(never_cache, name="dispatch")
class Leave(BaseAuthorizationView):  # type: ignore[misc]
    """May this app act for me? What it asks for stays in the address, for GET and for POST."""

    def get(self, request: TamisRequest) -> HttpResponse:
        """What it wants, in plain words."""
        return self._asked(request)

    def post(self, request: TamisRequest) -> HttpResponse:
        """Allowed or refused: back to the app, which is told so."""
        try:
            scopes, told = self.validate_authorization_request(request)
            there, *_rest = self.create_authorization_response(
                request, " ".join(scopes), told, allow=request.POST.get("do") == "allow"
            )
        except OAuthToolkitError as error:
            return self._refused(error)
        app = Application.objects.get(client_id=told["client_id"])
        return self.redirect(there, app)

    def handle_no_permission(self) -> HttpResponse:
        """Guests, and who is signed out: an account it needs, and why."""
        return self._asked(self.request)

    def _asked(self, request: TamisRequest) -> HttpResponse:
        try:
            scopes, told = self.validate_authorization_request(request)
        except OAuthToolkitError as error:
            return self._refused(error)
        parts = urlsplit(told["redirect_uri"])
        at_home = parts.scheme == "http"
        # Browsers hold where a form's answer leads to the page's policy, and where that leads on.
        request.sends_to = "https: http:" if at_home else "https:"
        context = {
            "app": Application.objects.get(client_id=told["client_id"]),
            "meanings": [MEANINGS[scope] for scope in MEANINGS if scope in scopes],
            "contributes": "contribute" in scopes,
            "there": "" if at_home else parts.netloc,
            "sign_in": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}",
        }
        return render(request, "pages/leave.html", context)

    def redirect(self, redirect_to: str, application: Application | None) -> HttpResponse:
        """Whatever the app is told, it is told by whom (RFC 9207): the library says so of codes
        alone, and an error may come of another site's making too.
        """
        there = urlsplit(redirect_to)
        said = [each for each in parse_qsl(there.query, keep_blank_values=True) if each[0] != "iss"]
        issuer = oauth2_settings.oauth2_authorization_server_issuer(self.request)
        address = there._replace(query=urlencode([*said, ("iss", issuer)])).geturl()
        return cast(HttpResponse, super().redirect(address, application))

    def _refused(self, error: OAuthToolkitError) -> HttpResponse:
        """Back to the app where that is sure to be the app, and a page of ours otherwise."""
        return cast(HttpResponse, self.error_response(error, application=None))

    def render_to_response(self, context: dict[str, Any], status: int) -> HttpResponse:
        """What the library has to say of a request that leads nowhere."""
        return render(self.request, "pages/leave.html", {"wrong": context["error"]}, status=status)

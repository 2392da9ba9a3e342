"""API keys of an account: make one (it is shown once), see when they were used, revoke."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from crowd import sentences
from crowd.models import ApiKey, Campaign, User
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import accounts
from frontend.views import redirects
from frontend.visitor import TamisRequest

LIVES = (30, 90, 365)  # days that are offered
DEFAULT_LIFE = 365


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: TamisRequest) -> HttpResponse:
    """GET lists the keys and offers to make one; POST makes it, and shows it this once."""
    if request.method != "POST":
        return _page(request, chosen={"scopes": [Scope.READ], "days": str(DEFAULT_LIFE)})
    return _make(request)


@sensitive_variables("secret")
def _make(request: TamisRequest) -> HttpResponse:
    chosen: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "scopes": request.POST.getlist("scopes"),
        "campaign": request.POST.get("campaign", ""),
        "days": request.POST.get("days", ""),
    }
    try:
        secret = accounts.make_key(
            user=_user(request),
            name=chosen["name"],
            scopes=chosen["scopes"],
            campaign=_campaign(request, chosen["campaign"]),
            days=_days(chosen["days"]),
            now=timezone.now(),
        )
    except Problem as problem:
        wrong = sentences.sentence(problem)
        return _page(request, chosen=chosen, wrong=wrong, status=422)
    return _page(request, chosen={"scopes": [Scope.READ], "days": str(DEFAULT_LIFE)}, made=secret)


@login_required
@require_POST
def revoke(request: TamisRequest, pk: int) -> HttpResponse:
    """End one key at once."""
    try:
        accounts.revoke_key(user=_user(request), key_id=pk, now=timezone.now())
    except ApiKey.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The key is revoked: from now on it opens nothing."))
    return redirects.SeeOther(reverse("account_keys"))


def _page(
    request: TamisRequest, *, chosen: dict[str, Any], status: int = 200, **more: str
) -> HttpResponse:
    user, now = _user(request), timezone.now()
    found = [(key, key.expires_at and key.expires_at <= now) for key in accounts.keys_of(user=user)]
    context = {
        "keys": found,
        "scopes": Scope.choices,
        "campaigns": _campaigns(user),
        "lives": [(str(days), days) for days in LIVES],
        "chosen": chosen,
        **more,
    }
    return render(request, "pages/keys.html", context, status=status)


def _user(request: TamisRequest) -> User:
    return cast(User, request.user)


def _campaigns(user: User) -> QuerySet[Campaign]:
    return Campaign.objects.filter(memberships__user=user).order_by("title")


def _campaign(request: TamisRequest, slug: str) -> Campaign | None:
    if not slug:
        return None
    found = _campaigns(_user(request)).filter(slug=slug).first()
    if found is None:
        raise Problem("key_campaign")
    return found


def _days(text: str) -> int | None:
    """Days as they were chosen; "" is for ever, and what is no number is none that fits."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0

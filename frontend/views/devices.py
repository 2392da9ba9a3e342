"""My devices: a phone and a laptop become one person by a code that one of them shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import devices as services
from crowd.services import names
from frontend.printing import qr
from frontend.views import account, redirects
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: TamisRequest) -> HttpResponse:
    """Show a code, or type the one another device shows. POST makes a code."""
    context: dict[str, Any] = {"typed": request.GET.get("code", "")}
    if request.GET.get("code"):
        return redirects.SeeOther(reverse("join_device", args=[_path(request.GET["code"])]))
    if request.method != "POST":
        return render(request, "pages/devices.html", context)
    now = timezone.now()
    try:
        code = services.make_code(contributor=request.visitor.take_part(now=now), now=now)
    except Problem as problem:
        context["problem"] = sentence(problem)
        return render(request, "pages/devices.html", context, status=422)
    address = request.build_absolute_uri(reverse("join_device", args=[code.letters]))
    context |= {
        "code": code,
        "address": address,
        "qr": qr.inline(address, title=_("QR code that joins another device")),
        "minutes": round(services.LIVES.total_seconds() / 60),
    }
    return render(request, "pages/devices.html", context)


@never_cache
@sensitive_variables("letters")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: TamisRequest, letters: str) -> HttpResponse:
    """Open a code: GET says who would become whom, POST does it."""
    user = request.user if request.user.is_authenticated else None
    visitor, now = request.visitor, timezone.now()
    try:
        if request.method != "POST":
            shower = services.whose(letters=letters)
            return render(request, "pages/join_device.html", _who(request, shower))
        joined = services.join(letters=letters, contributor=visitor.contributor, user=user, now=now)
    except Problem as problem:
        context = {"problem": sentence(problem), "typed": letters[:20]}
        return render(request, "pages/devices.html", context, status=422)
    if user is None and joined.person.user is not None:
        account.enter(request, joined.person.user, method="device")
    elif user is None:
        visitor.become(joined.person)
    messages.success(request, _("Both devices are one now. Nothing of either is lost."))
    return redirects.SeeOther(reverse("contributions"))


@never_cache
@require_safe
def joined(request: TamisRequest) -> HttpResponse:
    """What the device that shows a code asks now and then: has the other one opened it?"""
    waiting = services.was_joined(guest_token=_token(request))
    template = "parts/device_joined.html" if request.htmx else "pages/device_joined.html"
    return render(request, template, {"joined": waiting})


@require_POST
def go_on(request: TamisRequest) -> HttpResponse:
    """Sign the device in that showed its code to an account."""
    user: User | None = services.account_of(guest_token=_token(request))
    if user is None:
        return redirects.SeeOther(reverse("devices"))
    account.enter(request, user, method="device")
    messages.success(request, _("Both devices are one now. Nothing of either is lost."))
    return redirects.SeeOther(reverse("contributions"))


def _who(request: TamisRequest, shower: Any) -> dict[str, Any]:
    return {
        "shower": shower,
        "shower_name": shower.pseudonym or names.shown(None),
        "shower_email": _masked(shower.user.email) if shower.user and shower.user.email else "",
        "has_taken_part": request.visitor.contributor is not None,
    }


def _masked(email: str) -> str:
    """Enough to know one's own address by, for who looks over a shoulder too little."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def _token(request: TamisRequest) -> str:
    return request.COOKIES.get(settings.TAMIS_GUEST_COOKIE, "")


def _path(typed: str) -> str:
    """What was typed, as far as it can be part of a code."""
    return "".join(each for each in typed.upper() if each in services.LETTERS)[:8] or "-"

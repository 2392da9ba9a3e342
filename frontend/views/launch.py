"""Starting a campaign: who may, asking for it, and this site's staff answering."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import LaunchPermit, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import launching, memberships
from frontend.views import redirects
from frontend.visitor import TamisRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: TamisRequest) -> HttpResponse:
    """One's campaigns, and a form to start another, or to ask for it. POST does either."""
    if request.method != "POST":
        return _page(request)
    user, now = cast(User, request.user), timezone.now()
    try:
        if request.POST.get("do") == "ask":
            launching.ask(user=user, about=request.POST.get("about", ""), now=now)
            return redirects.SeeOther(reverse("launch"))
        made = launching.start(
            title=request.POST.get("title", ""),
            language=request.POST.get("language", ""),
            by=user,
            now=now,
        )
    except Problem as problem:
        return _page(request, problem=sentence(problem), status=422)
    return redirects.SeeOther(reverse("workshop:cause", args=[made.slug]))


def _page(request: TamisRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        "may_launch": launching.may_launch(user=user),
        "may_ask": launching.may_ask(user=user),
        "permit": launching.permits(user=user).first(),
        "waiting": _waiting() if user.is_staff else 0,
        "memberships": memberships.of_user(user=user),
        "languages": settings.LANGUAGES,
        "language": request.POST.get("language", get_language() or "en"),
        "title": request.POST.get("title", ""),
        "about": request.POST.get("about", ""),
        "problem": problem,
    }
    return render(request, "pages/launch.html", context, status=status)


def _waiting() -> int:
    return LaunchPermit.objects.filter(state="waiting").count()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def permits(request: TamisRequest) -> HttpResponse:
    """For this site's staff: who asked, who may. POST invites an address."""
    user = _staff(request)
    problem = ""
    if request.method == "POST":
        email = request.POST.get("email", "")
        try:
            launching.invite(email=email, by=user, now=timezone.now())
            messages.success(request, _("They may launch campaigns now."))
            return redirects.SeeOther(reverse("launch_permits"))
        except Problem as refused:
            problem = sentence(refused)
    found = LaunchPermit.objects.select_related("user")
    context = {
        "waiting": found.filter(state="waiting").order_by("made_at"),
        "decided": found.exclude(state="waiting"),
        "problem": problem,
        "email": request.POST.get("email", ""),
        "policy": settings.TAMIS_LAUNCHING,
    }
    return render(request, "pages/launch_permits.html", context, status=422 if problem else 200)


@never_cache
@login_required
@require_http_methods(["POST"])
def permit(request: TamisRequest, pk: int) -> HttpResponse:
    """Grant or refuse; either can be taken back."""
    user = _staff(request)
    found = get_object_or_404(LaunchPermit, pk=pk)
    do = request.POST.get("do")
    if do not in {"grant", "refuse"}:
        raise Http404
    launching.decide(permit=found, granted=do == "grant", by=user, now=timezone.now())
    return redirects.SeeOther(reverse("launch_permits"))


def _staff(request: TamisRequest) -> User:
    user = cast(User, request.user)
    if not user.is_staff:
        raise PermissionDenied
    return user

"""You and your data: what is kept, all of it in a file, which mails, and being forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Contributor, Membership, User
from crowd.models.campaigns import Role
from crowd.models.mails import Topic
from crowd.services import belongings, contributors, forgetting, mails, points, withdrawing
from frontend.views import redirects
from frontend.visitor import TamisRequest

MOST_TEXTS = 200  # that can be ticked one by one


@never_cache
@require_safe
def yours(request: TamisRequest) -> HttpResponse:
    """One page for guests and accounts."""
    contributor, user = request.visitor.contributor, _user(request)
    context = {
        "contributor": contributor,
        "summary": points.summary(contributor=contributor) if contributor else None,
        "topics": mails.choices(user=user).items() if user and user.email else (),
        "can_send": mails.can_send(),
    }
    return render(request, "pages/yours.html", context)


@require_POST
def choose_mails(request: TamisRequest) -> HttpResponse:
    """Which mails an account wants."""
    user, now = _user(request), timezone.now()
    if user is None:
        return redirects.SeeOther(reverse("account_login"))
    wanted = set(request.POST.getlist("topic"))
    for topic in Topic:
        mails.choose(user=user, topic=topic, agreed=topic.value in wanted, now=now)
    messages.success(request, _("Your choice of mails is kept."))
    return redirects.SeeOther(reverse("yours"))


@never_cache
@require_safe
def data(request: TamisRequest) -> HttpResponse | StreamingHttpResponse:
    """All that is kept of this person, as one file, sent while it is read."""
    contributor, user, now = request.visitor.contributor, _user(request), timezone.now()
    if contributor is None and user is None:
        return redirects.SeeOther(reverse("yours"))
    name = f"tamis-{now:%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        belongings.zipped(contributor=contributor, user=user, now=now),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: TamisRequest) -> HttpResponse:
    """Delete the account, or be forgotten on this device: first a page that says what happens."""
    contributor, user = request.visitor.contributor, _user(request)
    if contributor is None and user is None:
        return redirects.SeeOther(reverse("yours"))
    if request.method != "POST":
        return render(request, "pages/forget.html", _what_happens(contributor, user))
    if request.POST.get("sure") != "yes":
        context = _what_happens(contributor, user) | {"unsure": True}
        return render(request, "pages/forget.html", context, status=422)
    forgetting.forget(
        contributor=contributor, user=user, answer_ids=_ticked(request), now=timezone.now()
    )
    logout(request)
    request.visitor.be_forgotten()
    messages.success(request, _("Done. This site no longer knows who you are."))
    return redirects.SeeOther(reverse("home"))


def _what_happens(contributor: Contributor | None, user: User | None) -> dict[str, Any]:
    person = contributors.person_ids(contributor=contributor) if contributor else []
    free = withdrawing.with_free_text(contributor_ids=person)
    shown = list(free.select_related("microtask__step", "microtask__campaign")[:MOST_TEXTS])
    prefetch_related_objects(shown, "microtask__step__questions")
    return {
        "contributor": contributor,
        "account": user,
        "texts": shown,
        "texts_count": free.count(),
        "campaigns": _left_alone(user) if user else [],
    }


def _left_alone(user: User) -> list[str]:
    """Campaigns that nobody else owns."""
    own = Membership.objects.filter(user=user, role=Role.OWNER).select_related("campaign")
    others = Membership.objects.filter(role=Role.OWNER).exclude(user=user)
    shared = set(others.values_list("campaign_id", flat=True))
    return [each.campaign.title for each in own if each.campaign_id not in shared]


def _ticked(request: TamisRequest) -> Collection[uuid.UUID] | None:
    match request.POST.get("texts"):
        case "all":
            return None
        case "some":
            return [each for name in request.POST.getlist("answer") if (each := _uuid(name))]
    return ()


def _uuid(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


def _user(request: TamisRequest) -> User | None:
    return request.user if request.user.is_authenticated else None

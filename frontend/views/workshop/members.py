"""The team: who is in, as what, and invitations."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crowd.models import Campaign, Invitation, Membership, User
from crowd.models.campaigns import Role
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, mails, memberships
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

LINK = "invitation_link"  # in the session, from the press of the button to the page after it


@team.looking
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The team. POST invites someone."""
    if request.method == "POST":
        if not campaigns.may_manage(campaign=campaign, user=cast(User, request.user)):
            raise Http404
        return _invite(request, campaign)
    return _page(request, campaign, {})


def _page(
    request: TamisRequest, campaign: Campaign, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    found = memberships.members(campaign=campaign)
    context = {
        "tab": "team",
        "members": found,
        "owners": sum(each.role == Role.OWNER for each in found),
        "roles": Role.choices,
        "invitable": [(role.value, role.label) for role in memberships.INVITABLE],
        "invitations": memberships.invitations(campaign=campaign, now=timezone.now()),
        "link": request.session.pop(LINK, ""),
        "days": memberships.LASTS.days,
        **more,
    }
    return team.show(request, campaign, "workshop/members.html", context, status=status)


def _invite(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    email = request.POST.get("email", "")
    try:
        _made, secret = memberships.invite(
            campaign=campaign,
            role=request.POST.get("role", ""),
            by=cast(User, request.user),
            now=timezone.now(),
            email=email,
            for_several=request.POST.get("for") == "several",
        )
    except Problem as problem:
        more = {"problem": sentence(problem), "email": email}
        return _page(request, campaign, more, status=422)
    if email.strip() and mails.can_send():
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": email}
        )
        return _back(campaign)
    request.session[LINK] = settings.TAMIS_ORIGIN + reverse("invitation", args=[secret])
    return _back(campaign)


@team.managing
@require_POST
def revoke(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, campaign=campaign, pk=pk)
    memberships.revoke(invitation=found, by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("The invitation was taken back: its link leads nowhere now."))
    return _back(campaign)


@team.looking
@require_POST
def member(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Change someone's role, remove them, or leave oneself."""
    user = cast(User, request.user)
    found = Membership.objects.filter(campaign=campaign, pk=pk).select_related("user").first()
    if found is None:
        return _back(campaign)  # gone already: a second click
    leaves = found.user_id == user.pk and request.POST.get("do") == "leave"
    if not leaves and not campaigns.may_manage(campaign=campaign, user=user):
        raise Http404
    try:
        _do(request, found, user)
    except Problem as problem:
        messages.error(request, sentence(problem))
    if not campaigns.may_look(campaign=campaign, user=user):
        return redirects.SeeOther(reverse("home"))
    return _back(campaign)


def _do(request: TamisRequest, found: Membership, user: User) -> None:
    do, now = request.POST.get("do"), timezone.now()
    if do in {"leave", "remove"}:
        memberships.remove(membership=found, by=user, now=now)
        words = _("You have left the team.") if do == "leave" else _("%(whom)s left the team.")
        messages.success(request, words % {"whom": found.user})
    elif do == "role":
        memberships.change_role(
            membership=found, role=request.POST.get("role", ""), by=user, now=now
        )
        messages.success(request, _("The role was changed."))
    else:
        raise Http404


def _back(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:team", args=[campaign.slug]))

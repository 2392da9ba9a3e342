"""Webhooks: which servers the campaign tells what happens, and what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, User, Webhook, WebhookDelivery
from crowd.models.webhooks import EventKind
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import webhooks as verbs
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

SHOWN_ONCE = "webhook_secret"  # in the session, from the press of the button to the page after it
ON_A_PAGE = 25


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """All of them. POST adds one."""
    if request.method == "POST":
        return _add(request, campaign)
    return _list(request, campaign, {"chosen": EventKind.values})


def _list(
    request: TamisRequest, campaign: Campaign, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {
        "tab": "webhooks",
        "webhooks": verbs.of_campaign(campaign=campaign),
        "kinds": EventKind.choices,
        **more,
    }
    return team.show(request, campaign, "workshop/webhooks.html", context, status=status)


def _add(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    address, chosen = request.POST.get("address", "").strip(), request.POST.getlist("kinds")
    try:
        made, secret = verbs.make(
            campaign=campaign,
            address=address,
            kinds=chosen,
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        more = {"address": address, "chosen": chosen}
        if problem.code == "webhook_kinds":
            more["problem"] = _("Please choose at least one event.")
        else:
            more["problem"] = sentence(problem)
        return _list(request, campaign, more, status=422)
    request.session[SHOWN_ONCE] = secret
    return _back(made)


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One, with what it was told. POST changes it."""
    found = Webhook.objects.filter(campaign=campaign, pk=pk).select_related("campaign").first()
    if found is None:
        if request.method == "POST":
            return _to_all(campaign)  # gone already: a second click
        raise Http404
    if request.method == "POST":
        try:
            return _do(request, found, cast(User, request.user))
        except Problem as problem:
            messages.error(request, sentence(problem))
            return _back(found)
    told = WebhookDelivery.objects.shown().filter(webhook=found)
    context = {
        "tab": "webhooks",
        "webhook": found,
        "kinds": EventKind.choices,
        "secret": request.session.pop(SHOWN_ONCE, ""),
        "page": Paginator(told, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return team.show(request, campaign, "workshop/webhook.html", context)


def _do(request: TamisRequest, found: Webhook, by: User) -> HttpResponse:
    now, do = timezone.now(), request.POST.get("do")
    if do == "remove":
        verbs.remove(webhook=found, by=by, now=now)
        messages.success(request, _("The webhook was removed."))
        return _to_all(found.campaign)
    if do == "choose":
        verbs.choose(webhook=found, kinds=request.POST.getlist("kinds"), by=by, now=now)
        messages.success(request, _("Your choice was saved."))
    elif do == "stop":
        verbs.stop(webhook=found, by=by, now=now)
    elif do == "resume":
        verbs.go_on(webhook=found, by=by, now=now)
    elif do == "rotate":
        request.session[SHOWN_ONCE] = verbs.rotate(webhook=found, by=by, now=now)
    elif do == "test":
        verbs.ping(webhook=found, now=now)
        messages.info(request, _("A test is on its way. Load this page again to see its answer."))
    else:
        _replay(request, found)
    return _back(found)


def _replay(request: TamisRequest, found: Webhook) -> None:
    shown = WebhookDelivery.objects.shown().select_related("webhook__campaign")
    try:
        told = get_object_or_404(shown, webhook=found, event=request.POST.get("event"))
    except ValidationError:
        raise Http404 from None  # no id of ours
    verbs.replay(delivery=told, now=timezone.now())
    messages.info(request, _("It is sent once more, under the same id."))


def _back(found: Webhook) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:webhook", args=[found.campaign.slug, found.pk]))


def _to_all(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:webhooks", args=[campaign.slug]))

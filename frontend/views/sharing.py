"""What takes a campaign elsewhere: its social card, poster, QR code, widget and prepared texts."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crowd.models import Campaign
from crowd.services import progress
from crowd.services.progress import Progress
from frontend import passing_on
from frontend.printing import card, poster
from frontend.views.campaign import visible

KEPT_SECONDS = 300  # by browsers and crawlers; the numbers on a card may be that old


@require_safe
def share(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything one can pass on, on one page."""
    found = visible(request, slug)
    links = passing_on.links(
        address=_address(request, found),
        title=found.title,
        text=_post(request, found),
        instance=request.GET.get("instance", ""),
    )
    context = {
        "campaign": found,
        "address": links.address,
        "post": _post(request, found),
        "mail": links.mail,
        "qr": links.qr,
        "embed": _embed(request, found),
        "instance": links.instance,
        "instance_is_wrong": links.instance_is_wrong,
        "mastodon": links.mastodon,
    }
    return render(request, "pages/share.html", context)


@require_safe
def social_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture beside a link, in the campaign's language."""
    found = visible(request, slug)
    far = progress.of_campaign(found)
    with translation.override(found.language):
        drawn = card.draw(
            card.Card(
                title=found.title,
                status=_status(far),
                host=request.get_host(),
                settled=far.settled,
                contested=far.contested,
                set_aside=far.set_aside,
                open=max(0, far.open),
            )
        )
    return _kept(HttpResponse(drawn, content_type="image/png"), drawn)


@require_safe
def print_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster, in the campaign's language."""
    found = visible(request, slug)
    far = progress.of_campaign(found)
    with translation.override(found.language):
        until = ""
        if found.deadline and found.is_open:
            until = _("Until %(date)s") % {"date": date_format(found.deadline)}
        drawn = poster.draw(
            poster.Poster(
                title=found.title,
                problem=found.problem,
                solution=found.solution,
                call=_("Five minutes of yours help."),
                detail=_("Scan the code, read one document, answer. No account needed."),
                address=_address(request, found),
                until=until,
                counts=_counts(far),
            )
        )
    reply = HttpResponse(drawn, content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{found.slug}.pdf"'
    return _kept(reply, drawn)


@require_safe
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """The progress of a campaign for other sites' pages: one frame, no script, no cookie."""
    found = visible(request, slug)
    with translation.override(found.language):
        context = {
            "campaign": found,
            "progress": progress.of_campaign(found),
            "address": _address(request, found),
        }
        reply = render(request, "pages/widget.html", context)
    reply["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors *"
    )
    return reply


def _address(request: HttpRequest, campaign: Campaign) -> str:
    return request.build_absolute_uri(reverse("campaign", args=[campaign.slug]))


def _embed(request: HttpRequest, campaign: Campaign) -> str:
    return format_html(
        '<iframe src="{}" title="{}" width="340" height="280" loading="lazy"></iframe>',
        request.build_absolute_uri(reverse("widget", args=[campaign.slug])),
        campaign.title,
    )


def _post(request: HttpRequest, campaign: Campaign) -> str:
    """A short text one can send as it is, in the campaign's language."""
    with translation.override(campaign.language):
        call = _("Five minutes of yours help: no account needed.")
        return f"{campaign.title}\n\n{call}\n{_address(request, campaign)}"


def _status(far: Progress) -> str:
    done = ngettext(
        "{settled} of {total} excerpt confirmed",
        "{settled} of {total} excerpts confirmed",
        far.total,
    )
    return done.format(settled=far.settled, total=far.total)


def _counts(far: Progress) -> dict[str, int]:
    return {
        "settled": far.settled,
        "contested": far.contested,
        "set-aside": far.set_aside,
        "open": max(0, far.open),
    }


def _kept(reply: HttpResponse, content: bytes) -> HttpResponse:
    """Let browsers and crawlers keep it for a while; a draft stays with its team."""
    reply["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    reply["Cache-Control"] = f"private, max-age={0 if settings.DEBUG else KEPT_SECONDS}"
    return reply

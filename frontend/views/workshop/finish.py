"""From the last answers to a finished campaign: review, close, publish, tell, keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Snapshot, User
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns, progress, review_queue, snapshots
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One stage of the end: its page, and whether it is behind us."""

    key: str
    name: Any
    about: Any
    url: str
    done: bool


@team.looking
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The path to the end. POST has the data written down."""
    user = cast(User, request.user)
    if request.method == "POST":
        if not campaigns.may_edit(campaign=campaign, user=user):
            raise PermissionDenied
        snapshots.ask(campaign=campaign, user=user, now=timezone.now())
        messages.info(request, _("The data are being written down. It takes a minute or so."))
        return redirects.SeeOther(reverse("workshop:finish", args=[campaign.slug]) + "#data")
    newest = campaign.snapshots.prefetch_related("files").first()
    waiting = sum(review_queue.counts(campaign=campaign).values())
    legs = _path(campaign, waiting, newest)
    undone = [leg for leg in legs if not leg.done]
    context = {
        "tab": "finish",
        "legs": legs,
        "next_leg": undone[0] if undone else None,
        "waiting": waiting,
        "progress": progress.of_campaign(campaign),
        "newest": newest,
        "archive": _archive(campaign, newest),
        "is_old": _is_old(campaign, newest),
        "how_far": snapshots.how_far(newest) if newest else 0,
    }
    return team.show(request, campaign, "workshop/finish.html", context)


def _path(campaign: Campaign, waiting: int, newest: Snapshot | None) -> list[Leg]:
    closed = campaign.state == CampaignState.CLOSED.value
    written = newest is not None and newest.state == "ready" and not _is_old(campaign, newest)
    return [
        Leg(
            key="review",
            name=gettext_lazy("Decide what is left"),
            about=gettext_lazy("What people could not agree on, objected to or reported."),
            url="workshop:review",
            done=not waiting and campaign.state != CampaignState.DRAFT.value,
        ),
        Leg(
            key="close",
            name=gettext_lazy("Close the campaign"),
            about=gettext_lazy("Nobody is asked any more; what was kept back is published."),
            url="workshop:course",
            done=closed,
        ),
        Leg(
            key="data",
            name=gettext_lazy("Publish the data, keep the archive"),
            about=gettext_lazy(
                "All formats with their proof, under an address that stays; and the whole campaign"
                " as a small website in one file, for a USB stick or any web host."
            ),
            url="data",
            done=closed and written,
        ),
        Leg(
            key="outcome",
            name=gettext_lazy("Tell what came of it"),
            about=gettext_lazy("People who gave their evenings want to know."),
            url="workshop:outcome",
            done=bool(campaign.outcome),
        ),
    ]


def _is_old(campaign: Campaign, newest: Snapshot | None) -> bool:
    """Whether it was taken before the campaign closed: what was kept back is not in it."""
    if newest is None or newest.taken_at is None or campaign.closed_at is None:
        return False
    return newest.taken_at < campaign.closed_at


def _archive(campaign: Campaign, newest: Snapshot | None) -> dict[str, Any] | None:
    """The newest archive: its address and size. None while there is none to give."""
    if newest is None or newest.state != "ready" or snapshots.is_withdrawn(newest):
        return None
    site = next((each for each in newest.files.all() if each.format == "site"), None)
    if site is None:
        return None
    place = reverse("api:snapshot-file", args=[campaign.slug, newest.key, "site"])
    return {"address": place, "byte_size": site.byte_size, "key": newest.key}

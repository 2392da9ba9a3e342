"""What waits in the review queue and is no micro-task: reports, bad cuts, finds."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, User
from crowd.services import cuts, finds, reports, review_queue
from crowd.services.review_queue import Item, Source
from frontend.views.workshop import team
from frontend.views.workshop.review import SOURCES, to_next
from frontend.visitor import TamisRequest

KINDS = {each.value: each for each in (Source.REPORT, Source.CUT, Source.FIND)}


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def review_other(request: TamisRequest, campaign: Campaign, kind: str, pk: int) -> HttpResponse:
    """One of them, and its decision; then the next of the queue, whatever that is."""
    source, user = KINDS.get(kind), cast(User, request.user)
    if source is None:
        raise Http404
    name = f"{kind}-{pk}"
    waiting = review_queue.items(campaign=campaign, source=source)
    item = next((each for each in waiting if each.pk == pk), None)
    if item is None:  # decided meanwhile, perhaps by a colleague
        if request.method == "POST":
            messages.warning(request, _("Someone else has decided this one."))
        return to_next(request, campaign, name)
    if request.method == "POST":
        messages.success(request, _decided(item, request.POST.get("do", ""), user))
        review_queue.let_go(name=name)
        return to_next(request, campaign, name)
    review_queue.claim(name=name, user=user)
    context: dict[str, Any] = {
        "tab": "review",
        "item": item,
        "excerpt": item.excerpt,
        "why": SOURCES[source],
        "taken": review_queue.holder(name=name) not in {None, user.pk},
    }
    return team.show(request, campaign, "workshop/review_other.html", context)


def _decided(item: Item, do: str, user: User) -> str:
    """Do it, and say what was done."""
    now = timezone.now()
    if item.report is not None and do == "dismiss":
        reports.dismiss(report=item.report, by=user, now=now)
        return _("The excerpt is shown again.")
    if item.report is not None and do == "uphold":
        reports.uphold(report=item.report, by=user, now=now)
        return _("The excerpt stays hidden.")
    if item.find is not None and do in {"show", "hide"}:
        finds.decide(find=item.find, show=do == "show", by=user, now=now)
        return _("The find is on the campaign’s page.") if do == "show" else _("Not shown.")
    if item.source is Source.CUT and do == "keep":
        cuts.keep(excerpt=item.excerpt, by=user, now=now)
        return _("The cut stays as it is, and is asked about again.")
    raise Http404

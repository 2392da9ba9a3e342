"""What moderators do about words, on a campaign's pages and on those of the site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crowd.models import Campaign, User
from crowd.models.complaints import About
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import complaints

MOST_NAMES = 50


def context(*, campaign: Campaign | None) -> dict[str, Any]:
    """What `parts/matters.html` needs: complaints, and the names that stand on boards now."""
    return {
        "matters": complaints.waiting(campaign=campaign),
        "board_names": complaints.on_boards(campaign=campaign, most=MOST_NAMES),
    }


def decide(request: HttpRequest, *, campaign: Campaign | None, by: User) -> None:
    """Do what the form says about one name, team, find or comment.

    Raises:
        Http404: it names nothing that this moderator may decide.
    """
    now = timezone.now()
    subject = _subject(request, campaign)
    if request.POST.get("do") == "dismiss":
        complaints.dismiss(subject=subject, by=by, now=now)
        messages.info(request, _("It stays as it is."))
        return
    try:
        complaints.uphold(
            subject=subject,
            by=by,
            campaign=campaign,
            name=request.POST.get("name", "") if request.POST.get("do") == "rename" else "",
            now=now,
        )
    except Problem as problem:
        messages.error(request, sentence(problem))
    else:
        messages.success(request, _("Done: nobody sees it any more."))


def _subject(request: HttpRequest, campaign: Campaign | None) -> complaints.Words:
    about, pk = request.POST.get("about", ""), request.POST.get("subject", "")
    if about not in About.values or not pk.isdecimal() or len(pk) > 18:
        raise Http404
    found = complaints.to_decide(about=About(about), subject_id=int(pk), campaign=campaign)
    if found is None:
        raise Http404
    return found

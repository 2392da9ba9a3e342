"""What looks odd in a campaign's answers: for its campaigners, who decide what becomes of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Flag, User
from crowd.services import agreement, reviews
from crowd.services import flags as services
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def flags(request: TamisRequest, slug: str) -> HttpResponse:
    """The flags of a campaign; POST restores a person's answers, or holds them out again."""
    campaign = visible(request, slug)
    user = request.user if request.user.is_authenticated else None
    if user is None or not reviews.may_review(campaign=campaign, user=user):
        raise Http404  # as if there were nothing: flags are never public
    if request.method == "POST":
        return _decide(request, campaign, user)
    context = {
        "tab": "flags",
        "suspicions": services.of_campaign(campaign),
        "agreement": agreement.of_campaign(campaign),
    }
    return team.show(request, campaign, "workshop/flags.html", context)


def _decide(request: TamisRequest, campaign: Campaign, user: User) -> HttpResponse:
    try:
        flag = get_object_or_404(Flag, campaign=campaign, pk=int(request.POST.get("flag", "")))
    except ValueError:
        raise Http404 from None
    now = timezone.now()
    if request.POST.get("do") == "hold":
        services.hold_again(flag=flag, by=user, now=now)
        messages.info(request, _("These answers are held out again."))
    else:
        services.restore(flag=flag, by=user, now=now)
        messages.info(request, _("These answers decide again, like everybody’s."))
    return redirects.SeeOther(request.path)

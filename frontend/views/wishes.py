"""What I want to be given: languages, handwriting, sensitive topics."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign
from crowd.services import leases, wishes
from frontend.views import redirects
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: TamisRequest) -> HttpResponse:
    """GET shows the choices; POST keeps them for this browser, or this account."""
    if request.method == "POST":
        return _choose(request)
    contributor = request.visitor.contributor
    reads = set(contributor.reads.split(",")) - {""} if contributor else set()
    languages = [
        {"code": code, "name": _name(code), "checked": not reads or code in reads}
        for code in _languages()
    ]
    context = {
        "contributor": contributor,
        "languages": languages,
        "next": request.GET.get("next", ""),
    }
    return render(request, "pages/wishes.html", context)


def _choose(request: TamisRequest) -> HttpResponse:
    now = timezone.now()
    contributor = request.visitor.take_part(now=now)
    reads = set(request.POST.getlist("reads"))
    wishes.choose(
        contributor=contributor,
        reads=() if reads >= set(_languages()) else reads,
        no_handwriting="handwriting" not in request.POST,
        no_sensitive="sensitive" not in request.POST,
    )
    for held in wishes.unwanted_of(contributor=contributor):
        leases.give_back(assignment=held, now=now)
    messages.success(request, _("Kept. From now on you are given what you chose."))
    return redirects.SeeOther(redirects.back(request))


def _languages() -> list[str]:
    """Those of the campaigns there are, and of the pages."""
    used = Campaign.objects.visible().order_by().values_list("language", flat=True).distinct()
    return sorted({*used, *(code for code, _name_ in settings.LANGUAGES)})


def _name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code

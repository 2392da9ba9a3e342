"""A try-out as the team sees it: its link, who is how far, where they disagreed."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Tryout, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, tryout_reports, tryouts
from frontend import wording
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.looking
@require_http_methods(["GET", "HEAD", "POST"])
def tryout(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The latest try-out. POST begins one, or ends it."""
    user = cast(User, request.user)
    if request.method == "POST":
        if not campaigns.may_edit(campaign=campaign, user=user):
            raise PermissionDenied
        _do(request, campaign, user)
        return redirects.SeeOther(reverse("workshop:tryout", args=[campaign.slug]))
    found = campaign.tryouts.first()
    report = tryout_reports.report(tryout=found) if found else None
    context = {
        "tab": "tryout",
        "tryout": found,
        "link": settings.TAMIS_ORIGIN + reverse("try", args=[found.token]) if found else "",
        "report": report,
        "fared": [(each, _told(each)) for each in report.questions] if report else [],
        "excerpts": found.excerpts.count() if found else tryouts.EXCERPTS,
    }
    return team.show(request, campaign, "workshop/tryout.html", context)


def _do(request: TamisRequest, campaign: Campaign, user: User) -> None:
    do, now = request.POST.get("do"), timezone.now()
    try:
        if do == "begin":
            tryouts.begin(campaign=campaign, by=user, now=now)
        elif do == "end":
            for each in Tryout.objects.filter(campaign=campaign, ended_at=None):
                tryouts.end(tryout=each, by=user, now=now)
        else:
            raise Http404
    except Problem as problem:
        messages.error(request, sentence(problem))


def _told(
    fared: tryout_reports.QuestionReport,
) -> list[tuple[tryout_reports.Disagreement, list[tuple[str, str]]]]:
    """The disagreements, each with letter and words."""
    return [
        (each, [(who, wording.words(fared.question, value)) for who, value in each.said.items()])
        for each in fared.disagreements
    ]

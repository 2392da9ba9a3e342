"""A page that fits no template, placed by hand: the same box drawn on both tells how it lies."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Excerpt, PageMatch
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import layouts
from crowd.services import placing as verbs
from frontend import zone_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

FIRST = (0.1, 0.1, 0.9, 0.9)  # the box one begins with, in fractions of the page


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Draw one box on the template and on this page. POST takes both."""
    found = PageMatch.objects.select_related("document__layout__reference")
    match = get_object_or_404(found, document__campaign=campaign, pk=pk)
    page = layouts.page_excerpt(document=match.document, page=match.page)
    if match.document.layout is None or page is None:
        raise Http404
    templates = layouts.drawable(layout=match.document.layout)
    template = _template(request, templates)
    rows = [zone_form.row_of(key, zone_form.typed(FIRST)) for key in ("1", "2")]
    status = 200
    if request.method == "POST":
        rows = [zone_form.box_of_post(request.POST, key) for key in ("1", "2")]
        if _placed(match, template, rows):
            messages.success(request, _("The page was placed. It is being cut."))
            return redirects.SeeOther(reverse("workshop:layouts", args=[campaign.slug]))
        status = 422
    sides = [("template", template, rows[0]), ("this", page, rows[1])]
    context = {
        "tab": "layouts",
        "match": match,
        "templates": templates,
        "template": template,
        "sides": [{"key": key, "page": shown, "row": row} for key, shown, row in sides],
    }
    return team.show(request, campaign, "workshop/place.html", context, status=status)


def _template(request: TamisRequest, templates: list[Excerpt]) -> Excerpt:
    if not templates:
        raise Http404
    asked = request.GET.get("page")
    return next((each for each in templates if str(each.position) == asked), templates[0])


def _placed(match: PageMatch, template: Excerpt, rows: list[zone_form.ZoneRow]) -> bool:
    """Whether the two boxes could be taken; if not, the rows say why."""
    there, here = (row.box for row in rows)
    if there is None or here is None:
        rows[0].problems = [_("Write the four places as numbers from 0 to 100.")]
        return False
    points = [(there[:2], here[:2]), (there[2:], here[2:])]  # two corners of each
    try:
        verbs.place(match=match, reference_page=template.position, points=points)
    except Problem as problem:
        rows[0].problems = [sentence(problem)]
        return False
    return True

"""Placing: pages that could not be registered are laid on their template by hand, or left out."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from crowd.models import Campaign, Document, Excerpt, Layout, PageMatch
from crowd.models.layouts import MatchState
from crowd.rules.problems import Problem
from crowd.rules.zones import boxes
from crowd.services import cuttings, layouts


def unmatched(*, campaign: Campaign) -> QuerySet[PageMatch]:
    """Pages that could not be registered: nothing is cut from them until someone helps."""
    found = PageMatch.objects.filter(
        document__campaign=campaign,
        state=MatchState.UNMATCHED.value,
        document__layout__isnull=False,
    )
    return found.select_related("document__layout").order_by("document_id", "page")


def place(
    *,
    match: PageMatch,
    reference_page: int,
    points: Sequence[tuple[Sequence[float], Sequence[float]]],
) -> None:
    """Say by hand how a page lies: two places of the template, and the same two on the page.

    Args:
        points: two pairs; each place is x, y as fractions of its page. The farther apart, the
            better.

    Raises:
        Problem: `layout_page_unknown`, `points_unreadable`.
    """
    layout = match.document.layout
    if layout is None or reference_page not in layouts.template_pages(layout=layout):
        raise Problem("layout_page_unknown", page=reference_page)
    template = layouts.page_excerpt(document=layout.reference, page=reference_page)
    page = layouts.page_excerpt(document=match.document, page=match.page)
    if template is None or page is None:
        raise Problem("layout_page_unknown", page=reference_page)
    try:
        pairs = [
            (_in_widths(one, template), _in_widths(other, page)) for one, other in _two(points)
        ]
        match.matrix = boxes.similarity(pairs).tolist()
    except (ValueError, TypeError):
        raise Problem("points_unreadable") from None
    match.state, match.reference_page = MatchState.BY_HAND.value, reference_page
    match.score = None
    _settle(match, layout)


def ignore(*, match: PageMatch) -> None:
    """Nothing is to be cut from this page."""
    match.state, match.reference_page = MatchState.IGNORED.value, None
    match.matrix, match.score = None, None
    if match.document.layout is not None:
        _settle(match, match.document.layout)


def _settle(match: PageMatch, layout: Layout) -> None:
    with transaction.atomic():
        match.save()
        cuttings.again(documents=Document.objects.filter(pk=match.document_id), layout=layout)


def _two(
    points: Sequence[tuple[Sequence[float], Sequence[float]]],
) -> Sequence[tuple[Sequence[float], Sequence[float]]]:
    if len(points) != 2:
        raise ValueError("two pairs are needed")
    return points


def _in_widths(place: Sequence[float], page: Excerpt) -> tuple[float, float]:
    x, y = place
    if not (0 <= float(x) <= 1 and 0 <= float(y) <= 1):
        raise ValueError("outside the page")
    return float(x), float(y) * (page.height or 1) / (page.width or 1)

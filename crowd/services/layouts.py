"""Layouts: what a campaigner does with the groups that documents fall into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from crowd import later
from crowd.models import Campaign, Cutting, Document, Excerpt, Layout, PageMatch, Zone
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import CuttingState, MatchState
from crowd.rules.problems import Problem
from crowd.rules.zones import boxes
from crowd.services import cuttings, fitting, grouping

LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class LayoutSummary:
    """A layout and how far it is.

    Attributes:
        documents: that have it.
        pages: of the reference document that zones can be drawn on; other pages repeat these.
        zones, masks: drawn now.
        unmatched: pages that could not be registered and wait for someone.
        waiting, cut, failed: documents, once the zones are applied.
        kept: excerpts that stayed as they were because people have answered them.
    """

    layout: Layout
    documents: int
    pages: list[int]
    zones: int
    masks: int
    unmatched: int
    waiting: int
    cut: int
    failed: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class GroupingProgress:
    """How far a campaign's documents have found their layout.

    Attributes:
        known: with pages, or with pages to come.
        grouped: those that have found it.
        coming: those whose pages are still being drawn; they are grouped without being asked.
    """

    known: int
    grouped: int
    coming: int


def of_campaign(*, campaign: Campaign) -> list[LayoutSummary]:
    """The layouts of a campaign, those of most documents first."""
    found = Layout.objects.filter(campaign=campaign).select_related("reference")
    counted = found.annotate(size=Count("documents", distinct=True)).order_by("-size", "pk")
    return [summary(layout=layout) for layout in counted]


def summary(*, layout: Layout) -> LayoutSummary:
    """One layout and how far it is."""
    zones = layout.zones.drawn()
    cuttings = Cutting.objects.filter(layout=layout, document__layout=layout)
    counts = cuttings.aggregate(
        waiting=Count("pk", filter=Q(state=CuttingState.WAITING.value)),
        cut=Count("pk", filter=Q(state=CuttingState.CUT.value)),
        failed=Count("pk", filter=Q(state=CuttingState.FAILED.value)),
        kept=Sum("kept", default=0),
    )
    waits = PageMatch.objects.filter(
        document__layout=layout, state__in=[MatchState.UNMATCHED.value, MatchState.NEW.value]
    )
    return LayoutSummary(
        layout=layout,
        documents=layout.documents.count(),
        pages=_template_pages(layout),
        zones=zones.filter(mask=False).count(),
        masks=zones.filter(mask=True).count(),
        unmatched=waits.count(),
        **counts,
    )


def progress(*, campaign: Campaign) -> GroupingProgress:
    """How many of a campaign's documents have found their layout."""
    # Coming first: one whose pages are ready between the two is counted twice, not forgotten.
    coming = grouping.coming(campaign_id=campaign.pk).count()
    waiting = grouping.ungrouped(campaign_id=campaign.pk).count()
    grouped = Document.objects.filter(campaign=campaign).exclude(layout=None).count()
    return GroupingProgress(known=grouped + waiting + coming, grouped=grouped, coming=coming)


def group(*, campaign: Campaign) -> None:
    """Have the documents that have no layout yet grouped by how they look, by a worker."""
    with transaction.atomic():
        grouping.soon(campaign=campaign)


def drawable(*, layout: Layout) -> list[Excerpt]:
    """The pages of the reference document that zones can be drawn on, in order."""
    pages = layout.reference.excerpts.filter(
        kind=ExcerptKind.PAGE, position__in=_template_pages(layout)
    )
    return list(pages.exclude(image_key="").order_by("position"))


def page_excerpt(*, document: Document, page: int) -> Excerpt | None:
    """The excerpt that shows a whole page of a document."""
    return document.excerpts.filter(kind=ExcerptKind.PAGE, position=page).first()


def rename(*, layout: Layout, name: str) -> None:
    """Call a layout by another name.

    Raises:
        Problem: `layout_name`.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Problem("layout_name", most=LONGEST_NAME)
    layout.name = name
    layout.save(update_fields=["name"])


def merge(*, layout: Layout, into: Layout) -> None:
    """Put all documents of a layout into another one, and drop it with its zones.

    A worker registers their pages to the other's templates; those that do not fit wait.

    Raises:
        Problem: `layout_elsewhere`: they are of two campaigns, or the same.
    """
    if layout.campaign_id != into.campaign_id or layout.pk == into.pk:
        raise Problem("layout_elsewhere")
    with transaction.atomic():
        # Rival: a worker putting one more document into it.
        list(Layout.objects.select_for_update().filter(pk__in=[layout.pk, into.pk]).order_by("pk"))
        _register_anew(layout.documents.all(), into)
        layout.delete()


def move(*, document: Document, layout: Layout | None, now: datetime) -> Layout:
    """Put a document into another layout, or (None) make it the reference of its own.

    Raises:
        Problem: `layout_elsewhere`; `layout_reference`: others are measured by this document.
    """
    if layout is not None and layout.campaign_id != document.campaign_id:
        raise Problem("layout_elsewhere")
    with transaction.atomic():
        held = Document.objects.select_for_update().get(pk=document.pk)
        own = Layout.objects.filter(reference=held).first()
        if own is not None and own == layout:
            return own
        if own is not None and own.documents.exclude(pk=held.pk).exists():
            raise Problem("layout_reference", name=held.name)
        if own is not None and layout is not None:
            _register_anew(Document.objects.filter(pk=held.pk), layout)
            own.delete()
            return layout
        if layout is None:
            return own or grouping.found(document=held, now=now)
        _register_anew(Document.objects.filter(pk=held.pk), layout)
        return layout


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
    if layout is None or reference_page not in _template_pages(layout):
        raise Problem("layout_page_unknown", page=reference_page)
    template = page_excerpt(document=layout.reference, page=reference_page)
    page = page_excerpt(document=match.document, page=match.page)
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


def _template_pages(layout: Layout) -> list[int]:
    templates = fitting.templates_of(campaign_id=layout.campaign_id, layout=layout)
    return sorted(template.page for template in templates)


def _register_anew(documents: QuerySet[Document], layout: Layout) -> None:
    ids = list(documents.values_list("pk", flat=True))
    Document.objects.filter(pk__in=ids).update(layout=layout)
    PageMatch.objects.filter(document__in=ids).update(
        state=MatchState.NEW.value, reference_page=None, matrix=None, score=None
    )
    Cutting.objects.filter(document__in=ids).delete()
    for document_id in ids:
        later.after_commit("tasks.layouts.register", queue="documents", document_id=document_id)


def zone_of(*, layout: Layout, zone_id: int) -> Zone:
    """One zone that is drawn on a layout.

    Raises:
        Zone.DoesNotExist: unknown, or taken off.
    """
    return layout.zones.drawn().get(pk=zone_id)

"""Grouping: each document finds the layout it has, or begins one of its own.

One document after the other, in the order they came, by one worker a campaign: so the same
documents make the same groups. A document that fits none is the reference of a new layout; its
templates are those of its pages that look like no page before them.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from crowd import later
from crowd.models import Campaign, Cutting, Document, Excerpt, Layout, PageMatch
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import MatchState
from crowd.rules.lifecycle import DocumentState
from crowd.rules.splitting.plans import By
from crowd.rules.zones import grouping
from crowd.rules.zones.grouping import Fit
from crowd.services import cuttings, fitting, leaves
from crowd.services.holds import hold

logger = logging.getLogger(__name__)

GROUP = "tasks.layouts.group"


def ungrouped(*, campaign_id: int) -> QuerySet[Document]:
    """Documents with pages that have no layout yet."""
    pages = Excerpt.objects.filter(document=OuterRef("pk"), kind=ExcerptKind.PAGE)
    found = Document.objects.filter(
        campaign=campaign_id, state=DocumentState.SPLIT.value, layout=None
    )
    return found.filter(Exists(pages.exclude(image_key=""))).order_by("pk")


def coming(*, campaign_id: int) -> QuerySet[Document]:
    """Documents to be cut by zones whose pages are still being drawn; they are grouped then."""
    drawn = Document.objects.unfinished().filter(splitting__by=By.ZONES.value)
    return drawn.filter(campaign=campaign_id, layout=None)


def run(*, campaign_id: int, now: datetime) -> int:
    """Group all documents of a campaign that are not yet; safe to be killed and run again.

    Returns:
        How many found their layout; 0 when another worker is at it.
    """
    grouped, failed = 0, set[int]()
    with hold("grouping", campaign_id) as mine:
        while mine:
            document = ungrouped(campaign_id=campaign_id).exclude(pk__in=failed).first()
            if document is None:
                break
            try:
                place(document=document, now=now)
                grouped += 1
            except Exception:
                logger.exception("Document %s can't be grouped", document.pk)
                failed.add(document.pk)
    return grouped


def fit(*, document_id: int, now: datetime) -> None:
    """A document has come: group what is not grouped of its campaign."""
    document = Document.objects.filter(pk=document_id, layout=None).first()
    if document is not None:
        run(campaign_id=document.campaign_id, now=now)


def register(*, document_id: int, now: datetime) -> None:
    """Register the pages of a document to the layout someone put it into."""
    unregistered = Document.objects.filter(pk=document_id, matches__state=MatchState.NEW.value)
    document = unregistered.select_related("layout").distinct().first()
    if document is not None and document.layout is not None:
        place(document=document, into=document.layout, now=now)


def resume(*, now: datetime) -> None:
    """Go on with what a dead worker or a lost message left."""
    new = PageMatch.objects.filter(state=MatchState.NEW.value, document__layout__isnull=False)
    for document_id in new.order_by("document_id").values_list("document", flat=True).distinct():
        register(document_id=document_id, now=now)
    waiting = Document.objects.filter(
        layout=None, state=DocumentState.SPLIT.value, splitting__by=By.ZONES.value
    )
    for campaign_id in waiting.order_by("campaign").values_list("campaign", flat=True).distinct():
        run(campaign_id=campaign_id, now=now)


def place(*, document: Document, now: datetime, into: Layout | None = None) -> None:
    """Find the layout of one document, and how its pages lie on the templates.

    Args:
        into: the layout someone chose for it; pages that do not fit are said so.
    """
    templates = fitting.templates_of(campaign_id=document.campaign_id, layout=into)
    pages = list(leaves.of(document=document))
    fits = fitting.fits(pages=pages, templates=templates, sure_of=into.pk if into else None)
    chosen = into.pk if into else grouping.choose(fits)
    with transaction.atomic():
        # Rival: someone moving the document by hand at this moment.
        held = Document.objects.select_for_update().get(pk=document.pk)
        if into is None and held.layout_id is not None:
            return
        layout = Layout.objects.get(pk=chosen) if chosen else _founded(held, now=now)
        found = fits[chosen] if chosen else fitting.on_itself(pages=pages)
        PageMatch.objects.filter(document=held).delete()
        PageMatch.objects.bulk_create([_match(held, fit) for fit in found])
        held.layout = layout
        held.save(update_fields=["layout"])
        cuttings.again(documents=Document.objects.filter(pk=held.pk), layout=layout)


def found(*, document: Document, now: datetime) -> Layout:
    """Make a document the reference of a new layout, in the caller's transaction."""
    layout = _founded(document, now=now)
    own = fitting.on_itself(pages=list(leaves.of(document=document)))
    PageMatch.objects.filter(document=document).delete()
    PageMatch.objects.bulk_create([_match(document, fit) for fit in own])
    Cutting.objects.filter(document=document).delete()
    document.layout = layout
    document.save(update_fields=["layout"])
    return layout


def _founded(document: Document, *, now: datetime) -> Layout:
    number = Layout.objects.filter(campaign=document.campaign_id).count() + 1
    with translation.override(document.campaign.language):
        name = _("Layout %(number)s") % {"number": number}
    return Layout.objects.create(
        campaign_id=document.campaign_id, name=name, reference=document, made_at=now
    )


def _match(document: Document, fit: Fit) -> PageMatch:
    state = MatchState.BLANK if fit.is_blank else MatchState.UNMATCHED
    return PageMatch(
        document=document,
        page=fit.page,
        look=fit.look,
        state=(MatchState.MATCHED if fit.is_found else state).value,
        reference_page=fit.template_page,
        matrix=fit.matrix.tolist() if fit.matrix is not None else None,
        score=fit.score,
    )


def soon(*, campaign: Campaign) -> None:
    """After commit, group what is not grouped."""
    later.after_commit(GROUP, queue="documents", campaign_id=campaign.pk)

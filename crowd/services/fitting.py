"""Fitting: how the pages of a document lie on the templates of layouts, or on its own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from crowd.models import Excerpt, Layout, PageMatch
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import MatchState
from crowd.rules.zones import boxes, grouping, prints, registering
from crowd.rules.zones.grouping import Fit, Template
from crowd.services import leaves

ON_TEMPLATE = (MatchState.MATCHED.value, MatchState.BY_HAND.value)


def templates_of(*, campaign_id: int, layout: Layout | None = None) -> list[Template]:
    """The template pages of a campaign's layouts, or of one."""
    found = PageMatch.objects.filter(
        document__reference_of__isnull=False,
        document__campaign=campaign_id,
        state__in=ON_TEMPLATE,
    )
    if layout is not None:
        found = found.filter(document=layout.reference_id)
    rows = found.order_by("document_id", "page").values_list(
        "document__reference_of", "page", "reference_page", "look"
    )
    return [
        Template(layout_id=layout_id, page=page, look=bytes(look))
        for layout_id, page, reference_page, look in rows
        if page == reference_page
    ]


def fits(
    *, pages: Sequence[Excerpt], templates: Sequence[Template], sure_of: int | None
) -> dict[int, list[Fit]]:
    """How a document's pages lie on templates.

    Args:
        pages: in their order.
        templates: of all layouts that may be its own.
        sure_of: a layout that is among the results even when nothing fits it.

    Returns:
        Layout → how each page lies on the best of its templates.
    """
    layout_ids = sorted({template.layout_id for template in templates} | {sure_of or 0} - {0})
    found: dict[int, list[Fit]] = {layout_id: [] for layout_id in layout_ids}
    votes: dict[int, int] = defaultdict(int)
    shown = _reference_pages(templates)
    for page in pages:
        print_ = leaves.print_of(page)
        plain = Fit(page=page.position, look=prints.look(print_), is_blank=print_.is_blank)
        best = {} if plain.is_blank else _best(plain, print_, templates, shown, _leader(votes))
        for layout_id in layout_ids:
            found[layout_id].append(best.get(layout_id, plain))
        for layout_id in best:
            votes[layout_id] += 1
    return found


def _best(
    plain: Fit,
    page: prints.Print,
    templates: Sequence[Template],
    shown: Mapping[tuple[int, int], Excerpt],
    leader: int | None,
) -> dict[int, Fit]:
    """Layout → how a page lies on the best of its templates, for those it fits at all."""
    best: dict[int, Fit] = {}
    for template in grouping.shortlist(
        look=plain.look, page=plain.page, templates=templates, leader=leader
    ):
        fit = _registered(plain, page, shown[template.layout_id, template.page], template)
        if fit is None:
            continue
        if template.layout_id not in best or _score(fit) > _score(best[template.layout_id]):
            best[template.layout_id] = fit
        if template.layout_id == leader and _score(fit) >= grouping.SURE:
            break  # pages before this one have told it from all others
    return best


def _leader(votes: Mapping[int, int]) -> int | None:
    """The layout that fits more pages than any other so far."""
    ranked = sorted(votes, key=lambda each: -votes[each])
    alone = len(ranked) == 1 or (len(ranked) > 1 and votes[ranked[0]] > votes[ranked[1]])
    return ranked[0] if alone else None


def _registered(
    plain: Fit, page: prints.Print, reference: Excerpt, template: Template
) -> Fit | None:
    found = registering.register(template=leaves.print_of(reference), page=page)
    if found is None or found.score < grouping.FITS:
        return None
    return Fit(
        page=plain.page,
        look=plain.look,
        template_page=template.page,
        matrix=found.matrix,
        score=found.score,
    )


def _score(fit: Fit) -> float:
    return fit.score or 0.0


def _reference_pages(templates: Sequence[Template]) -> dict[tuple[int, int], Excerpt]:
    """(layout, page) → the page excerpt the template is."""
    references = dict(
        Layout.objects.filter(pk__in={each.layout_id for each in templates}).values_list(
            "reference_id", "pk"
        )
    )
    pages = Excerpt.objects.filter(document__in=references, kind=ExcerptKind.PAGE)
    return {(references[page.document_id], page.position): page for page in pages}


def on_itself(*, pages: Sequence[Excerpt]) -> list[Fit]:
    """The pages of a reference: each is a template, or repeats one before it."""
    found: list[Fit] = []
    own: list[Template] = []
    by_page = {page.position: page for page in pages}
    for page in pages:
        print_ = leaves.print_of(page)
        fit = Fit(page=page.position, look=prints.look(print_), is_blank=print_.is_blank)
        if not fit.is_blank:
            near = grouping.shortlist(look=fit.look, page=page.position, templates=own, leader=None)
            repeats = (_registered(fit, print_, by_page[each.page], each) for each in near)
            sure = (each for each in repeats if each and _score(each) >= grouping.REPEATS)
            again = max(sure, key=_score, default=None)
            fit = again or _template(fit)
            if again is None:
                own.append(Template(layout_id=0, page=fit.page, look=fit.look))
        found.append(fit)
    return found


def _template(fit: Fit) -> Fit:
    return Fit(
        page=fit.page, look=fit.look, template_page=fit.page, matrix=boxes.IDENTITY, score=1.0
    )

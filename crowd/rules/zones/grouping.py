"""Grouping: which layout a document has, from how its pages register to the layouts' templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crowd.rules.zones import prints
from crowd.rules.zones.boxes import Matrix

# Agreement from which a page is of a template. Measured on the generated forms (`make bench-zones`,
# docs/performance.md): scans of the same page have 0.8 and more, of other pages 0.6 at most.
FITS = 0.65
SURE = 0.93  # agreement from which no other template is looked at
REPEATS = 0.9  # agreement from which a page of the reference repeats one before it
SHORTLIST = 3  # templates registered to, for one page; looks choose them
MAJORITY = 0.5  # of a document's pages: more than that must fit


@dataclass(frozen=True, kw_only=True)
class Template:
    """One page of a layout's reference document, as the shortlist knows it."""

    layout_id: int
    page: int
    look: bytes


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How one page of a document lies on the template that suits it best.

    Attributes:
        template_page: None when none suits it, or when the page is blank.
        matrix: template → page, in widths.
    """

    page: int
    look: bytes
    is_blank: bool = False
    template_page: int | None = None
    matrix: Matrix | None = None
    score: float | None = None

    @property
    def is_found(self) -> bool:
        return self.template_page is not None


def shortlist(
    *, look: bytes, page: int, templates: Sequence[Template], leader: int | None
) -> list[Template]:
    """The templates worth registering a page to, the likeliest first.

    Args:
        page: number of the page: forms mostly come with their pages in order.
        leader: the layout that most pages before this one fitted.
    """
    near = prints.nearness(look, [template.look for template in templates])
    in_order = sorted(range(len(templates)), key=lambda number: (-near[number], number))
    best = [templates[number] for number in in_order[:SHORTLIST]]
    expected = [each for each in templates if each.page == page]
    expected.sort(key=lambda each: (each.layout_id != leader, each.layout_id))
    return list(dict.fromkeys([*expected[:SHORTLIST], *best]))


def choose(fits: Mapping[int, Sequence[Fit]]) -> int | None:
    """The layout a document has; None when it fits none.

    Args:
        fits: layout → the fits of all pages of the document.
    """
    ranked = sorted(fits, key=lambda layout_id: (_worth(fits[layout_id]), -layout_id))
    best = ranked[-1] if ranked else None
    return best if best is not None and _is_member(fits[best]) else None


def _worth(fits: Sequence[Fit]) -> float:
    return sum(fit.score or 0.0 for fit in fits if fit.is_found)


def _is_member(fits: Sequence[Fit]) -> bool:
    telling = [fit for fit in fits if not fit.is_blank]
    found = [fit for fit in telling if fit.is_found]
    return len(found) > MAJORITY * len(telling)

"""Excerpts on pages: their pictures, their cells, what they are recognised by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def picture(excerpt: Any, sizes: str, css: str = "", lazy: bool = False) -> SafeString:
    """The excerpt's picture in the widths that were cut, none wider than the screen needs."""
    addresses, srcset = _addresses(excerpt)
    return format_html(
        '<img class="{}" src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" {}>',
        css,
        addresses[-1],
        srcset,
        sizes,
        excerpt.width or "",
        excerpt.height or "",
        picture_words(excerpt),
        format_html('{}="{}"', *(("loading", "lazy") if lazy else ("fetchpriority", "high"))),
    )


@register.simple_tag
def small_picture(excerpt: Any) -> SafeString:
    """The excerpt's picture in its smallest width alone."""
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">',
        _address(excerpt, min(excerpt.image_widths)),
        excerpt.width or "",
        excerpt.height or "",
        picture_words(excerpt),
    )


@register.simple_tag
def picture_ahead(excerpt: Any, sizes: str) -> SafeString:
    """A picture that is not shown: the browser loads it in the width that `picture` will want."""
    addresses, srcset = _addresses(excerpt)
    return format_html(
        '<img hidden src="{}" srcset="{}" sizes="{}" alt="" fetchpriority="low">',
        addresses[-1],
        srcset,
        sizes,
    )


def _addresses(excerpt: Any) -> tuple[list[str], str]:
    """One address for each width, the smallest first, and all of them as a `srcset`."""
    widths = sorted(excerpt.image_widths)
    addresses = [_address(excerpt, width) for width in widths]
    pairs = zip(addresses, widths, strict=True)
    return addresses, ", ".join(f"{address} {width}w" for address, width in pairs)


@register.simple_tag
def largest_picture(excerpt: Any) -> str:
    """Where the largest picture of `excerpt` is, for those who want to see it alone."""
    return _address(excerpt, max(excerpt.image_widths))


def _address(excerpt: Any, width: int) -> str:
    # Cut anew, it is another picture: a page that is still open must not mix the two.
    again = f"?{excerpt.recut}" if excerpt.recut else ""
    return reverse("picture", args=[excerpt.pk, width]) + again


def picture_words(excerpt: Any) -> str:
    """The alternative text: where the picture comes from, since nobody has read it yet."""
    return _("Picture of: %(place)s") % {"place": provenance(excerpt)}


@register.filter
def provenance(excerpt: Any) -> str:
    """Where an excerpt comes from: its document, and which part of it."""
    return ", ".join([excerpt.document.name, *(str(part) for part in _place(excerpt) if part)])


@register.filter
def place(excerpt: Any) -> str:
    """Which part of its document an excerpt is: "page 3, Address"; "" for the whole."""
    return ", ".join(str(part) for part in _place(excerpt) if part)


def _place(excerpt: Any) -> Sequence[str]:
    number = excerpt.position
    page = _("page {number}").format(number=excerpt.page or number)
    if excerpt.kind == "row":
        return [excerpt.sheet, _("row {number}").format(number=number)]
    if excerpt.kind == "paragraph":
        return [_("paragraph {number}").format(number=number)]
    if excerpt.kind == "tile":
        return [page, _("part {number}").format(number=number)]
    if excerpt.kind == "zone":
        return [page, excerpt.zone.name if excerpt.zone else ""]
    return [] if excerpt.kind == "whole" else [page]


@register.filter
def cells(excerpt: Any) -> list[tuple[str, str]]:
    """A row's cells with their column's name."""
    names: Sequence[str] = excerpt.column_names or []
    padded = [*names, *[""] * (len(excerpt.cells) - len(names))]
    return list(zip(padded, excerpt.cells, strict=False))


@register.filter
def gist(excerpt: Any) -> str:
    """What an excerpt without a picture is recognised by: its text, or the longest cell."""
    return str(excerpt.text or max(excerpt.cells, key=len, default=""))

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
    addresses = [reverse("picture", args=[excerpt.pk, width]) for width in widths]
    pairs = zip(addresses, widths, strict=True)
    return addresses, ", ".join(f"{address} {width}w" for address, width in pairs)


@register.simple_tag
def largest_picture(excerpt: Any) -> str:
    """Where the largest picture of `excerpt` is, for those who want to see it alone."""
    return reverse("picture", args=[excerpt.pk, max(excerpt.image_widths)])


def picture_words(excerpt: Any) -> str:
    """The alternative text: where the picture comes from, since nobody has read it yet."""
    return _("Page %(number)s of %(document)s") % {
        "number": excerpt.position,
        "document": excerpt.document.name,
    }


@register.filter
def cells(excerpt: Any) -> list[tuple[str, str]]:
    """A row's cells with their column's name."""
    names: Sequence[str] = excerpt.document.columns or []
    padded = [*names, *[""] * (len(excerpt.cells) - len(names))]
    return list(zip(padded, excerpt.cells, strict=False))


@register.filter
def gist(excerpt: Any) -> str:
    """The longest cell of a row: what it is recognised by."""
    return max(excerpt.cells, key=len, default="")

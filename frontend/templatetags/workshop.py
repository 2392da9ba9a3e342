"""The workshop in words and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crowd.rules.splitting import media
from crowd.sentences import sentence_of
from frontend.templatetags.excerpts import picture_words

register = template.Library()


@register.simple_tag
def sentence(code: str, params: dict[str, Any]) -> str:
    """A problem that was kept, in words."""
    return sentence_of(code, params)


@register.filter
def kind_of_file(media_type: str) -> str:
    """A media type as people call it: PDF, JPEG, CSV."""
    last = media_type.rsplit("/", 1)[-1].rsplit(".", 1)[-1]
    known = {
        "plain": _("text"),
        "sheet": "XLSX",
        "spreadsheet": "ODS",
        "jsonl": "JSON Lines",
        "x-ndjson": "JSON Lines",
        "tab-separated-values": "TSV",
        "markdown": "Markdown",
    }
    return known.get(last, last.upper())


@register.filter
def is_workbook(media_type: str) -> bool:
    """Whether a file may have several sheets."""
    return media_type in media.WORKBOOKS


@register.simple_tag
def gap_problem(gap: Mapping[str, Any]) -> str:
    """Why one part of a document is missing, in a sentence."""
    return sentence_of(gap["code"], gap["params"])


@register.simple_tag(takes_context=True)
def team_picture(
    context: dict[str, Any], excerpt: Any, sizes: str, css: str = "", lazy: bool = True
) -> SafeString:
    """A picture for the team: also of drafts, and of what is hidden from everyone else."""
    slug = context["campaign"].slug
    widths = sorted(excerpt.image_widths)
    addresses = [
        f"{reverse('workshop:picture', args=[slug, excerpt.pk, width])}?{excerpt.recut}"
        for width in widths
    ]
    pairs = zip(addresses, widths, strict=True)
    return format_html(
        '<img class="{}" src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{}>',
        css,
        addresses[-1],
        ", ".join(f"{address} {width}w" for address, width in pairs),
        sizes,
        excerpt.width or "",
        excerpt.height or "",
        picture_words(excerpt),
        SafeString(' loading="lazy"') if lazy else "",
    )


@register.simple_tag
def drawn_box(box: Sequence[float], css: str = "") -> SafeString:
    """A box (fractions of the page) as a rectangle of an SVG that lies over the page."""
    left, top, right, foot = box
    return format_html(
        '<rect class="{}" x="{}%" y="{}%" width="{}%" height="{}%"/>',
        css,
        *(f"{100 * value:.3f}" for value in (left, top, right - left, foot - top)),
    )

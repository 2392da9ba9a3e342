"""The sieve, and facts that templates need and cannot say themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crowd.sentences import sentence_of
from crowd.services import rooms
from frontend import sieve as drawing
from frontend import wording

register = template.Library()

STRIP = 60  # dots of the row under the play page's bar
OWN_ROW = 12  # dots of one's own, beside the thanks


@register.simple_tag
def sockets_port() -> int:
    """Where this page's sockets are, when not on its own port; else 0."""
    port: int = settings.TAMIS_SOCKETS_PORT
    return port


@register.inclusion_tag("parts/sieve.html")
def sieve(
    progress: Any, words: bool = True, live: bool = True, scale: float = 2.1
) -> dict[str, Any]:
    """Draw `progress` (anything with total, settled, contested, set_aside) as a field of dots.

    `words` adds the same numbers as text beside it; `live` lets the page's socket move it;
    `scale` is pixels per unit of the drawing, where there is room.
    """
    settled, contested = progress.settled, progress.contested
    set_aside = getattr(progress, "set_aside", 0)
    still_open = max(0, progress.total - settled - contested - set_aside)
    counts = {
        "settled": settled,
        "contested": contested,
        "set-aside": set_aside,
        "open": still_open,
    }
    dots = min(progress.total, drawing.MOST_DOTS) or drawing.MOST_DOTS
    field = drawing.field(dots)
    label = _("{settled} of {total} confirmed")
    return {
        "counts": counts,
        "open": still_open,
        "aside": set_aside,
        "total": progress.total,
        "field": field,
        "width": round(field.width * scale),
        "dots": _dots(field, _states(counts, dots)),
        "label": label,
        "spoken": label.format(settled=settled, total=progress.total),
        "words": words,
        "live": live,
    }


@register.inclusion_tag("parts/strip.html")
def strip(progress: Any) -> dict[str, Any]:
    """Draw `progress` as one row of dots, for where there is little room; its words beside it."""
    counts = {
        "settled": progress.settled,
        "contested": progress.contested,
        "set-aside": progress.set_aside,
        "open": progress.open,
    }
    places = ((place, state) for place, state in enumerate(_states(counts, STRIP)))
    dots = format_html_join(
        "",
        '<circle cx="{}%" cy="50%" class="{}"/>',
        ((f"{(place + 0.5) * 100 / STRIP:.5g}", state) for place, state in places),
    )
    label = _("{settled} of {total} confirmed")
    words = label.format(settled=intcomma(progress.settled), total=intcomma(progress.total))
    return {"dots": dots, "label": label, "words": words}


@register.inclusion_tag("parts/own_row.html")
def own_row(summary: Any) -> dict[str, Any]:
    """A person's last answers as dots: grains for what is confirmed, then rings that wait."""
    waiting = min(summary.waiting, OWN_ROW)
    confirmed = min(summary.confirmed, OWN_ROW - waiting)
    return {"confirmed": range(confirmed), "waiting": range(waiting)}


def _states(counts: dict[str, int], dots: int) -> list[str]:
    if not any(counts.values()):
        return ["nothing"] * dots
    given = drawing.shares(counts, dots)
    return [state for state in drawing.STATES for _i in range(given[state])]


def _dots(field: drawing.Field, states: Sequence[str]) -> SafeString:
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" class="{}"/>',
        ((dot.x, dot.y, state) for dot, state in zip(field.dots, states, strict=True)),
    )


@register.simple_tag
def sends_email() -> bool:
    """Whether this site can send e-mail; without it, sign-in is by passkey or by a link."""
    return bool(getattr(settings, "TAMIS_SENDS_EMAIL", False))


@register.simple_tag
def document_problem(document: Any) -> str:
    """Why a document could not be split, in a sentence."""
    return sentence_of(document.problem_code, document.problem_params)


@register.simple_tag
def days_left(deadline: date) -> int:
    """Days until a campaign's deadline; 0 on the day itself, negative after it."""
    return (deadline - timezone.localdate()).days


@register.simple_tag(takes_context=True)
def absolute(context: template.Context, path: str) -> str:
    """A whole address, as sites elsewhere need it."""
    return str(context["request"].build_absolute_uri(path))


@register.simple_tag(takes_context=True)
def room_of(context: template.Context, campaign: Any) -> Any:
    """The room of this campaign in which whoever looks sits, or None."""
    return rooms.of(contributor=context["request"].visitor.contributor, campaign=campaign)


@register.filter
def policy(step: Any) -> str:
    """When a step's verdicts are settled, in a sentence."""
    return wording.policy(step)

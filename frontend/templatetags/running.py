"""What the pages about a running campaign say in numbers."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
STATES = ("settled", "contested", "set_aside")


@register.filter
def share(value: float | None) -> str:
    """A share in per cent: 34 %, and never quite 0 or 100 unless it is."""
    if value is None:
        return "—"
    rounded = round(100 * value)
    if rounded == 0 and value > 0:
        return _("less than 1 %%") % ()
    if rounded == 100 and value < 1:
        return _("more than 99 %%") % ()
    return _("%(share)d %%") % {"share": rounded}


@register.simple_tag
def far(counted: Any) -> SafeString:
    """A bar: confirmed, contested and set aside of all. Its numbers stand beside it."""
    total = counted.total or 1
    left, parts = 0.0, []
    for state in STATES:
        width = 100 * getattr(counted, state) / total
        parts.append((state.replace("_", "-"), f"{left:.2f}", f"{width:.2f}"))
        left += width
    return format_html(
        '<svg class="far-bar" aria-hidden="true"><rect width="100%" height="100%" class="open"/>'
        "{}</svg>",
        format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="100%"/>', parts),
    )

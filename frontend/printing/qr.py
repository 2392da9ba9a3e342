"""QR codes drawn into pages."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def inline(address: str, *, title: str) -> SafeString:
    """The code of an address as SVG, black on white in every theme so that phones can read it.

    Its size is the page's (`.qr svg`).
    """
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="#231f19", light="#ffffff", title=title
    )
    return mark_safe(drawn)  # noqa: S308 (drawn by segno from an address of ours)

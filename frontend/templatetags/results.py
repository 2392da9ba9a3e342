"""Results on pages: each distribution as a table whose rows are bars."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crowd.services.results import Distribution
from frontend import wording

register = template.Library()

FIGURES = ("median", "mean", "least", "most", "sum")


@register.inclusion_tag("parts/result_chart.html")
def distribution(found: Distribution | None, kind: str = "", unit: str = "") -> dict[str, Any]:
    """The chart of one distribution; nothing where nothing was said."""
    return {"chart": _chart(found, kind, unit)}


@register.simple_tag
def in_words(said: dict[str, Any]) -> str:
    """What a verdict says to one question: {"question", "value", "outcome"}."""
    return wording.words(said["question"], said["value"], outcome=said["outcome"])


def _chart(found: Distribution | None, kind: str, unit: str) -> dict[str, Any] | None:
    if found is None or not found.said:
        return None
    most = max((bar.count for bar in found.bars), default=0)
    names = {
        "median": _("Half are below"),
        "mean": _("Mean"),
        "least": _("Least"),
        "most": _("Most"),
        "sum": _("Sum"),
    }
    return {
        "bars": [
            {
                "label": _range(bar.label, bar.until, unit) if found.figures else bar.label,
                "count": bar.count,
                "width": round(100 * bar.count / most, 1) if most else 0,
                "share": round(100 * bar.count / found.said),
            }
            for bar in found.bars
        ],
        "several": kind == "choices",
        "more": 0 if found.figures else max(0, found.different - len(found.bars)),
        "figures": [(names[key], _number(found.figures[key], unit)) for key in FIGURES]
        if found.figures
        else [],
    }


def _range(low: str, high: str, unit: str) -> str:
    if not high:
        return _number(float(low), unit)
    return _("%(low)s to %(high)s") % {
        "low": _number(float(low), ""),
        "high": _number(float(high), unit),
    }


def _number(value: float, unit: str) -> str:
    rounded = round(value, 2)
    whole = rounded.is_integer()
    told = number_format(
        int(rounded) if whole else rounded, None if whole else 2, force_grouping=True
    )
    return f"{told}\u00a0{unit}" if unit else told

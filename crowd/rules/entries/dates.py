"""Dates: typed freely, whole or in part, within bounds."""

from collections.abc import Mapping
from typing import Any

from crowd.rules import dates
from crowd.rules.problems import Problem

PRECISIONS = ("year", "month", "day")


def read(value: Any, settings: Mapping[str, Any], *, language: str) -> str:
    """Clean a date into its canonical form.

    Args:
        settings: `min` and `max` (canonical dates), `order` of dates in figures ("dmy", "mdy"),
            `precision` ("year", "month" or "day"): how much must be said at least.

    Raises:
        Problem: as `dates.parse`, or `date_too_early`, `date_too_late`,
            `date_without_month`, `date_without_day`.
    """
    if not isinstance(value, str):
        raise Problem("not_a_date", text=str(value)[:50])
    date = dates.parse(value, language=language, order=settings.get("order"))
    _, month, day = dates.parts_of(date)
    wanted = PRECISIONS.index(settings.get("precision") or "year")
    if month is None and wanted >= PRECISIONS.index("month"):
        raise Problem("date_without_month", text=value[:50])
    if day is None and wanted == PRECISIONS.index("day"):
        raise Problem("date_without_day", text=value[:50])
    least, most = settings.get("min"), settings.get("max")
    if least is not None and dates.last_day(date) < dates.first_day(least):
        raise Problem("date_too_early", least=least)
    if most is not None and dates.first_day(date) > dates.last_day(most):
        raise Problem("date_too_late", most=most)
    return date


def check(settings: Mapping[str, Any]) -> None:
    """Raise ValueError for bounds that are no dates, an unknown order or precision."""
    if settings.get("order") not in {None, *dates.ORDERS}:
        raise ValueError("order is dmy or mdy")
    if settings.get("precision") not in {None, *PRECISIONS}:
        raise ValueError("precision is year, month or day")
    bounds = [settings[name] for name in ("min", "max") if settings.get(name) is not None]
    if not all(isinstance(bound, str) for bound in bounds):
        raise ValueError("a bound is a date")
    days = [dates.first_day(bound) for bound in bounds]
    if days != sorted(days):
        raise ValueError("min is beyond max")

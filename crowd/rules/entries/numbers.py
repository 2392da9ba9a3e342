"""Numbers: as people write them, within bounds."""

from collections.abc import Mapping
from typing import Any

from crowd.rules import figures
from crowd.rules.problems import Problem


def read(value: Any, settings: Mapping[str, Any], *, language: str) -> int | float:
    """Clean a number, typed as a text or given as JSON.

    Args:
        settings: `min`, `max`, and the `unit` that may be typed behind it.
        language: in which it is read ("fr" or "en").

    Raises:
        Problem: `not_a_number`, `number_too_small` or `number_too_large`.
    """
    if isinstance(value, str):
        number = figures.parse(value, language=language, unit=str(settings.get("unit") or ""))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = figures.tidy(value)
    else:
        raise Problem("not_a_number", text=str(value)[:50])
    least, most = settings.get("min"), settings.get("max")
    if least is not None and number < least:
        raise Problem("number_too_small", least=least)
    if most is not None and number > most:
        raise Problem("number_too_large", most=most)
    return number


def check(settings: Mapping[str, Any]) -> None:
    """Raise ValueError for bounds, a tolerance or a precision that are no sensible numbers."""
    for name in ("min", "max", "tolerance", "precision"):
        given = settings.get(name)
        if given is not None and type(given) not in {int, float}:
            raise ValueError(f"{name} is a number")
    for name in ("tolerance", "precision"):
        given = settings.get(name)
        if given is not None and not 0 <= given < figures.LARGEST:
            raise ValueError(f"{name} is positive")
    least, most = settings.get("min"), settings.get("max")
    if least is not None and most is not None and least > most:
        raise ValueError("min is beyond max")
    if not isinstance(settings.get("estimate") or False, bool):
        raise ValueError("estimate is true or false")  # noqa: TRY004

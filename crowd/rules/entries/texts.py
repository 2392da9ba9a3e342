"""Texts: their length, and the pattern a code must have."""

import re
from collections.abc import Mapping
from typing import Any

from crowd.rules.problems import Problem
from crowd.rules.wording import storable

LONGEST = 10_000  # characters; no excerpt asks for more
# A pattern is tried by backtracking: short texts, and few open repeats, keep that quick.
LONGEST_WITH_PATTERN = 200
MOST_OPEN_REPEATS = 3
REPEATED_REPEAT = re.compile(r"[*+}]\??\)[*+{]")


def read(value: Any, settings: Mapping[str, Any]) -> str:
    """Clean a text.

    Args:
        settings: `min_length`, `max_length` in characters; `pattern`, a regular expression that
            the whole text must match, with `pattern_example` to show when it does not.

    Raises:
        Problem: `text_expected`, `text_too_long`, `text_too_short` or `text_unlike_pattern`.
    """
    if not isinstance(value, str):
        raise Problem("text_expected")
    text = storable(value).replace("\r\n", "\n").strip()
    longest = int(settings.get("max_length") or _longest(settings))
    shortest = int(settings.get("min_length") or 0)
    if len(text) > longest:
        raise Problem("text_too_long", length=len(text), most=longest)
    if len(text) < shortest:
        raise Problem("text_too_short", length=len(text), least=shortest)
    pattern = settings.get("pattern")
    if pattern and not re.fullmatch(pattern, text):
        example = str(settings.get("pattern_example") or pattern)
        raise Problem("text_unlike_pattern", text=text[:50], example=example)
    return text


def check(settings: Mapping[str, Any]) -> None:
    """Raise ValueError for settings no text could meet, or that take for ever to try."""
    lengths = [settings.get("min_length"), settings.get("max_length")]
    least, most = (1 if length is None else length for length in lengths)
    if type(least) is not int or type(most) is not int or least < 0 or most < 1:
        raise ValueError("a length is a whole number of characters")
    if settings.get("max_length") is not None and least > most:
        raise ValueError("min_length is beyond max_length")
    if most > LONGEST:
        raise ValueError("max_length is too large")
    if settings.get("pattern") is not None:
        _check_pattern(settings["pattern"], most)


def _check_pattern(pattern: Any, longest: int) -> None:
    if not isinstance(pattern, str) or not 0 < len(pattern) <= 200:
        raise ValueError("a pattern is a short text")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as wrong:
        raise ValueError(f"the pattern can't be read: {wrong}") from wrong
    open_repeats = len(re.findall(r"(?<!\\)[*+]|,\}", pattern))
    if open_repeats > MOST_OPEN_REPEATS or REPEATED_REPEAT.search(pattern):
        raise ValueError("the pattern would take too long to try")
    if longest > LONGEST_WITH_PATTERN:
        raise ValueError("a text with a pattern has at most 200 characters")


def _longest(settings: Mapping[str, Any]) -> int:
    return LONGEST_WITH_PATTERN if settings.get("pattern") else LONGEST

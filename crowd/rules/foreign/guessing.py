"""Questions guessed from what people were seen to answer: other tools keep theirs in a page's code.

A few texts that come back are a choice; lists of such are several choices; what is always a number
is one; everything else is a text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MOST_OPTIONS = 30
LONGEST_OPTION = 100  # characters: a follow-up is about one


def key_of(name: str, taken: Iterable[str] = ()) -> str:
    """A question's key out of whatever it was called."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30] or "answer"
    held = set(taken)
    numbered = (f"{slug}-{number}" for number in range(2, len(held) + 3))
    return next(key for key in (slug, *numbered) if key not in held)


def question(key: str, label: str, values: Sequence[Any], *, required: bool) -> dict[str, Any]:
    """The description of a question to which all these values are answers."""
    common = {"key": key, "label": label[:500], "required": required}
    said = [each for each in values if each is not None]
    if said and all(isinstance(each, list) for each in said):
        options = _options(member for each in said for member in each)
        return {**common, "kind": "choices", "options": options}
    if said and all(isinstance(each, int | float) and not isinstance(each, bool) for each in said):
        return {**common, "kind": "number"}
    counts = Counter(map(as_text, said))
    if counts and _is_closed(counts):
        return {**common, "kind": "choice", "options": _options(counts)}
    return {**common, "kind": "text"}


def _is_closed(counts: Mapping[str, int]) -> bool:
    short = all(0 < len(each) <= LONGEST_OPTION for each in counts)
    come_back = sum(counts.values()) >= 2 * len(counts)
    return short and len(counts) <= MOST_OPTIONS and come_back


def _options(values: Iterable[Any]) -> list[dict[str, str]]:
    distinct = sorted({as_text(each) for each in values}) or ["–"]
    return [{"value": each[:LONGEST_OPTION], "label": each} for each in distinct]


def as_text(value: Any) -> str:
    """A value as a text people read: true is "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def fitting(described: Mapping[str, Any], value: Any) -> Any:
    """A value as the guessed question takes it."""
    if value is None or value == "":
        return None
    match described["kind"]:
        case "choices":
            members = value if isinstance(value, list) else [value]
            return [as_text(each)[:LONGEST_OPTION] for each in members]
        case "number":
            return value
        case "choice":
            return as_text(value)[:LONGEST_OPTION]
    return value if isinstance(value, list) else as_text(value)

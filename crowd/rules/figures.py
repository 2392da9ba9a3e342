"""Numbers as people write them: "1 234,50 €", "1,234.50", "12 k€", "-3"."""

import re
from decimal import Decimal, InvalidOperation

from crowd.rules.problems import Problem

SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
SHAPE = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
SIGNS = ("€", "$", "£", "%", "euros", "euro", "EUR", "eur")
MULTIPLIERS = {
    "k": 10**3,
    "mille": 10**3,
    "thousand": 10**3,
    "M": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "Md": 10**9,
    "Mds": 10**9,
    "milliard": 10**9,
    "milliards": 10**9,
    "bn": 10**9,
    "billion": 10**9,  # in English; in French it is another number, and refused
}
IN_ENGLISH = {"bn", "billion", "thousand"}
IN_FRENCH = {"mille", "Md", "Mds", "milliard", "milliards"}
MULTIPLIER = re.compile(r"(?<=[\d\s\u00a0\u202f])([A-Za-z]+)(?: *d[e'’])?\s*$")
LARGEST = 10**15  # up to here every reader of JSON, browsers too, sees the same whole number


def parse(text: str, *, language: str, unit: str = "") -> int | float:
    """Read a number; `1,234` is 1.234 in French and 1234 in English.

    Args:
        text: what was typed; spaces between digits, the unit, "€", "$", "£", "%" and a word or
            letter for thousands, millions or thousand millions may be there.
        language: "fr" or "en", the language of the campaign's page it was typed in.
        unit: the question's unit, if any.

    Raises:
        Problem: `not_a_number`, `number_too_small` or `number_too_large`.
    """
    bare = text.replace("−", "-")
    for sign in filter(None, [unit, *SIGNS]):
        bare = bare.replace(sign, "")
    bare, times = _multiplied(bare, language=language)
    bare = SPACES.sub("", bare)
    if not SHAPE.fullmatch(bare) or len(bare) > 30:
        raise Problem("not_a_number", text=text[:50])
    try:
        return tidy(Decimal(_with_point(bare, language=language)) * times)
    except InvalidOperation as wrong:  # "1,2.3,4": no reading of these marks makes sense
        raise Problem("not_a_number", text=text[:50]) from wrong


def _multiplied(bare: str, *, language: str) -> tuple[str, int]:
    """What stands before "k", "M", "millions d'" …, and what that multiplies by."""
    found = MULTIPLIER.search(bare)
    if found is None:
        return bare, 1
    word = found[1] if found[1] in MULTIPLIERS else found[1].lower()
    if len(found[1]) == 1:
        word = "k" if found[1] in "kK" else found[1]  # "m" is a metre, not a million
    if word not in MULTIPLIERS or word in (IN_ENGLISH if language == "fr" else IN_FRENCH):
        return bare, 1
    return bare[: found.start()], MULTIPLIERS[word]


def tidy(number: Decimal | float) -> int | float:
    """The shortest JSON number of the same value.

    Raises:
        Problem: `not_a_number` for not-a-number; `number_too_small` or `number_too_large` beyond
            what JSON carries safely.
    """
    if number != number:  # only not-a-number differs from itself
        raise Problem("not_a_number", text=str(number))
    if number < -LARGEST:
        raise Problem("number_too_small", least=-LARGEST)
    if number > LARGEST:
        raise Problem("number_too_large", most=LARGEST)
    exact = Decimal(str(number))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _with_point(bare: str, *, language: str) -> str:
    """The same number as Python writes it.

    The last of two different marks is the decimal one; a mark that comes again parts thousands.
    """
    marks = [mark for mark in bare if mark in ",."]
    if not marks:
        return bare
    whole, last, rest = bare.rpartition(marks[-1])
    if len(marks) == 1:
        english = last == "," and language == "en" and THOUSANDS.fullmatch(bare)
        return whole + rest if english else f"{whole}.{rest}"
    if len(set(marks)) == 1:
        whole, rest = bare, ""
    if len(set(marks[:-1])) > 1 or not THOUSANDS.fullmatch(whole):
        raise InvalidOperation(bare)
    return f"{whole.replace(marks[0], '')}.{rest}"

"""Numbers as people write them: "1 234,50 €", "1,234.50", "-3"."""

import re
from decimal import Decimal, InvalidOperation

from crowd.rules.problems import Problem

SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
SHAPE = re.compile(r"[+-]?(\d+([.,]\d+)*|[.,]\d+)")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")


def parse(text: str, *, language: str, unit: str = "") -> int | float:
    """Read a number; `1,234` is 1.234 in French and 1234 in English.

    Args:
        text: what was typed; spaces between digits, the unit, "€", "$", "£" and "%" may be there.
        language: "fr" or "en", the language of the campaign's page it was typed in.
        unit: the question's unit, if any.

    Raises:
        Problem: `not_a_number`.
    """
    bare = text.replace("−", "-")
    for sign in filter(None, [unit, "€", "$", "£", "%", "EUR", "eur"]):
        bare = bare.replace(sign, "")
    bare = SPACES.sub("", bare)
    if not SHAPE.fullmatch(bare) or len(bare) > 30:
        raise Problem("not_a_number", text=text[:50])
    return tidy(Decimal(_with_point(bare, language=language)))


def tidy(number: Decimal | float) -> int | float:
    """The shortest JSON number of the same value.

    Raises:
        Problem: `not_a_number`, for infinities and not-a-number.
    """
    try:
        exact = Decimal(str(number))
        return int(exact) if exact == exact.to_integral_value() else float(exact)
    except (InvalidOperation, OverflowError, ValueError) as wrong:
        raise Problem("not_a_number", text=str(number)[:50]) from wrong


def _with_point(bare: str, *, language: str) -> str:
    commas, points = bare.count(","), bare.count(".")
    if commas and points:
        decimal = "," if bare.rfind(",") > bare.rfind(".") else "."
        thousands = "." if decimal == "," else ","
        return bare.replace(thousands, "").replace(decimal, ".")
    if commas > 1 or (commas == 1 and language == "en" and THOUSANDS.fullmatch(bare)):
        return bare.replace(",", "")
    return bare.replace(".", "") if points > 1 else bare.replace(",", ".")

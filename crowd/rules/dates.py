"""Dates as people write them, whole or in part: "1er mars 2014", "03/2014", "vers 1850".

Written as in ISO 8601 and EDTF (Library of Congress 2019), of which this is a part: "2014",
"2014-03", "2014-03-12", each with "~" behind it when it is approximate.
"""

import re
import unicodedata
from calendar import monthrange

from crowd.rules.problems import Problem

MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
FRENCH_DAYS = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"}
ENGLISH_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
ABOUT = {"vers", "environ", "env", "circa", "ca", "c", "about", "around", "approximativement"}
FILLERS = {"le", "la", "l", "en", "du", "de", "d", "of", "the", "on", "in", "a"}
PERIODS = {"an", "annee", "year", "mois", "month"}
IDLE = FRENCH_DAYS | ENGLISH_DAYS | ABOUT | FILLERS | PERIODS | {"~"}
TOKEN = re.compile(r"\d+|[a-z]+|[^\s\da-z]")
ORDINALS = frozenset({"er", "ere", "e", "st", "nd", "rd", "th"})
CANONICAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?~?")
ORDERS = ("dmy", "mdy")
LEAST, MOST = 1, 9999

Parts = tuple[int, int | None, int | None]


def parse(text: str, *, language: str, order: str | None = None) -> str:
    """Read a date.

    Args:
        text: what was typed, in French or English, a year at least.
        language: "fr" or "en": in French 03/04/2014 is in April; in English it can be read in
            two ways, and is refused unless `order` says which.
        order: "dmy" or "mdy", of dates in figures alone.

    Returns:
        The canonical form.

    Raises:
        Problem: `not_a_date`, `date_ambiguous`, `date_without_year` or `date_year_short`.
    """
    tokens = _tokens(text)
    about = not ABOUT.isdisjoint(tokens) or "~" in tokens
    words = [token for token in tokens if token not in IDLE]
    figures = [word for word in words if word.isdigit()]
    months = [month for word in words if (month := _month(word))]
    known = len(figures) + len(months) + sum(word in ORDINALS for word in words)
    if len(words) - sum(word in "/-.,'’" for word in words) != known or len(text) > 60:
        raise Problem("not_a_date", text=text[:50])
    if len(months) == 1:
        parts = _in_words(figures, months[0], text)
    elif not months:
        parts = _in_figures(figures, order or ("dmy" if language == "fr" else None), text)
    else:
        raise Problem("not_a_date", text=text[:50])
    return _checked(parts, text) + ("~" if about else "")


def first_day(date: str) -> str:
    """The first day a canonical date can mean, for comparing: "2014-03" → "2014-03-01"."""
    year, month, day = parts_of(date)
    return f"{year:04}-{month or 1:02}-{day or 1:02}"


def last_day(date: str) -> str:
    """The last day a canonical date can mean: "2014-02" → "2014-02-28"."""
    year, month, day = parts_of(date)
    return f"{year:04}-{month or 12:02}-{day or monthrange(year, month or 12)[1]:02}"


def parts_of(date: str) -> Parts:
    """Year, month and day of a canonical date; None for what it leaves open.

    Raises:
        ValueError: it is not canonical.
    """
    found = CANONICAL.fullmatch(date)
    if not found:
        raise ValueError(f"{date!r} is not a canonical date")
    year, month, day = found.groups()
    return int(year), int(month) if month else None, int(day) if day else None


def _tokens(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return TOKEN.findall("".join(each for each in folded if not unicodedata.combining(each)))


def _month(word: str) -> int | None:
    """The month a word names, in full or by its first three letters or more; None if unsure."""
    if len(word) < 3 or word.isdigit():
        return None
    found = {
        number
        for number, names in enumerate(MONTHS, start=1)
        if any(name.startswith(word) for name in names)
    }
    return found.pop() if len(found) == 1 else None


def _in_words(figures: list[str], month: int, text: str) -> Parts:
    years = [figure for figure in figures if len(figure) == 4]
    days = [figure for figure in figures if len(figure) <= 2]
    if len(years) == 1 and len(days) == len(figures) - 1 <= 1:
        return int(years[0]), month, int(days[0]) if days else None
    if not years and len(days) == len(figures):
        short = len(days) == 2
        raise Problem("date_year_short" if short else "date_without_year", text=text[:50])
    raise Problem("not_a_date", text=text[:50])


def _in_figures(figures: list[str], order: str | None, text: str) -> Parts:
    lengths = [len(figure) for figure in figures]
    numbers = [int(figure) for figure in figures] if max(lengths, default=9) <= 8 else []
    if lengths == [8]:
        return numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100
    if any(length > 4 or length == 3 for length in lengths) or lengths.count(4) > 1:
        raise Problem("not_a_date", text=text[:50])
    match len(numbers), lengths.index(4) if 4 in lengths else None:
        case 1, 0:
            return numbers[0], None, None
        case 2, 0:
            return numbers[0], numbers[1], None
        case 2, 1:
            return numbers[1], numbers[0], None
        case 3, 0:
            return numbers[0], numbers[1], numbers[2]
        case 3, 2:
            day, month = _day_and_month(numbers[0], numbers[1], order, text)
            return numbers[2], month, day
        case 2, None:
            raise Problem("date_without_year", text=text[:50])
        case 3, None:
            raise Problem("date_year_short", text=text[:50])
    raise Problem("not_a_date", text=text[:50])


def _day_and_month(first: int, second: int, order: str | None, text: str) -> tuple[int, int]:
    if order == "mdy" or (order is None and second > 12):
        return second, first
    if order is None and first <= 12 and first != second:
        raise Problem("date_ambiguous", text=text[:50])
    return first, second


def _checked(parts: Parts, text: str) -> str:
    year, month, day = parts
    if not LEAST <= year <= MOST or (month is not None and not 1 <= month <= 12):
        raise Problem("not_a_date", text=text[:50])
    if day is not None and not 1 <= day <= monthrange(year, month or 1)[1]:
        raise Problem("not_a_date", text=text[:50])
    return "-".join([f"{year:04}", *(f"{each:02}" for each in (month, day) if each is not None)])

"""When two texts say the same: word by word, with the amounts and dates inside them read.

"M. DUPONT Jean" is "Jean Dupont" in a field for names, "12 000 €" is "12.000 euros" anywhere,
"1er mars 2014" is "01/03/2014", and "néant" is what an empty field says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from crowd.rules import dates, figures
from crowd.rules.problems import Problem
from crowd.rules.wording import normalise

FIELDS = ("free", "name", "code", "amount")
TITLES = {"m", "mr", "mme", "mlle", "mrs", "ms", "monsieur", "madame", "mademoiselle"}
CURRENCIES = {"€": "eur", "eur": "eur", "euro": "eur", "euros": "eur", "$": "usd", "£": "gbp"}

DATE = (
    r"(?<![\w/.-])(?:\d{1,2}(?:er|st|nd|rd|th)?\s+[^\W\d_]{3,9}\.?\s+\d{4}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2}/\d{4}|\d{4}-\d\d(?:-\d\d)?)(?![\w/-])"
)
GAP = "[ \u00a0\u202f\u2009]"
AMOUNT = (
    rf"(?<![\w.,])(?:\d{{1,3}}(?:(?:{GAP}|[.,'’])\d{{3}})+|\d+)(?:[.,]\d{{1,2}})?"
    rf"(?:{GAP}?(?P<times>[kKM])?(?P<sign>€|\$|£|euros?|eur))?(?!\w|[.,]\d)"
)
INSIDE = re.compile(rf"(?P<date>{DATE})|(?P<amount>{AMOUNT})|(?P<word>\S+)", re.IGNORECASE)
# A word is cut behind the marks inside it: "l'État" and "air-tight" are two.
PIECE = re.compile(r"\W*\w+\W*|\W+")
INITIALS = re.compile(r"\W*(?:[^\W\d_]\.){2,}[^\W\d_]?\W*")  # "S.A." is "SA"
MOST_ROUNDS = 5


@dataclass(frozen=True)
class Token:
    """One word, amount or date of a text.

    Attributes:
        form: as typed.
        key: what it is compared by; "" never.
        before: the white space before it; "" when it belongs to the word before.
    """

    form: str
    key: str
    before: str


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text; marks that stand alone go with the word before them."""
    found: list[Token] = []
    end, waiting = 0, ""
    for match in INSIDE.finditer(text):
        before = text[end : match.start()]
        end = match.end()
        for form, key in _pieces(match):
            if key:
                found.append(Token(waiting + form, key, before))
                waiting = ""
            elif found:
                found[-1] = Token(found[-1].form + before + form, found[-1].key, found[-1].before)
            else:
                waiting = form + " "
            before = ""
    if not found and text.strip():  # marks alone are all there is
        return (Token(text.strip(), normalise(text), ""),)
    return tuple(found)


@lru_cache(maxsize=16384)
def key(text: str, field: str = "free") -> str:
    """The form in which whole texts are compared; the key of a key is that key.

    Args:
        field: "free", "name" (titles and the order of words apart), "code" (spaces apart) or
            "amount" (the currency apart).
    """
    shape = _once(text, field)
    for _ in range(MOST_ROUNDS):
        again = _once(shape, field)
        if again == shape:
            break
        shape = again
    return shape


def _once(text: str, field: str) -> str:
    words = normalise(text).split()
    match field:
        case "name":
            return " ".join(sorted([word for word in words if word not in TITLES] or words))
        case "code":
            return "".join(words)
        case "amount":
            try:
                return str(figures.parse(text, language="fr"))
            except Problem:
                pass  # not one amount alone: a text like any other
    return " ".join(token.key for token in tokens(text)) or normalise(text)


def _pieces(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    if match["date"]:
        date = _date(match["date"])
        if date:
            yield match["date"], date
            return
    elif match["amount"]:
        yield match["amount"], _amount(match)
        return
    pieces = [match[0]] if INITIALS.fullmatch(match[0]) else PIECE.findall(match[0])
    for piece in pieces:
        # A mark alone normalises to itself; inside a text it is no word.
        shape = _word(piece.replace(".", "") if len(pieces) == 1 else piece)
        yield piece, shape if any(char.isalnum() for char in shape) else ""


@lru_cache(maxsize=2**16)
def _word(piece: str) -> str:
    return normalise(piece)


def _date(text: str) -> str:
    try:
        return dates.parse(text, language="fr")
    except Problem:
        return ""


def _amount(match: re.Match[str]) -> str:
    typed = match["amount"]
    for ending in (match["sign"], match["times"]):
        typed = typed.removesuffix(ending or "").rstrip()
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", typed).groups()  # type: ignore[union-attr]
    digits = re.sub(r"\D", "", whole)
    number = Decimal(f"{digits}.{cents or 0}")
    number *= {"k": 1000, "m": 10**6}.get((match["times"] or "").lower(), 1)
    plain = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
    return plain + CURRENCIES.get((match["sign"] or "").lower(), "")

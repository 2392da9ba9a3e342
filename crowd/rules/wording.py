"""When two people typed the same text: case, accents, punctuation and spaces apart."""

import unicodedata

# Letters that Unicode does not decompose although readers take them for two.
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def normalise(text: str) -> str:
    """The form in which texts are compared.

    A text of punctuation alone ("—", "?") stays itself, so that it differs from an empty one.
    """
    # Folded twice: "™" holds capitals only once it is taken apart.
    folded = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(LIGATURES)
    return " ".join(folded.translate(KEPT).split()) or " ".join(text.split())


class _Kept(dict[int, str | None]):
    """Code point → what is kept of it, for `str.translate`: found out once for each."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kind = unicodedata.category(char)
        kept = None if unicodedata.combining(char) or kind == "Cf" else char
        self[code] = " " if kept and kind[0] in "PZC" else kept
        return self[code]


KEPT = _Kept()


# What people write where a form has nothing to say, normalised ("s.o.", "N/A").
NOTHING_WORDS = frozenset(
    (
        "neant",
        "neants",
        "aucun",
        "aucune",
        "aucuns",
        "rien",
        "rien a declarer",
        "rien a signaler",
        "neant a declarer",
        "s o",
        "sans objet",
        "vide",
        "non applicable",
        "n a",
        "nil",
        "none",
        "nothing",
        "nothing to declare",
        "not applicable",
        "empty",
    )
)
NOTHING_MARKS = frozenset("/-\u2010\u2011\u2012\u2013\u2014_.·*\\ ")


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: "néant", "s.o.", "aucun", "/", a dash."""
    bare = text.strip()
    return normalise(bare) in NOTHING_WORDS or (bare != "" and set(bare) <= NOTHING_MARKS)


def storable(text: str) -> str:
    """Without what neither PostgreSQL nor a reply can hold: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def most_typed(forms: list[str]) -> str:
    """The form most people typed, whatever the order in which they did.

    When several are even, the tidier one: without a stop behind it, with a capital in front; then
    the first by the alphabet.

    Args:
        forms: at least one text.
    """
    tidy = [form.strip() for form in forms]
    return min(tidy, key=lambda form: (-tidy.count(form), *_untidiness(form), form))


def _untidiness(form: str) -> tuple[bool, bool]:
    return form.endswith((".", ",", ";", ":", "!")), not form[:1].isupper()

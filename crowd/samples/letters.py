"""The sample texts: fictional contributions of residents to a consultation on getting around."""

import csv
import io
from random import Random
from typing import Any, NamedTuple

from crowd.samples import voices
from crowd.samples.phrases import PHRASES, SUBJECTS, Phrase

COLUMNS = ("contribution_id", "quartier", "texte")
_DISTRICTS = (
    "Centre-Bourg",
    "La Gare",
    "Les Grands-Prés",
    "Combe-Feinte",
    "Rive-Imaginaire",
    "Saint-Exemple",
    "Faux-Mont",
    "",
)
# What one person's text is made of; the second subject, when there is one, is after the bar.
_PLANS = (
    *("-", "--", "-|-", "->", "->", "->|>"),
    *("=", "=>", "=->", "=|>", "=>|>", ">"),
    *("+", "+>", "+-", "+|-", "+|-"),
)
_OFTEN = (4, 4, 3, 3, 3, 3, 2, 2)  # how often each subject comes first, in their order
_MOST_ROWS = 5_000


class Letter(NamedTuple):
    """One contribution: the text, and what it says."""

    district: str
    text: str
    phrases: tuple[Phrase, ...]


class _Deck:
    """Phrases to draw from without drawing one twice before all its like have been drawn."""

    def __init__(self, *, rng: Random) -> None:
        self._rng = rng
        self._left: dict[tuple[str, str], list[Phrase]] = {}

    def draw(self, subject: str, sense: str) -> Phrase:
        pile = self._left.setdefault((subject, sense), [])
        if not pile:
            pile += [p for p in PHRASES if p.subjects[0] == subject and p.sense == sense]
            self._rng.shuffle(pile)
        return pile.pop()


def csv_bytes(*, rows: int = 60, seed: int = 2) -> bytes:
    """Make a CSV (UTF-8, comma, quotes where needed) of short texts, no two the same.

    The same arguments give the same bytes. Raises ValueError for fewer than 1 or more than 5,000
    rows: there is not more to say.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for number, letter in enumerate(_letters(rows=rows, seed=seed), start=1):
        table.writerow([f"VF-{number:04d}", letter.district, letter.text])
    return out.getvalue().encode()


def truths(*, rows: int = 60, seed: int = 2) -> list[dict[str, Any]]:
    """Say what each text of the same table holds, in the sample campaign's keys and values."""
    return [
        {"contribution_id": f"VF-{number:04d}", "values": _values(letter.phrases)}
        for number, letter in enumerate(_letters(rows=rows, seed=seed), start=1)
    ]


def _values(phrases: tuple[Phrase, ...]) -> dict[str, Any]:
    said = {subject for phrase in phrases for subject in phrase.subjects}
    senses = {phrase.sense for phrase in phrases}
    tone = "neutre"
    if "-" in senses:
        tone = "partage" if "+" in senses else "mecontent"
    elif "+" in senses:
        tone = "satisfait"
    return {
        "sujets": [subject for subject in SUBJECTS if subject in said],
        "mesure": "oui" if ">" in senses else "non",
        "ton": tone,
    }


def _letters(*, rows: int, seed: int) -> list[Letter]:
    if not 1 <= rows <= _MOST_ROWS:
        raise ValueError(f"Ask for 1 to {_MOST_ROWS} rows, not {rows}.")
    rng = Random(f"letters {seed}")
    deck, written = _Deck(rng=rng), dict[str, Letter]()
    while len(written) < rows:
        letter = _letter(deck=deck, rng=rng)
        written.setdefault(letter.text, letter)
    return list(written.values())


def _letter(*, deck: _Deck, rng: Random) -> Letter:
    plan = rng.choice(_PLANS)
    subjects = [rng.choices(SUBJECTS, _OFTEN)[0]]
    subjects.append(rng.choice([subject for subject in SUBJECTS if subject not in subjects]))
    phrases = tuple(
        deck.draw(subject, sense)
        for subject, part in zip(subjects, plan.split("|"), strict=False)
        for sense in part
    )
    return Letter(rng.choice(_DISTRICTS), voices.told(phrases, rng=rng), phrases)

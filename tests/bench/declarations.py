"""Generated declarations of interests, and people who type them in, well and badly."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crowd.rules.questions import Kind, Question

Row = dict[str, Any]
Table = list[Row]

ACTIVITIES = [
    "Directeur général", "Conseiller municipal", "Avocat au barreau", "Gérante", "Présidente",
    "Médecin généraliste", "Administrateur", "Consultante en énergie", "Professeur des écoles",
    "Trésorier de l’association", "Élu à la chambre d’agriculture", "Vice-président délégué",
]  # fmt: skip
BODIES = [
    "Société Béranger et fils", "Mairie de Saint-Aubin", "Conseil général de l’Orne",
    "S.A.R.L. Les Tilleuls", "Hôpital Sainte-Marthe", "Banque coopérative du Ponant",
    "Syndicat des eaux du Vexin", "Association Lire à Brévant", "Université d’Azuré",
    "Coopérative agricole du Haut-Lac", "Éditions du Phare", "Théâtre municipal",
]  # fmt: skip
STATUS = ["bénévole", "rémunéré"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"

QUESTION = Question(
    key="interests",
    kind=Kind.TABLE,
    settings={
        "columns": [
            {"key": "activity", "label": "Activité", "kind": "text"},
            {"key": "body", "label": "Organisme", "kind": "text"},
            {"key": "since", "label": "Depuis", "kind": "date"},
            {"key": "amount", "label": "Montant", "kind": "number"},
            {
                "key": "status",
                "label": "Statut",
                "kind": "choice",
                "options": [{"value": each, "label": each} for each in STATUS],
            },
        ]
    },
)


@dataclass(frozen=True)
class Typist:
    """How often one person slips.

    Attributes:
        cell: shares of cells typed wrongly.
        row: shares of rows left out; half as often a row is invented, or split over two lines.
        order: shares of forms whose rows come in another order.
        blind: shares of forms with rows of which they say that nothing is declared.
    """

    name: str
    cell: float
    row: float
    order: float
    blind: float


def typists(count: int, rng: random.Random) -> list[Typist]:
    """Six in ten careful, three in ten hurried, one in ten careless."""
    kinds = [("careful", 0.02, 0.01, 0.05, 0.0), ("hurried", 0.06, 0.04, 0.15, 0.01),
             ("careless", 0.15, 0.12, 0.3, 0.05)]  # fmt: skip
    drawn = rng.choices(kinds, weights=[6, 3, 1], k=count)
    return [Typist(f"{kind[0]}-{number}", *kind[1:]) for number, kind in enumerate(drawn)]


def form(rng: random.Random) -> Table:
    """One true form: nothing in one of five, else one to six rows."""
    if rng.random() < 0.2:
        return []
    return [_row(rng) for _ in range(rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 6]))]


def typed(truth: Table, who: Typist, rng: random.Random) -> Table:
    """What one person makes of a form; spellings that mean the same vary freely."""
    if truth and rng.random() < who.blind:
        return []
    rows = [dict(row) for row in truth if rng.random() >= who.row]
    if rng.random() < who.row / 2:
        rows.insert(rng.randint(0, len(rows)), _row(rng))
    if rng.random() < who.order:
        rng.shuffle(rows)
    lines: Table = []
    for row in rows:
        slipped = {key: _cell(key, value, who, rng) for key, value in row.items()}
        lines += _split(slipped) if rng.random() < who.row / 2 else [slipped]
    return lines


def _row(rng: random.Random) -> Row:
    month = f"-{rng.randint(1, 12):02}" if rng.random() < 0.7 else ""
    return {
        "activity": rng.choice(ACTIVITIES),
        "body": rng.choice(BODIES),
        "since": f"{rng.randint(1985, 2013)}{month}",
        "amount": rng.randint(1, 900) * 100 if rng.random() < 0.7 else None,
        "status": rng.choice(STATUS),
    }


def _split(row: Row) -> Table:
    """One row over two lines, as it looks on paper when a cell is long."""
    words = str(row["body"]).split()
    if len(words) < 2:
        return [row]
    below: Row = dict.fromkeys(row)
    return [{**row, "body": " ".join(words[:-1])}, {**below, "body": words[-1]}]


def _cell(key: str, value: Any, who: Typist, rng: random.Random) -> Any:
    wrong = rng.random() < who.cell
    match key:
        case "activity" | "body":
            return _spelt(_slip(value, rng) if wrong else value, rng)
        case "since":
            return (
                str(int(value[:4]) + rng.choice([-10, -1, 1, 10])) + value[4:] if wrong else value
            )
        case "amount" if value is None:
            return rng.randint(1, 900) * 100 if wrong and rng.random() < 0.3 else None
        case "amount":
            return rng.choice([value * 10, value + 100, None, value // 10 or 1]) if wrong else value
        case _:
            return rng.choice(STATUS) if wrong else value


def _slip(text: str, rng: random.Random) -> str:
    """One letter wrong, left out or doubled, two exchanged; or a word forgotten."""
    words = text.split()
    if len(words) > 1 and rng.random() < 0.2:
        words.pop(rng.randrange(len(words)))
        return " ".join(words)
    at = rng.randrange(len(text) - 1)
    return rng.choice(
        [
            text[:at] + rng.choice(LETTERS) + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ]
    )


def _spelt(text: str, rng: random.Random) -> str:
    """The same words as different people write them."""
    ways: Sequence[str] = [text, text, text.upper(), text.lower(), f"{text}.", f"  {text}"]
    plain = text.translate(str.maketrans("éèâôÉ’", "eeaoE'"))
    return rng.choice([*ways, plain])

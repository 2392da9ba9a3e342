"""Invent what the sample declarations say: no person, body or amount in here is real."""

from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

_Card = TypeVar("_Card")

# (name, kind): the kind decides which roles and amounts are plausible.
_BODIES = [
    ("Coopérative laitière du Val-Fictif", "société"),
    ("Les Amis du Moulin d’Utopie", "association"),
    ("Régie des eaux de la Combe-Feinte", "régie"),
    ("Scierie de Bois-Chimère", "société"),
    ("Union sportive de Montsonge", "association"),
    ("Habitat Val-Fictif", "régie"),
    ("Cinéma associatif Le Mirage", "association"),
    ("Transports Rive-Imaginaire", "société"),
    ("Office de tourisme de Pré-Inventé", "régie"),
    ("Caves et vergers de Faux-Mont", "société"),
    ("Harmonie municipale de Montsonge", "association"),
    ("Énergies citoyennes du Val-Fictif", "société"),
    ("École de musique de Saint-Exemple", "association"),
    ("Pharmacie du Pont-Supposé", "commerce"),
    ("Maison de retraite Les Songes", "régie"),
    ("Imprimerie Plume et Chimère", "commerce"),
    ("Secours aux sinistrés de Montsonge", "association"),
    ("Syndicat mixte des déchets du Val", "régie"),
    ("Garage de la Côte-Rêvée", "commerce"),
    ("Radio Val-Fictif", "association"),
    ("Théâtre de l’Hypothèse", "association"),
    ("Parc éolien de la Combe-Feinte", "société"),
    ("Chasse et nature de Pré-Inventé", "association"),
    ("Port fluvial de Rive-Imaginaire", "régie"),
    ("Boulangerie Aux Blés d’Utopie", "commerce"),
    ("Crèche Les Petits Exemples", "association"),
    ("Agence d’urbanisme du Val-Fictif", "régie"),
    ("Maraîchers de Bois-Chimère", "commerce"),
]
_ROLES = {  # (masculine, feminine)
    "société": [
        ("Administrateur", "Administratrice"),
        ("Membre du conseil de surveillance", "Membre du conseil de surveillance"),
        ("Directeur commercial", "Directrice commerciale"),
    ],
    "commerce": [("Gérant", "Gérante"), ("Associé", "Associée"), ("Cogérant", "Cogérante")],
    "association": [
        ("Président", "Présidente"),
        ("Trésorier", "Trésorière"),
        ("Secrétaire adjoint", "Secrétaire adjointe"),
        ("Membre du bureau", "Membre du bureau"),
    ],
    "régie": [
        ("Membre du conseil d’administration", "Membre du conseil d’administration"),
        ("Vice-président", "Vice-présidente"),
        ("Président du conseil d’exploitation", "Présidente du conseil d’exploitation"),
        ("Délégué suppléant", "Déléguée suppléante"),
    ],
}
_PAID = {"société": 0.9, "commerce": 0.9, "association": 0.2, "régie": 0.6}
_AMOUNTS = {
    "société": (4_000, 52_000),
    "commerce": (6_000, 38_000),
    "association": (300, 2_400),
    "régie": (600, 9_600),
}
_SEATS = [
    ("Conseiller", "Conseillère"),
    ("Conseiller", "Conseillère"),
    ("Vice-président", "Vice-présidente"),
    ("Conseiller délégué", "Conseillère déléguée"),
]
_REMARKS = {
    "société": [
        "Je ne prends pas part aux votes sur ce sujet.",
        "Jetons de présence compris.",
    ],
    "commerce": ["Parts reçues en héritage.", "Depuis le 1er septembre 2023."],
    "association": ["Mandat terminé en 2024.", "Mon conjoint y est salarié."],
    "régie": [
        "Sur désignation du conseil territorial.",
        "Frais de déplacement remboursés en plus.",
    ],
}


@dataclass(frozen=True, kw_only=True)
class Interest:
    """What one declaration says. An empty one ("néant") has no body, role or amount."""

    number: int
    declarant: str
    signed_on: str
    body: str = ""
    role: str = ""
    paid: bool | None = None
    amount: int | None = None  # euros a year; None when nothing is written
    remark: str = ""

    @property
    def is_nil(self) -> bool:
        return not self.body


def invent(*, page: int, seed: int) -> Interest:
    """Invent the declaration of one page (from 1); a page says the same in any longer document."""
    rng = Random(f"interest {seed} {page}")
    number = _dealt(list(range(1, 49)), page=page, seed=seed)
    feminine = number % 2 == 0
    initials = f"{rng.choice('ABCDEFGHJLMNPRSTV')}. {rng.choice('ABCDEFGHJLMNPRSTV')}."
    blank = Interest(
        number=400 + 3 * page + seed % 3,
        declarant=f"{rng.choice(_SEATS)[feminine]} n° {number}, {initials}",
        signed_on=f"{rng.randint(3, 28):02d}/0{rng.randint(1, 3)}/2026",
    )
    if _dealt([True] * 3 + [False] * 9, page=page, seed=seed):
        return blank
    return _filled(blank, _dealt(_BODIES, page=page, seed=seed), feminine=feminine, rng=rng)


def _dealt(cards: list[_Card], *, page: int, seed: int) -> _Card:
    """Deal from a shuffled deck: none comes twice before all have come once."""
    deck = list(cards)
    Random(f"deck {seed} {len(deck)}").shuffle(deck)
    return deck[(page - 1) % len(deck)]


def _filled(blank: Interest, body: tuple[str, str], *, feminine: bool, rng: Random) -> Interest:
    name, kind = body
    paid = rng.random() < _PAID[kind]
    low, high = _AMOUNTS[kind]
    amount = rng.randrange(low, high, 100 if high > 10_000 else 60) if paid else None
    if not paid and rng.random() < 0.5:
        amount = 0
    return replace(
        blank,
        body=name,
        role=rng.choice(_ROLES[kind])[feminine],
        paid=paid,
        amount=amount,
        remark=rng.choice(_REMARKS[kind]) if rng.random() < 0.35 else "",
    )

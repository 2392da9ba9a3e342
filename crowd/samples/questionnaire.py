"""A fictional form of two pages in two versions: the same questions, other places.

What every campaign with forms meets: halfway through, the administration prints a new version, and
each person fills it in by hand. `places` says where the answers are, so that cuts can be measured.
"""

from dataclasses import dataclass
from random import Random

from PIL import Image

from crowd.samples import filling, form, handwriting, interests, scanner
from crowd.samples.form import LEFT, RIGHT
from crowd.samples.sheet import HEIGHT, WIDTH, Box, Sheet

VERSIONS = ("2025", "2026")
PAGES = 2

LABELS = {
    "declarant": "Identité du déclarant (fonction et initiales)",
    "address": "Adresse personnelle (ne sera pas publiée)",
    "jobs": "Activités professionnelles à la date de l’élection",
    "past": "Activités professionnelles des cinq dernières années",
    "consulting": "Activités de consultant",
    "boards": "Participation à des organes dirigeants",
    "holdings": "Participations financières",
    "spouse": "Activités professionnelles du conjoint",
    "voluntary": "Fonctions bénévoles",
    "remarks": "Observations",
}
HEADS = {
    "jobs": ("Employeur", "Fonction"),
    "past": ("Employeur", "Fonction"),
    "consulting": ("Organisme", "Objet", "Montant"),
    "boards": ("Organisme", "Fonction", "Montant"),
    "holdings": ("Société", "Valeur"),
}
# Key → top and foot of its frame, one table a page; headings stand above the frames.
_OLD: tuple[dict[str, tuple[int, int]], ...] = (
    {
        "declarant": (446, 526),
        "address": (596, 676),
        "jobs": (750, 1010),
        "past": (1084, 1344),
        "consulting": (1418, 1620),
    },
    {
        "boards": (232, 560),
        "holdings": (634, 860),
        "spouse": (934, 1070),
        "voluntary": (1144, 1280),
        "remarks": (1354, 1490),
    },
)
# In the newer version headings stand left of the frames, and the questions in another order.
_NEW: tuple[dict[str, tuple[int, int]], ...] = (
    {
        "declarant": (420, 488),
        "address": (516, 584),
        "boards": (640, 1052),
        "consulting": (1092, 1352),
        "voluntary": (1392, 1612),
    },
    {
        "jobs": (200, 540),
        "past": (580, 830),
        "spouse": (870, 950),
        "holdings": (990, 1310),
        "remarks": (1350, 1580),
    },
)
_COLUMN = 430  # where the newer version's frames begin


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one answer goes: pixels of a page of WIDTH × HEIGHT."""

    key: str
    page: int
    box: Box

    @property
    def fractions(self) -> list[float]:
        """The box as fractions of the page."""
        left, top, right, foot = self.box
        return [left / WIDTH, top / HEIGHT, right / WIDTH, foot / HEIGHT]


def places(version: str) -> list[Place]:
    """Where the answers go in one version, in the order of its pages."""
    tables, left = (_OLD, LEFT) if version == VERSIONS[0] else (_NEW, _COLUMN)
    return [
        Place(key=key, page=page, box=(left, top, RIGHT, foot))
        for page, table in enumerate(tables, start=1)
        for key, (top, foot) in table.items()
    ]


def inked(*, version: str, page: int, number: int, seed: int = 1) -> Image.Image:
    """One page filled in by one person, flat and straight, before any scanner.

    Args:
        number: the person; another one has another hand and says other things.
    """
    rng = Random(f"questionnaire {seed} {version} {page} {number}")
    sheet = Sheet(rng=rng, hand=handwriting.a_hand(rng=Random(f"hand {seed} {number}")))
    _head(sheet, version, page, number)
    for place in places(version):
        if place.page == page:
            _print(sheet, place, version)
            _fill(sheet, place, _interest(rng))
    sheet.centred("SPÉCIMEN — document fictif.", form.MIDDLE, 1692, size=17)
    return scanner.inked(sheet, rng=rng)


def _head(sheet: Sheet, version: str, page: int, number: int) -> None:
    if page == 1:
        form.head(sheet, number)
    else:
        sheet.label("Déclaration d’intérêts", LEFT, 110, size=20)
        sheet.rule(LEFT, 128, RIGHT, 128)
    sheet.label(f"{page}/{PAGES}", RIGHT - 40, 60, size=20)
    sheet.label(f"Modèle {version}", LEFT, 60, size=16)


def _print(sheet: Sheet, place: Place, version: str) -> None:
    left, top, right, foot = place.box
    sheet.frame(place.box)
    if version == VERSIONS[0]:
        sheet.label(f"{LABELS[place.key]} :", left, top - 18, size=21, bold=True)
    else:
        for row, line in enumerate(_wrapped(LABELS[place.key], letters=26)):
            sheet.label(line, LEFT, top + 30 + 27 * row, size=20, bold=True)
    heads = HEADS.get(place.key, ())
    for number, head in enumerate(heads):
        x = left + (right - left) * number / len(heads)
        sheet.label(head, x + 16, top + 28, size=18)
        if number:
            sheet.rule(x, top, x, foot)
    if heads:
        sheet.rule(left, top + 40, right, top + 40)


def _fill(sheet: Sheet, place: Place, interest: interests.Interest) -> None:
    """What people do with a box: fill it in, write "néant" across, or pass it over."""
    left, top, right, foot = place.box
    heads = HEADS.get(place.key, ())
    chance = sheet.rng.random()
    if place.key == "declarant":
        filling.write_in(sheet, interest.declarant, place.box)
    elif chance < 0.15:
        return
    elif chance < 0.4 and foot - top > 220:
        filling.cross_out(sheet, place.box)
    elif not heads:
        filling.write_in(sheet, interest.remark or interest.body, place.box)
    else:
        wide = (right - left) / len(heads)
        for number, text in enumerate((interest.body, interest.role, str(interest.amount))):
            if number < len(heads):
                column = (left + wide * number, top + 40, left + wide * (number + 1), foot)
                filling.write_in(sheet, text, column)


def _interest(rng: Random) -> interests.Interest:
    """Any interest that says something: what is left empty is left so elsewhere."""
    while (found := interests.invent(page=rng.randrange(1, 2000), seed=1)).is_nil:
        pass
    return found


def _wrapped(text: str, *, letters: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > letters:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines

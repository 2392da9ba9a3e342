"""The printed form of the sample declarations, in the two versions volunteers meet."""

import math
from dataclasses import dataclass

from crowd.samples.sheet import WIDTH, Box, Sheet

LEFT, RIGHT, MIDDLE = 120, 1130, WIDTH / 2
DECLARANT: Box = (LEFT, 446, RIGHT, 526)
TABLE: Box = (LEFT, 676, RIGHT, 1164)
REMARKS: Box = (LEFT, 1250, RIGHT, 1384)


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the answers of the second section go, in one version of the form."""

    inside: Box  # what a "néant" goes across
    body: Box
    role: Box
    amount: Box
    yes: tuple[float, float]  # middle of the box to tick
    no: tuple[float, float]


def print_form(sheet: Sheet, *, number: int, in_columns: bool) -> Places:
    """Print an empty form on the sheet; say where the answers of its table go."""
    head(sheet, number)
    sheet.label("1° Identité du déclarant (fonction et initiales) :", LEFT, 430, size=21, bold=True)
    sheet.frame(DECLARANT)
    _second_heading(sheet)
    places = _columns(sheet) if in_columns else _rows(sheet)
    sheet.label("3° Observations :", LEFT, 1234, size=21, bold=True)
    sheet.frame(REMARKS)
    _foot(sheet)
    return places


def head(sheet: Sheet, number: int) -> None:
    """Print the arms, the title and what to do, as on the first page of every version."""
    _emblem(sheet, LEFT + 38, 132)
    sheet.label("Conseil territorial", LEFT + 94, 127, size=24, bold=True)
    sheet.label("de Val-Fictif", LEFT + 94, 157, size=24)
    sheet.frame((RIGHT - 230, 96, RIGHT, 168), width=1.2)
    sheet.label("Enregistrée sous le n°", RIGHT - 214, 122, size=16)
    sheet.label(f"DI – 2026 – {number:04d}", RIGHT - 214, 153, size=22, bold=True)
    sheet.centred("DÉCLARATION D’INTÉRÊTS — SPÉCIMEN", MIDDLE, 268, size=38, bold=True, track=1.5)
    sheet.rule(LEFT, 298, RIGHT, 298, width=2.4)
    for text, y in (
        ("À remplir à la main, en lettres lisibles, une feuille par organisme.", 336),
        ("Toute modification est à signaler au secrétariat dans un délai de deux mois.", 363),
    ):
        sheet.centred(text, MIDDLE, y, size=19)


def _emblem(sheet: Sheet, x: float, y: float) -> None:
    """A valley under a sun, in a ring: the arms of a place that does not exist."""
    sheet.ring(x, y, 38, width=2.4)
    sheet.ring(x, y, 33, width=1)
    sheet.ring(x, y - 14, 7)
    for depth in (4, 12, 20):
        half = math.sqrt(32**2 - depth**2)
        for side in (-1, 1):
            sheet.rule(x, y + depth + 4, x + side * half, y + depth - 6, width=1.4)


def _second_heading(sheet: Sheet) -> None:
    lines = (
        "2° Participation aux organes dirigeants d’un organisme public ou privé, à la date",
        "de l’élection ou au cours des cinq dernières années :",
    )
    for y, line in zip((592, 621), lines, strict=True):
        sheet.label(line, LEFT, y, size=21, bold=True)
    sheet.label("À défaut, inscrire « néant » dans le cadre.", LEFT, 656, size=18)
    sheet.frame(TABLE, width=2)


def _rows(sheet: Sheet) -> Places:
    """The newer version: one line of the table a question."""
    split, edges = 404.0, (TABLE[1], 824, 960, 1050, TABLE[3])
    labels = (
        ("Dénomination", "de l’organisme"),
        ("Fonction exercée",),
        ("Fonction rémunérée",),
        ("Montant annuel brut", "(en euros)"),
    )
    sheet.rule(split, TABLE[1], split, TABLE[3])
    for lines, top, foot in zip(labels, edges[:-1], edges[1:], strict=True):
        first = (top + foot) / 2 + 7 - 13.5 * (len(lines) - 1)
        for row, line in enumerate(lines):
            sheet.label(line, LEFT + 16, first + 27 * row)
        sheet.rule(LEFT, foot, RIGHT, foot)
    return Places(
        inside=(split, TABLE[1], RIGHT, TABLE[3]),
        body=(split, edges[0], RIGHT, edges[1]),
        role=(split, edges[1], RIGHT, edges[2]),
        amount=(split, edges[3], RIGHT, edges[4]),
        yes=_box_to_tick(sheet, "oui", split + 40, 1005),
        no=_box_to_tick(sheet, "non", split + 190, 1005),
    )


def _columns(sheet: Sheet) -> Places:
    """The older version: one column of the table a question."""
    edges, under_heads, above_boxes = (LEFT, 500, 830, RIGHT), 752, 1040
    heads = (
        ("Dénomination", "de l’organisme"),
        ("Fonction", "exercée"),
        ("Montant annuel brut", "(en euros)"),
    )
    sheet.rule(LEFT, under_heads, RIGHT, under_heads)
    for lines, left, right in zip(heads, edges[:-1], edges[1:], strict=True):
        for y, line in zip((708, 736), lines, strict=True):
            sheet.centred(line, (left + right) / 2, y, size=20, bold=True)
        sheet.rule(right, TABLE[1], right, TABLE[3])
    sheet.label("Fonction rémunérée :", edges[2] + 20, 1076)
    return Places(
        inside=(LEFT, under_heads, RIGHT, TABLE[3]),
        body=(edges[0], under_heads, edges[1], above_boxes),
        role=(edges[1], under_heads, edges[2], above_boxes),
        amount=(edges[2], under_heads, edges[3], above_boxes - 60),
        yes=_box_to_tick(sheet, "oui", edges[2] + 34, 1118),
        no=_box_to_tick(sheet, "non", edges[2] + 160, 1118),
    )


def _box_to_tick(sheet: Sheet, text: str, x: float, y: float) -> tuple[float, float]:
    sheet.frame((x - 12, y - 12, x + 12, y + 12))
    sheet.label(text, x + 24, y + 7)
    return x, y


def _foot(sheet: Sheet) -> None:
    sheet.label("Fait à Val-Fictif, le", LEFT, 1462)
    sheet.label("Signature :", 660, 1462)
    sheet.rule(LEFT, 1664, RIGHT, 1664, width=1)
    sheet.centred(
        "SPÉCIMEN — document fictif : ni personnes, ni organismes, ni montants n’existent.",
        MIDDLE,
        1692,
        size=17,
    )

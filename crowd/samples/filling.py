"""Fill in the printed form: one invented hand, its words, its dashes, its second thoughts."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from crowd.samples import form, handwriting, signing
from crowd.samples.form import Places
from crowd.samples.interests import Interest
from crowd.samples.sheet import Box, Sheet

_MARGIN = 26


def fill_in(interest: Interest, *, rng: Random) -> Sheet:
    """Make the sheet of one declaration: printed, filled in, signed and stamped."""
    sheet = Sheet(rng=rng, hand=handwriting.a_hand(rng=rng))
    places = form.print_form(sheet, number=interest.number, in_columns=rng.random() < 0.3)
    write_in(sheet, interest.declarant, form.DECLARANT)
    if interest.is_nil:
        cross_out(sheet, places.inside)
    else:
        _answers(sheet, interest, places)
    if interest.remark:
        write_in(sheet, interest.remark, form.REMARKS)
    signing.sign(sheet, interest)
    signing.stamp(sheet)
    return sheet


def _answers(sheet: Sheet, interest: Interest, places: Places) -> None:
    write_in(sheet, interest.body, places.body)
    write_in(sheet, interest.role, places.role)
    _tick(sheet, *(places.yes if interest.paid else places.no))
    if interest.amount is None:
        _dash(sheet, places.amount)
    else:
        _amount(sheet, interest.amount, places.amount)


def write_in(sheet: Sheet, text: str, box: Box) -> None:
    """Write in a box, on as many lines as it takes, smaller when one word is too long."""
    left, top, right, foot = box
    room = right - left - 2 * _MARGIN
    longest = max(text.split(), key=lambda word: handwriting.width(word, hand=sheet.hand))
    hand = handwriting.fitted(sheet.hand, text=longest, room=room)
    lines = _lines(text, room=room, measure=lambda line: handwriting.width(line, hand=hand))
    pitch = min(2.4 * hand.x_height, (foot - top - 12) / len(lines))
    base = (top + foot) / 2 - pitch * (len(lines) - 1) / 2 + hand.x_height * 0.62
    for row, line in enumerate(lines):
        indent = left + _MARGIN + sheet.rng.uniform(-8, 10)
        sheet.write(line, indent, base + row * pitch + sheet.rng.uniform(-3, 3), hand=hand)


def _lines(text: str, *, room: float, measure: Callable[[str], float]) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _amount(sheet: Sheet, amount: int, box: Box) -> None:
    """Write an amount the way people do; one in five is corrected, and the last one counts."""
    x, y = box[0] + _MARGIN + sheet.rng.uniform(0, 30), (box[1] + box[3]) / 2 + 14
    if amount and sheet.rng.random() < 0.2:
        end = sheet.write(_euros(amount + 10 * sheet.rng.randint(4, 90), " "), x, y)
        _strike(sheet, x, end, y - 12)
        x, y = (end + 34, y) if box[2] - end > 330 else (x, y + 62)
    ending = sheet.rng.choice([" €", " €", " €/an", " euros"]) if amount else " €"
    text = _euros(amount, sheet.rng.choice([" ", " ", "."])) + ending
    room = (box[2] - x - _MARGIN) * 0.95
    sheet.write(text, x, y, hand=handwriting.fitted(sheet.hand, text=text, room=room))


def _euros(amount: int, mark: str) -> str:
    return f"{amount:,}".replace(",", mark)


def _strike(sheet: Sheet, left: float, right: float, y: float) -> None:
    for lift in (0, 9):
        sheet.draw(
            [(left - 6, y + 4 - lift), ((left + right) / 2, y - 3), (right + 4, y + 5 - lift)]
        )


def _dash(sheet: Sheet, box: Box) -> None:
    y = (box[1] + box[3]) / 2
    left = box[0] + _MARGIN + sheet.rng.uniform(0, 30)
    sheet.draw([(left, y + 9), (left + 70, y + 1), (left + 150, y - 8)])


def _tick(sheet: Sheet, x: float, y: float) -> None:
    if sheet.rng.random() < 0.5:
        sheet.draw([(x - 14, y - 12), (x, y + 1), (x + 13, y + 15)])
        sheet.draw([(x + 14, y - 13), (x - 1, y), (x - 13, y + 13)])
    else:
        sheet.draw([(x - 9, y - 1), (x - 3, y + 9), (x + 4, y - 4), (x + 21, y - 23)])


def cross_out(sheet: Sheet, box: Box) -> None:
    """ "Néant", once and large, with or without a line through the rest of the frame."""
    left, top, right, foot = box
    hand = replace(sheet.hand, x_height=sheet.hand.x_height * sheet.rng.uniform(1.2, 1.7))
    word = sheet.rng.choice(["Néant", "néant", "NÉANT", "Néant."])
    x, y = left + (right - left) * sheet.rng.uniform(0.1, 0.4), top + sheet.rng.uniform(80, 200)
    end = sheet.write(word, x, y, hand=hand)
    if sheet.rng.random() < 0.5:
        sheet.draw([(left + 40, foot - 30), (end, y + 90), (right - 50, y + 30)])

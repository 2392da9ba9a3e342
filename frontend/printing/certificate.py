"""A certificate as one page of paper: what someone has given, and how to check it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from crowd.models import Certificate as Row
from crowd.services import certificates
from frontend.printing import press

EDGE = 72
QR_SIDE = 96


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the page says, in the reader's language; `address` is where its QR code leads."""

    title: str
    bearer: str
    sentences: list[str]
    method: str
    made: str
    check: str
    address: str


def of(row: Row, *, address: str) -> Certificate:
    """A certificate in words.

    Args:
        address: of its page, whole.
    """
    return Certificate(
        title=_("Certificate of volunteering"),
        bearer=row.bearer,
        sentences=sentences(row),
        method=method(),
        made=_("Made on {day}").format(day=date_format(row.made_at, "DATE_FORMAT")),
        check=_("Anyone can check this certificate at:"),
        address=address,
    )


def sentences(row: Row) -> list[str]:
    """What a certificate says, one sentence a line."""
    hours = certificates.hours(row)
    about = _("“{campaign}”").format(campaign=row.campaign.title) if row.campaign else ""
    gave = ngettext("has given {n} answer", "has given {n} answers", row.answers).format(
        n=number_format(row.answers, 0, force_grouping=True)
    )
    confirmed = ngettext(
        "of which others have confirmed {n}", "of which others have confirmed {n}", row.confirmed
    ).format(n=number_format(row.confirmed, 0, force_grouping=True))
    when = _("from {first} to {last}").format(
        first=date_format(row.first_day, "DATE_FORMAT"),
        last=date_format(row.last_day, "DATE_FORMAT"),
    )
    spent = _("in less than a quarter of an hour of work")
    if hours:
        spent = _("in about {hours} hours of work").format(
            hours=number_format(hours, 2 if hours % 1 else 0)
        )
    where = _("to the campaign {campaign}").format(campaign=about) if about else ""
    return [each for each in (gave + ",", confirmed + ",", where, when + ",", spent + ".") if each]


def method() -> str:
    """How hours are estimated."""
    return _(
        "Hours are estimated: for each answer, the time since its excerpt was shown or since the "
        "answer before, {most} minutes at most."
    ).format(most=certificates.MOST_MINUTES)


def draw(certificate: Certificate) -> bytes:
    """The certificate as PDF."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(press.printable(f"{certificate.title} · {certificate.bearer}"))
    width, height = A4[0] - 2 * EDGE, A4[1]
    canvas.setStrokeColor(press.EDGE)
    canvas.setLineWidth(1)
    canvas.rect(EDGE / 2, EDGE / 2, A4[0] - EDGE, height - EDGE)
    press.draw_mark(canvas, at=(EDGE, height - EDGE - 24), size=26)
    title = press.lines(certificate.title, font=press.SERIF_BOLD, size=30, width=width, most=2)
    y = press.write(canvas, title, at=(EDGE, height - 190), font=press.SERIF_BOLD, size=30)
    size, bearer = press.fitted(
        certificate.bearer, font=press.SERIF_BOLD, sizes=(38, 30, 24, 18), width=width, most=2
    )
    y = press.write(
        canvas, bearer, at=(EDGE, y - 40), font=press.SERIF_BOLD, size=size, ink=press.GREEN
    )
    for sentence in certificate.sentences:
        said = press.lines(sentence, font=press.SERIF, size=18, width=width, most=3)
        y = press.write(canvas, said, at=(EDGE, y - 12), font=press.SERIF, size=18, leading=1.25)
    press.draw_sieve(
        canvas,
        {"settled": 100, "contested": 0, "set-aside": 0, "open": 0},
        at=(EDGE, y - 40),
        width=width * 0.7,
    )
    _draw_foot(canvas, certificate, width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_foot(canvas: Canvas, certificate: Certificate, width: float) -> None:
    """How to check it, and how the hours were estimated."""
    press.draw_qr(canvas, certificate.address, at=(EDGE, EDGE), side=QR_SIDE)
    left, room = EDGE + QR_SIDE + 20, width - QR_SIDE - 20
    y = press.write(
        canvas, [certificate.made], at=(left, EDGE + QR_SIDE), font=press.SERIF_BOLD, size=12
    )
    y = press.write(
        canvas, [certificate.check], at=(left, y - 6), font=press.SANS, size=9, ink=press.INK_2
    )
    size, address = press.fitted(
        certificate.address, font=press.SANS, sizes=(10, 8, 7), width=room, most=2
    )
    y = press.write(canvas, address, at=(left, y - 4), font=press.SANS, size=size)
    method = press.lines(certificate.method, font=press.SANS, size=8, width=room, most=3)
    press.write(
        canvas, method, at=(left, y - 8), font=press.SANS, size=8, ink=press.INK_2, leading=1.3
    )

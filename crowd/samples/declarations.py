"""The sample scans: fictional declarations of interests, one a page, and what is on them."""

import io
import time
from random import Random
from typing import Any

from PIL import Image

from crowd.samples import filling, interests, scanner

_DOTS_AN_INCH = 150.0
_QUALITY = 52
# A PDF carries its date: a fixed one, so that the same pages are the same bytes.
_MADE_ON = time.struct_time((2026, 4, 1, 9, 0, 0, 2, 91, 0))


def pdf_bytes(*, pages: int = 24, seed: int = 1) -> bytes:
    """Make a PDF of scan-looking declarations: A4, about 100 kB a page.

    The same arguments give the same bytes on one machine. Raises ValueError without a page.
    """
    if pages < 1:
        raise ValueError("A document of declarations has at least one page.")
    first, *others = (_page(page=page, seed=seed) for page in range(1, pages + 1))
    out = io.BytesIO()
    first.save(
        out,
        format="PDF",
        save_all=True,
        append_images=others,
        resolution=_DOTS_AN_INCH,
        quality=_QUALITY,
        title="Déclarations d’intérêts (spécimens) — Val-Fictif",
        creationDate=_MADE_ON,
        modDate=_MADE_ON,
    )
    return out.getvalue()


def truths(*, pages: int = 24, seed: int = 1) -> list[dict[str, Any]]:
    """Say what each page of the same document holds.

    ``values`` has the keys and values of the sample campaign's questions; a key is absent where
    nothing is written. ``paid`` is None on a page that says "néant".
    """
    return [_truth(page=page, seed=seed) for page in range(1, pages + 1)]


def _truth(*, page: int, seed: int) -> dict[str, Any]:
    interest = interests.invent(page=page, seed=seed)
    values: dict[str, Any] = {"contenu": "neant" if interest.is_nil else "rempli"}
    if not interest.is_nil:
        values |= {"organisme": interest.body, "fonction": interest.role}
    if interest.amount is not None:
        values["montant"] = interest.amount
    return {
        "page": page,
        "number": interest.number,
        "declarant": interest.declarant,
        "paid": interest.paid,
        "remark": interest.remark,
        "values": values,
    }


def _page(*, page: int, seed: int) -> Image.Image:
    rng = Random(f"page {seed} {page}")
    sheet = filling.fill_in(interests.invent(page=page, seed=seed), rng=rng)
    return scanner.scan(sheet, rng=rng)

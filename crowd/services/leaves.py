"""Leaves: the pages of a document as pictures: stored ones to compare, the original's to cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from PIL import Image

from crowd.models import Document, Excerpt
from crowd.models.documents import ExcerptKind
from crowd.rules.problems import Problem
from crowd.rules.splitting import types
from crowd.rules.splitting.paged import PagedSplitter, Pages
from crowd.rules.zones import cutting, layers, prints
from crowd.rules.zones.layers import Letters
from crowd.rules.zones.prints import Print
from crowd.services import originals

KEPT_PRINTS = 96  # about a megabyte each: the templates of a campaign, mostly


def of(*, document: Document) -> QuerySet[Excerpt]:
    """The page excerpts of a document that can be looked at, in order."""
    pages = document.excerpts.filter(kind=ExcerptKind.PAGE).exclude(image_key="")
    return pages.order_by("position")


def ratio(page: Excerpt) -> float:
    """Height of a page, in widths of it."""
    return (page.height or 1) / (page.width or 1)


def print_of(page: Excerpt) -> Print:
    """What of a page can be recognised.

    Raises:
        FileNotFoundError: its picture is gone.
    """
    widths = [width for width in page.image_widths if width >= prints.WIDTH]
    return _print(f"{page.image_key}/{min(widths or page.image_widths)}.webp")


@lru_cache(maxsize=KEPT_PRINTS)
def _print(key: str) -> Print:
    with default_storage.open(key) as file, Image.open(file) as picture:
        return prints.of(np.asarray(picture.convert("L"), dtype=np.uint8))


@dataclass(frozen=True, kw_only=True)
class Original:
    """A document's file, opened to be drawn anew; pages count from 1."""

    pages: Pages
    path: str
    is_pdf: bool

    def drawn(self, page: int) -> Image.Image:
        """One page in RGB, as sharp as zones are cut from.

        Raises:
            Problem: it can't be drawn.
        """
        return self.pages.drawn(page - 1, cutting.PAGE_WIDTH)

    def letters(self, page: int) -> Letters:
        """Its text layer, character by character."""
        if not self.is_pdf:
            return layers.NOTHING
        with open(self.path, "rb") as file:
            return layers.of_pdf(file, page=page)


@contextmanager
def opened(document: Document) -> Iterator[Original]:
    """A document's original.

    Raises:
        Problem: it is missing, can't be opened, or has no pages.
    """
    splitter: object = types.SPLITTERS[document.media_type]
    if not isinstance(splitter, PagedSplitter):
        raise Problem("plan_unfit", by="zones")
    with (
        originals.at_hand(document) as path,
        path.open("rb") as file,
        splitter.opened(file) as pages,
    ):
        yield Original(pages=pages, path=str(path), is_pdf=document.media_type == types.PDF)

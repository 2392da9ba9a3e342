"""Documents that have pages one can look at: page by page, tile by tile, or whole."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO, Protocol

from PIL import Image

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures, tiles
from crowd.rules.splitting.parts import Box, Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan, Tiling

ALL = (0.0, 0.0, 1.0, 1.0)
# Of pages one under the other: below it, handwriting can't be read any more.
NARROWEST_WHOLE = pictures.WIDTHS[1]


class Pages(Protocol):
    """The pages of an opened document, numbered from 0."""

    def __len__(self) -> int: ...

    def check(self, limits: Limits) -> None:
        """Let the document pass if each page can be looked at.

        Raises:
            Problem: it has no pages or too many, or one is damaged or too large.
        """

    def shape(self, index: int) -> float:
        """Height of a page, in widths of it."""
        ...

    def drawn(self, index: int, width: int, box: Box = ALL) -> Image.Image:
        """A part of a page in RGB, that many pixels wide, or less where it has no more.

        Raises:
            Problem: this page can't be drawn.
        """
        ...

    def text(self, index: int, box: Box = ALL) -> str:
        """The text layer there; "" for none."""
        ...


class PagedSplitter:
    """Splits what `opened` opens (it raises Problem for what can't be)."""

    ways = (By.PAGES, By.ZONES, By.TILES, By.WHOLE)

    def __init__(self, opened: Callable[[BinaryIO], AbstractContextManager[Pages]]) -> None:
        self.opened = opened

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Look at each page of the document.

        Raises:
            Problem: what is wrong with it, or that it is too long to be shown whole.
        """
        with self.opened(file) as pages:
            pages.check(limits)
            if plan.by is By.WHOLE:
                _width_of_whole(pages)
                return Survey(parts=1)
            per_page = len(tiles.boxes(plan.tile)) if plan.tile else 1
            return Survey(parts=len(pages) * per_page)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        with self.opened(file) as pages:
            if plan.by is By.WHOLE:
                yield _whole(pages)
            elif plan.tile:
                yield from _tiles(pages, plan.tile, start)
            else:
                for index in range(start, len(pages)):
                    yield _part(pages, index, position=index + 1)


def _part(pages: Pages, index: int, *, position: int, box: Box | None = None) -> Part:
    """One page or tile; one that can't be drawn is left out, with its problem."""
    empty = Part(position=position, page=index + 1, box=box)
    try:
        picture = pictures.variants(pages.drawn(index, pictures.WIDTHS[-1], box or ALL))
        return replace(empty, text=pages.text(index, box or ALL), picture=picture)
    except Problem as problem:
        return replace(empty, problem=problem)
    except MemoryError:
        return replace(empty, problem=Problem("page_too_heavy", page=index + 1))


def _tiles(pages: Pages, tiling: Tiling, start: int) -> Iterator[Part]:
    grid = tiles.boxes(tiling)
    for position in range(start, len(pages) * len(grid)):
        index, tile = divmod(position, len(grid))
        yield _part(pages, index, position=position + 1, box=grid[tile])


def _width_of_whole(pages: Pages) -> int:
    """How wide all pages, one under the other, can be within what a picture holds.

    Raises:
        Problem: `whole_too_long`.
    """
    height = sum(pages.shape(index) for index in range(len(pages)))
    width = min(pictures.WIDTHS[-1], int((pictures.LONGEST_SIDE - len(pages)) / height))
    if width < NARROWEST_WHOLE:
        raise Problem("whole_too_long", pages=len(pages))
    return width


def _whole(pages: Pages) -> Part:
    """All pages one under the other, and all their text."""
    width = _width_of_whole(pages)
    drawn = [_fitted(pages.drawn(index, width), width) for index in range(len(pages))]
    sheet = Image.new("RGB", (width, sum(each.height for each in drawn)), "white")
    top = 0
    for each in drawn:
        sheet.paste(each, (0, top))
        top += each.height
    texts = [pages.text(index) for index in range(len(pages))]
    return Part(
        position=1,
        page=1 if len(pages) == 1 else None,
        text="\n\n".join(filter(None, texts)),
        picture=pictures.variants(sheet),
    )


def _fitted(image: Image.Image, width: int) -> Image.Image:
    """Exactly that wide: pages of different sizes stand under one another."""
    if image.width == width:
        return image
    height = round(image.height * width / image.width) or 1
    return image.resize((width, height), Image.Resampling.LANCZOS)

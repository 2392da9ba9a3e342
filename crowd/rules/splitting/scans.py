"""Photographs and scans: JPEG, PNG, WebP, GIF, TIFF (of many pages), HEIC."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import BinaryIO

import numpy as np
import pi_heif  # type: ignore[import-untyped]
from PIL import Image, ImageFile

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.paged import ALL, PagedSplitter
from crowd.rules.splitting.parts import Box, Limits

pi_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF")
LONGEST_SIDE = 60_000  # pixels
ORIENTATION = 0x0112  # EXIF's tag
# What has to be done to see it upright, by EXIF's number for how the camera was held.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = {5, 6, 7, 8}
TWELVE_BITS = 4095  # many scanners' 16 bits hold no more
# What Pillow raises for files that are not what they claim to be.
BROKEN = (
    *(OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, EOFError),
    *(OverflowError, ArithmeticError, AttributeError, NotImplementedError, RuntimeError),
)


class ScanSplitter(PagedSplitter):
    def __init__(self) -> None:
        super().__init__(opened)


@contextmanager
def opened(file: BinaryIO) -> Iterator["ScanPages"]:
    """The pages of a picture file: all of a TIFF's, one of anything else's.

    Raises:
        Problem: `picture_unreadable`.
    """
    file.seek(0)
    # Sizes are checked here, page by page, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(file, formats=FORMATS)
    except BROKEN as wrong:
        raise Problem("picture_unreadable") from wrong
    with image:
        yield ScanPages(image, file)


class ScanPages:
    """One page at a time is held decoded: tiles of it are cut out of the same picture."""

    def __init__(self, image: ImageFile.ImageFile, file: BinaryIO) -> None:
        self._image, self._file = image, file
        self._count: int | None = None
        self._held: tuple[int, int, Image.Image] | None = None  # page, drawn for, picture

    def __len__(self) -> int:
        if self._count is None:
            try:
                many = self._image.format == "TIFF"
                self._count = int(getattr(self._image, "n_frames", 1)) if many else 1
            except BROKEN as wrong:
                raise Problem("picture_unreadable") from wrong
        return self._count

    def check(self, limits: Limits) -> None:
        """Read the size of every page, decoding none.

        Raises:
            Problem: too many pages, a damaged one, or one that is too large.
        """
        if len(self) > limits.pages:
            raise Problem("picture_too_long", pages=len(self), most=limits.pages)
        for index in range(len(self)):
            width, height = self._at(index).size
            if width * height > limits.pixels or max(width, height) > LONGEST_SIDE:
                raise Problem(
                    "picture_too_large",
                    page=index + 1,
                    width=width,
                    height=height,
                    millions=limits.pixels // 1_000_000,
                    side=LONGEST_SIDE,
                )
            if min(width, height) < 1:
                raise Problem("picture_unreadable")

    def shape(self, index: int) -> float:
        image = self._at(index)
        width, height = image.size
        return width / height if _orientation(image) in LYING else height / width

    def drawn(self, index: int, width: int, box: Box = ALL) -> Image.Image:
        left, top, right, bottom = box
        full = self._decoded(index, round(width / (right - left)))
        if box != ALL:
            wide, high = full.size
            full = full.crop(
                (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
            )
        if full.height * width > pictures.LONGEST_SIDE * full.width:
            width = max(1, pictures.LONGEST_SIDE * full.width // full.height)
        return pictures.shrunk(full, width)

    def text(self, index: int, box: Box = ALL) -> str:
        return ""

    def _decoded(self, index: int, width: int) -> Image.Image:
        """The whole page upright, in RGB, at least that wide where it has as much."""
        if self._held and self._held[:2] == (index, width):
            return self._held[2]
        self._held = None
        try:
            image = self._at(index)
            upright = image.height if _orientation(image) in LYING else image.width
            # A JPEG is decoded at a half, a quarter or an eighth where that is enough.
            enough = min(1.0, width / upright)
            image.draft(None, (ceil(image.width * enough), ceil(image.height * enough)))
            image.load()
            # Asked only now: some readers have turned the picture by themselves.
            turn = UPRIGHT.get(_orientation(image))
            flat = flattened(image)
        except BROKEN as wrong:
            raise Problem("picture_page_unreadable", page=index + 1) from wrong
        if turn is not None:
            flat = flat.transpose(turn)
        self._held = (index, width, flat)
        return flat

    def _at(self, index: int) -> ImageFile.ImageFile:
        try:
            if len(self) == 1:
                if self._held is not None:  # a decoded JPEG can't be drafted again
                    self._file.seek(0)
                    self._image = Image.open(self._file, formats=FORMATS)
            else:
                self._image.seek(index)
        except BROKEN as wrong:
            raise Problem("picture_page_unreadable", page=index + 1) from wrong
        return self._image


def flattened(image: Image.Image) -> Image.Image:
    """The picture in RGB: white where it is transparent, 16 bits made 8."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if image.mode in {"LA", "PA", "RGBA", "RGBa", "La"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep greys made 255 at most: by their highest eight bits, or by the brightest there is."""
    values = np.asarray(image)
    top = float(np.nanmax(values, initial=0))
    if image.mode == "F":
        values = np.nan_to_num(values) * (255 / max(top, 1.0))
    elif top > 255:
        values = np.clip(values, 0, 65535) >> (4 if top <= TWELVE_BITS else 8)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1

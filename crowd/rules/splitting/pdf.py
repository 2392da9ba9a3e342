"""PDF: its pages are drawn, and their text layer is read where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from PIL import Image

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.paged import ALL, PagedSplitter
from crowd.rules.splitting.parts import Box, Limits

# A page without a sensible size must not ask for gigabytes: pixels of one drawn page at most.
MOST_PIXELS = 40_000_000
READ_AT_ONCE = 1024 * 1024
BROKEN = (pdfium.PdfiumError, ValueError, OSError)


class PdfSplitter(PagedSplitter):
    def __init__(self) -> None:
        super().__init__(opened)


@contextmanager
def opened(file: BinaryIO) -> Iterator["PdfPages"]:
    """The pages of a PDF.

    Raises:
        Problem: encrypted or damaged.
    """
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as wrong:
        asks = getattr(wrong, "err_code", None) == pdfium_raw.FPDF_ERR_PASSWORD
        # Where PDFium sets no code of its own, this is still the one of an earlier document.
        if asks and _mentions_encryption(file):
            raise Problem("pdf_encrypted") from wrong
        raise Problem("pdf_unreadable") from wrong
    pages = PdfPages(document)
    try:
        yield pages
    finally:
        pages.close()
        document.close()


class PdfPages:
    """One page at a time is held open."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self._document = document
        self._held: tuple[int, pdfium.PdfPage] | None = None

    def __len__(self) -> int:
        return len(self._document)

    def check(self, limits: Limits) -> None:
        """Load every page once.

        Raises:
            Problem: no pages, too many, or a damaged one.
        """
        if not len(self):
            raise Problem("pdf_empty")
        if len(self) > limits.pages:
            raise Problem("pdf_too_long", pages=len(self), most=limits.pages)
        for index in range(len(self)):
            self._page(index)

    def shape(self, index: int) -> float:
        width, height = self._page(index).get_size()
        return float(height / width)

    def drawn(self, index: int, width: int, box: Box = ALL) -> Image.Image:
        page = self._page(index)
        wide, high = page.get_size()  # points
        left, top, right, bottom = box
        shown = ((right - left) * wide, (bottom - top) * high)
        # Drawn sizes are rounded up: a hair less, or a page becomes a pixel wider than asked for.
        scale = (width - 0.01) / shown[0]
        # A web page saved as one endless page is drawn smaller rather than refused.
        least = (MOST_PIXELS / (shown[0] * shown[1])) ** 0.5
        scale = min(scale, least, (pictures.LONGEST_SIDE - 1) / shown[1])
        crop = (left * wide, (1 - bottom) * high, (1 - right) * wide, top * high)
        try:
            # Drawn in Pillow's own order of bytes; nothing is converted afterwards.
            bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True)
            image: Image.Image = bitmap.to_pil()
            return image if image.mode == "RGB" else image.convert("RGB")
        except BROKEN as wrong:
            raise Problem("pdf_page_unreadable", page=index + 1) from wrong

    def text(self, index: int, box: Box = ALL) -> str:
        page = self._page(index)
        wide, high = page.get_size()
        left, top, right, bottom = box
        bounds = {} if box == ALL else {"left": left * wide, "right": right * wide}
        if bounds:
            bounds |= {"top": (1 - top) * high, "bottom": (1 - bottom) * high}
        try:
            layer = page.get_textpage()
            try:
                text = str(layer.get_text_bounded(**bounds))
            finally:
                layer.close()
        except BROKEN as wrong:
            raise Problem("pdf_page_unreadable", page=index + 1) from wrong
        # PDFium marks soft hyphens with U+FFFE.
        return text.replace("\ufffe", "-").replace("\r\n", "\n").strip()

    def close(self) -> None:
        if self._held:
            self._held[1].close()
        self._held = None

    def _page(self, index: int) -> pdfium.PdfPage:
        if self._held and self._held[0] == index:
            return self._held[1]
        self.close()
        try:
            page = self._document[index]
        except pdfium.PdfiumError as wrong:
            raise Problem("pdf_page_unreadable", page=index + 1) from wrong
        self._held = (index, page)
        if min(page.get_size()) <= 0:
            raise Problem("pdf_page_unreadable", page=index + 1)
        return page


def _mentions_encryption(file: BinaryIO) -> bool:
    file.seek(0)
    before = b""
    while block := file.read(READ_AT_ONCE):
        if b"/Encrypt" in before + block:
            return True
        before = block[-8:]
    return False

"""PDF: each page becomes a picture, with its text layer when there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.parts import Limits, Part, Survey

# A page without a sensible size must not ask for gigabytes: pixels of one rendered page at most.
MOST_PIXELS = 40_000_000
READ_AT_ONCE = 1024 * 1024


class PdfSplitter:
    kind = "page"

    def survey(self, file: BinaryIO, limits: Limits) -> Survey:
        """Open the document and load every page once.

        Raises:
            Problem: encrypted, damaged, without pages, with too many, or with a damaged page.
        """
        with _opened(file) as document:
            pages = len(document)
            if not pages:
                raise Problem("pdf_empty")
            if pages > limits.pages:
                raise Problem("pdf_too_long", pages=pages, most=limits.pages)
            for index in range(pages):
                _page(document, index).close()
            return Survey(parts=pages)

    def parts(self, file: BinaryIO, start: int) -> Iterator[Part]:
        with _opened(file) as document:
            for index in range(start, len(document)):
                page = _page(document, index)
                try:
                    yield _part(page, index + 1)
                finally:
                    page.close()


@contextmanager
def _opened(file: BinaryIO) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as wrong:
        asks = getattr(wrong, "err_code", None) == pdfium_raw.FPDF_ERR_PASSWORD
        # Where PDFium sets no code of its own, this is still the one of an earlier document.
        if asks and _mentions_encryption(file):
            raise Problem("pdf_encrypted") from wrong
        raise Problem("pdf_unreadable") from wrong
    try:
        yield document
    finally:
        document.close()


def _mentions_encryption(file: BinaryIO) -> bool:
    file.seek(0)
    before = b""
    while block := file.read(READ_AT_ONCE):
        if b"/Encrypt" in before + block:
            return True
        before = block[-8:]
    return False


def _page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    try:
        page = document[index]
        if min(page.get_size()) <= 0:
            raise Problem("pdf_page_unreadable", page=index + 1)
        return page
    except pdfium.PdfiumError as wrong:
        raise Problem("pdf_page_unreadable", page=index + 1) from wrong


def _part(page: pdfium.PdfPage, position: int) -> Part:
    width, height = page.get_size()  # points
    scale = pictures.WIDTHS[-1] / width
    # A web page saved as one endless page is drawn smaller rather than refused.
    scale = min(scale, (MOST_PIXELS / (width * height)) ** 0.5, pictures.LONGEST_SIDE / height)
    try:
        image = page.render(scale=scale).to_pil()
        return Part(position=position, text=_text(page), picture=pictures.variants(image))
    except (pdfium.PdfiumError, ValueError, MemoryError, OSError) as wrong:
        raise Problem("pdf_page_unreadable", page=position) from wrong


def _text(page: pdfium.PdfPage) -> str:
    layer = page.get_textpage()
    try:
        # PostgreSQL can't hold NUL, and pdfium marks soft hyphens with U+FFFE.
        text = str(layer.get_text_bounded()).replace("\x00", "").replace("\ufffe", "-")
    finally:
        layer.close()
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n").strip()

"""What kind of document this is, told from its content, never from its name."""

import codecs
from typing import BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting.parts import Splitter
from crowd.rules.splitting.pdf import PdfSplitter
from crowd.rules.splitting.tables import CsvSplitter

PDF, CSV = "application/pdf", "text/csv"
SPLITTERS: dict[str, Splitter] = {PDF: PdfSplitter(), CSV: CsvSplitter()}
HEAD = 4096  # bytes that tell; a PDF's mark may come behind up to 1,024 bytes of something else
TEXT_CONTROLS = set(b"\t\n\r\x0c\x1a\x1b")


def media_type(file: BinaryIO) -> str:
    """The media type of a document.

    Raises:
        Problem: `file_empty` or `type_unsupported`.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise Problem("file_empty")
    if b"%PDF-" in head[:1029]:
        return PDF
    if _looks_like_text(head):
        return CSV
    raise Problem("type_unsupported")


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not any(byte < 32 and byte not in TEXT_CONTROLS for byte in head)

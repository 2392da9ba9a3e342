"""What kind of document this is, told from its content, never from its name."""

from typing import BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings, likeness, media, signatures
from crowd.rules.splitting.media import CSV, PDF
from crowd.rules.splitting.parts import Splitter
from crowd.rules.splitting.pdf import PdfSplitter
from crowd.rules.splitting.records import JsonLinesSplitter, JsonSplitter
from crowd.rules.splitting.scans import ScanSplitter
from crowd.rules.splitting.sheets import SheetSplitter
from crowd.rules.splitting.tables import CsvSplitter
from crowd.rules.splitting.texts import MarkdownSplitter, TextSplitter
from crowd.rules.splitting.webpages import HtmlSplitter

__all__ = ["CSV", "PDF", "SPLITTERS", "media_type"]

SPLITTERS: dict[str, Splitter] = {
    PDF: PdfSplitter(),
    **{picture: ScanSplitter() for picture in media.PICTURES},
    CSV: CsvSplitter(),
    media.JSON: JsonSplitter(),
    media.JSON_LINES: JsonLinesSplitter(),
    media.XLSX: SheetSplitter(),
    media.ODS: SheetSplitter(),
    media.TEXT: TextSplitter(),
    media.MARKDOWN: MarkdownSplitter(),
    media.HTML: HtmlSplitter(),
}


def media_type(file: BinaryIO) -> str:
    """The media type of a document, or of what holds documents (media.HOLDERS).

    Raises:
        Problem: `file_empty`, or a sentence about a type that can't be read.
    """
    file.seek(0)
    head = file.read(encodings.LOOK)
    try:
        if not head:
            raise Problem("file_empty")
        return signatures.of_binary(head, file) or likeness.of_text(head)
    finally:
        file.seek(0)

"""Files to measure with: scans and printed pages in turn, and a large table."""

import csv
import json
from pathlib import Path

import pypdfium2 as pdfium

from crowd.samples import declarations
from tests.documents import pdfs
from tests.documents.pdfs import Page

SCANS = 6  # different ones; drawing them is what takes time
PRINTED_LINES = 44
EVERY = 4  # the fourth page is a scan
WORDS = "le conseil municipal vote la subvention demandée par une association de la ville"


def pdf(path: Path, *, pages: int) -> None:
    """Three printed pages with a text layer, one scan, and so on."""
    scans = pdfium.PdfDocument(declarations.pdf_bytes(pages=SCANS))
    printed = pdfium.PdfDocument(pdfs.pdf([_printed(number) for number in range(pages)]))
    made = pdfium.PdfDocument.new()
    for start in range(0, pages, EVERY):
        few = list(range(start, min(start + EVERY - 1, pages)))
        made.import_pages(printed, few)
        if start + EVERY - 1 < pages:
            made.import_pages(scans, [start // EVERY % SCANS])
    made.save(path)


def table(path: Path, copied: Path, *, rows: int) -> None:
    """A table as CSV, and the same rows as COPY reads them."""
    with (
        path.open("w", newline="", encoding="utf-8") as plain,
        copied.open("w", encoding="utf-8") as lines,
    ):
        writer = csv.writer(plain)
        writer.writerow(["number", "name", "town", "remark"])
        for number in range(1, rows + 1):
            cells = [
                str(number),
                f"Association n° {number}",
                f"Ville-{number % 997}",
                "Subvention de fonctionnement, versée en une fois",
            ]
            writer.writerow(cells)
            as_json = json.dumps(cells, ensure_ascii=False)
            lines.write(f"1\t1\trow\t{number}\t\t{as_json}\t{{}}\t\t[]\n")


def _printed(number: int) -> Page:
    words = WORDS.split()
    lines = [
        f"{number}.{line} " + " ".join(words[(number + line + at) % len(words)] for at in range(11))
        for line in range(PRINTED_LINES)
    ]
    return Page(text="\n".join(lines))

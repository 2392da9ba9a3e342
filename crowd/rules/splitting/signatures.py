"""Binary formats, told by the bytes they begin with."""

from typing import BinaryIO

from crowd.rules import tars, zips
from crowd.rules.problems import Problem
from crowd.rules.splitting import media

PDF_HEAD = 1029  # a PDF's mark may come behind up to 1,024 bytes of something else
MARKS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"II+\x00": "image/tiff",
    b"MM\x00+": "image/tiff",
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
OFFICE, WORKBOOK = b"[Content_Types].xml", b"xl/workbook.xml"
OTHER_OFFICE = (b"application/vnd.oasis.opendocument", b"application/epub")


def of_binary(head: bytes, file: BinaryIO) -> str | None:
    """The type of a binary file that is known; None when it is none.

    Raises:
        Problem: it is known, and can't be read.
    """
    if told := _of_picture(head):
        return told
    if head.startswith(ZIP_MARKS):
        return _of_zip(head, file)
    if tars.is_packed(head):
        return media.PACKED
    if tars.is_tar(head):
        return media.TAR
    if b"%PDF-" in head[:PDF_HEAD]:
        return media.PDF
    _refused(head)
    return None


def _of_picture(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return "image/heic"
    return next((told for mark, told in MARKS.items() if head.startswith(mark)), None)


def _refused(head: bytes) -> None:
    if head.startswith(OTHER_ARCHIVES):
        raise Problem("archive_unsupported")
    if head.startswith(OLD_OFFICE):
        raise Problem("office_unsupported")


def _of_zip(head: bytes, file: BinaryIO) -> str:
    """An archive, or one of the many formats that are a ZIP inside."""
    if head[30:38] == b"mimetype":
        if head[38:].startswith(media.ODS.encode()):
            return media.ODS
        if head[38:].startswith(OTHER_OFFICE):
            raise Problem("office_unsupported")
    told = zips.mentions(file, (OFFICE, WORKBOOK))
    if OFFICE not in told:
        return media.ZIP
    if WORKBOOK in told:
        return media.XLSX
    raise Problem("office_unsupported")

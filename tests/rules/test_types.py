"""What a file is, told from its content."""

import codecs
import gzip
import io
import json

import pytest

from crowd.rules.problems import Problem
from crowd.rules.splitting import media, types
from tests.documents import archives, pdfs, photos, sheets, tables


def told(data: bytes) -> str:
    return types.media_type(io.BytesIO(data))


def test_a_pdf_is_told_even_behind_other_bytes() -> None:
    assert told(pdfs.pdf(1)) == media.PDF
    assert told(b"\r\n" * 100 + pdfs.pdf(1)) == media.PDF


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_table_is_told_in_every_common_encoding(encoding: str) -> None:
    assert told(tables.table([["été", "œuf"]] * 3, encoding=encoding)) == media.CSV


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_pictures_are_told(form: str) -> None:
    assert told(photos.picture(form)) == f"image/{form.lower()}"


def test_a_picture_of_a_telephone_is_told() -> None:
    assert told(photos.heic()) == "image/heic"


TEXTS = {
    "text": ("Madame, Monsieur,\n\nle pont tremble.\n", media.TEXT),
    "a word a line": ("un\ndeux\ntrois\n", media.TEXT),
    "a mark alone": (codecs.BOM_UTF8.decode(), media.TEXT),
    "text in brackets": ("[sic] Le pont tremble.\n\nOui.\n", media.TEXT),
    "markdown": ("# Titre\n\nUn **mot** et [un lien](https://example.org).\n", media.MARKDOWN),
    "html": ("<!-- a --><!-- b -->\n<!DOCTYPE html><title>a</title><p>b", media.HTML),
    "xhtml": ('<?xml version="1.0"?>\n<html xmlns="…"><body>a</body></html>', media.HTML),
    "piece of html": ("<p>Bonjour</p>", media.HTML),
    "json": (json.dumps([{"a": 1}], indent=1), media.JSON),
    "json in a line": ('{"rows": [{"a": 1}]}', media.JSON),
    "json lines": ('{"a": 1}\n{"a": 2}\n', media.JSON_LINES),
    "addresses": ("# liste\nhttps://example.org/a.pdf\n\nhttp://example.org/b\n", media.ADDRESSES),
    "iiif 2": ('{"@context": "http://iiif.io/api/presentation/2/context.json"}', media.IIIF),
    "iiif 3": ('{"@context": "http://iiif.io/api/presentation/3/context.json"}', media.IIIF),
}


@pytest.mark.parametrize(("text", "kind"), TEXTS.values(), ids=TEXTS)
def test_kinds_of_text_are_told(text: str, kind: str) -> None:
    assert told(text.encode()) == kind


HOLDING_ZIPS = {
    "zip": (archives.zipped({"a.txt": "a"}), media.ZIP),
    "empty zip": (archives.zipped({}), media.ZIP),
    "tar": (archives.tar({"a.txt": b"a"}), media.TAR),
    "tar.gz": (archives.tar({"a.txt": b"a"}, packed="gz"), media.PACKED),
    "tar.xz": (archives.tar({"a.txt": b"a"}, packed="xz"), media.PACKED),
    "gz": (gzip.compress(b"a,b\n1,2\n"), media.PACKED),
    "xlsx": (sheets.xlsx([["a"], ["b"]]), media.XLSX),
    "ods": (sheets.ods([["a"], ["b"]]), media.ODS),
}


@pytest.mark.parametrize(("data", "kind"), HOLDING_ZIPS.values(), ids=HOLDING_ZIPS)
def test_archives_and_spreadsheets_are_told_apart(data: bytes, kind: str) -> None:
    assert told(data) == kind


REFUSED = {
    "damaged zip": (b"PK\x03\x04\x14\x00\x06\x00 broken off", "archive_unreadable"),
    "rar": (b"Rar!\x1a\x07\x00", "archive_unsupported"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00", "archive_unsupported"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 3, "office_unsupported"),
    "docx": (
        archives.zipped({"[Content_Types].xml": "", "word/document.xml": ""}),
        "office_unsupported",
    ),
    "odt": (
        archives.zipped(
            {"mimetype": "application/vnd.oasis.opendocument.text"}, stored=("mimetype",)
        ),
        "office_unsupported",
    ),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "markup_unsupported"),
    "xml entities": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>', "markup_unsupported"),
    "nul": (b"a,b\n\x00,1\n" * 300, "type_unsupported"),
    "junk": (bytes(range(256)), "type_unsupported"),
    "empty": (b"", "file_empty"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_with_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        told(data)
    assert refused.value.code == code


def test_looking_leaves_the_file_at_its_start() -> None:
    file = io.BytesIO(pdfs.pdf(1))
    types.media_type(file)
    assert file.tell() == 0


@pytest.mark.parametrize("piece", ["<!---->", "[", "**a", '{"a":', "<a ", ",", "(", "https://a "])
def test_no_text_takes_long_to_look_at(piece: str) -> None:
    try:
        told(("x\n" + piece * 100_000).encode())
        told((piece * 100_000).encode())
    except Problem:
        pass

"""What a file is, told from its content."""

import codecs
import io

import pytest

from crowd.rules.problems import Problem
from crowd.rules.splitting import types
from tests.documents import pdfs, tables


def told(data: bytes) -> str:
    return types.media_type(io.BytesIO(data))


def test_a_pdf_is_told_even_behind_other_bytes() -> None:
    assert told(pdfs.pdf(1)) == types.PDF
    assert told(b"\r\n" * 100 + pdfs.pdf(1)) == types.PDF


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_taken_for_a_table(encoding: str) -> None:
    assert told(tables.table([["été", "œuf"]], encoding=encoding)) == types.CSV
    assert told(codecs.BOM_UTF8) == types.CSV


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x06\x00 a spreadsheet",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"a,b\n\x00,1\n",
        bytes(range(256)),
    ],
    ids=["zip", "png", "jpeg", "nul", "junk"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Problem, match="type_unsupported"):
        told(data)


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(Problem, match="file_empty"):
        told(b"")


def test_looking_leaves_the_file_at_its_start() -> None:
    file = io.BytesIO(pdfs.pdf(1))
    types.media_type(file)
    assert file.tell() == 0

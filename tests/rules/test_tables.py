"""CSV into rows, as the many kinds of spreadsheet write it."""

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.problems import Problem
from crowd.rules.splitting.encodings import LOOK
from crowd.rules.splitting.parts import Limits, Survey
from crowd.rules.splitting.plans import By, Plan
from crowd.rules.splitting.tables import LONGEST_CELL, CsvSplitter, looks_like_table
from tests.documents.tables import table

ROWS = Plan(by=By.ROWS)


def surveyed(data: bytes, **limits: int) -> Survey:
    return CsvSplitter().survey(io.BytesIO(data), ROWS, Limits(**limits))


def rows(data: bytes, *, start: int = 0) -> list[list[str]]:
    return [part.cells for part in CsvSplitter().parts(io.BytesIO(data), ROWS, start)]


def problem(data: bytes, **limits: int) -> Problem:
    with pytest.raises(Problem) as refused:
        surveyed(data, **limits)
    return refused.value


def test_each_row_is_a_part_and_the_first_names_the_columns() -> None:
    data = table([["Ana", "oui"], ["Bo", "non"]])
    assert surveyed(data) == Survey(parts=2, columns=["nom", "avis"])
    parts = list(CsvSplitter().parts(io.BytesIO(data), ROWS, 0))
    assert [(part.position, part.cells) for part in parts] == [
        (1, ["Ana", "oui"]),
        (2, ["Bo", "non"]),
    ]


ACCENTED = [["Zoë", "L’œuvre coûte 20 €, très chère"], ["Noël", "Déjà vu à l’été"]] * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"]
)
def test_accents_survive_every_common_encoding(encoding: str) -> None:
    bom = {"utf-16-le-bom": b"\xff\xfe", "utf-16-be-bom": b"\xfe\xff"}.get(encoding, b"")
    data = bom + table(ACCENTED, encoding=encoding.removesuffix("-bom"))
    assert surveyed(data).columns == ["nom", "avis"]
    assert rows(data) == ACCENTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    cells = [["Ana, Bo; et | Cy", "une, deux, trois"], ["Di", "quatre; cinq"]]
    data = table(cells, delimiter=delimiter)
    assert surveyed(data).columns == ["nom", "avis"]
    assert rows(data) == cells


def test_a_column_of_texts_full_of_commas_is_one_column() -> None:
    texts = ["Oui, bien sûr", "Non, jamais", "Peut-être, un jour, qui sait", "Oui"]
    data = "\n".join(["texte", *texts]).encode()
    assert surveyed(data).columns == ["texte"]
    assert rows(data) == [[text] for text in texts]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_end_of_line_is_understood(newline: str) -> None:
    assert rows(table(2, newline=newline)) == [["nom 1", "avis 1"], ["nom 2", "avis 2"]]


def test_cells_may_hold_newlines_quotes_and_delimiters() -> None:
    cells = [['Une "citation",\nsur deux\r\nlignes; voilà', "  espaces  "], ["", "vide"]]
    assert rows(table(cells)) == cells


def test_empty_rows_are_passed_over() -> None:
    data = b"nom,avis\r\n\r\nAna,oui\r\n,\r\n  ,\r\nBo,non\r\n\r\n"
    assert surveyed(data).parts == 2
    assert rows(data) == [["Ana", "oui"], ["Bo", "non"]]


def test_columns_without_a_name_are_numbered() -> None:
    assert surveyed(b"nom,,avis,\r\na,b,c,d\r\n").columns == ["nom", "2", "avis", "4"]


def test_two_columns_of_one_name_are_refused() -> None:
    assert problem(b"nom,avis, nom\r\na,b,c\r\n") == Problem("csv_header_doubled", name="nom")


@pytest.mark.parametrize(("row", "cells"), [("Cy", 1), ("Cy,oui,encore", 3)], ids=["short", "long"])
def test_a_row_of_another_length_is_named_by_the_number_a_spreadsheet_shows(
    row: str, cells: int
) -> None:
    data = f'nom,avis\r\nAna,"o\r\nui"\r\n\r\nBo,non\r\n{row}\r\nDi,oui\r\n'.encode()
    assert problem(data) == Problem("csv_ragged", row=5, cells=cells, expected=2)


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"nom,avis\r\n", b"nom,avis"])
def test_a_table_without_rows_is_called_empty(data: bytes) -> None:
    assert problem(data).code == "csv_empty"


def test_too_many_rows_are_refused() -> None:
    assert problem(table(4), rows=3) == Problem("csv_too_long", most=3)
    assert surveyed(table(3), rows=3).parts == 3


def test_a_quote_that_never_closes_is_named_by_its_line() -> None:
    data = b'nom,avis\r\nAna,oui\r\n"Bo,non\r\nCy,oui\r\n'
    assert problem(data) == Problem("csv_unreadable", line=3)


def test_a_cell_of_a_book_is_read_and_one_of_a_library_is_refused() -> None:
    assert rows(table([["Ana", "x" * LONGEST_CELL]]))[0][1] == "x" * LONGEST_CELL
    assert problem(table([["Ana", "x" * (LONGEST_CELL + 1)]])).code == "csv_unreadable"


def test_too_many_cells_are_refused() -> None:
    assert problem(table(4), cells=7) == Problem("table_too_large", most=7)
    assert surveyed(table(4), cells=8).parts == 4


def test_a_first_line_that_names_the_delimiter_is_believed_and_is_no_row() -> None:
    data = b"sep=;\r\nnom;avis, long\r\nAna;oui, oui\r\nBo\r\n"
    assert problem(data) == Problem("csv_ragged", row=4, cells=1, expected=2)
    assert rows(data[:-4]) == [["Ana", "oui, oui"]]


def test_formulas_are_kept_as_the_texts_they_are() -> None:
    assert rows(table([["=1+1", "@SUM(A1)"]])) == [["=1+1", "@SUM(A1)"]]


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n3\n", "a;b\n", 'texte\n"Oui, bien sûr"\n"Non"\n', "a, b, c\n1, 2, 3\n4, 5, 6\n"],
)
def test_what_is_cut_alike_or_quoted_looks_like_a_table(text: str) -> None:
    assert looks_like_table(text)


@pytest.mark.parametrize(
    "text",
    [
        "Madame, Monsieur,\nJe vous écris, encore, pour le pont.\n\nIl tremble, la nuit.\n",
        "Bonjour, voisins.\nVenez, dimanche.\n",
        "Un seul mot\npar ligne\n",
    ],
)
def test_letters_do_not_look_like_a_table(text: str) -> None:
    assert not looks_like_table(text)


def test_binary_junk_is_refused() -> None:
    assert problem(b"nom,avis\r\nAna,\x00\r\n") == Problem("text_unreadable", line=2)
    junk = random.Random(3).randbytes(50_000)
    assert problem(junk).code in {"text_encoding", "text_unreadable"}


def test_characters_that_change_their_encoding_half_way_are_refused() -> None:
    accented = "nom,avis\r\nZoë,été\r\n".encode() + b"Ana,oui\r\n" * (LOOK // 9 + 1)
    assert problem(accented + "Zoë,été\r\n".encode("cp1252")).code == "text_encoding"


def test_an_accent_may_come_late() -> None:
    plain = b"nom,avis\r\n" + b"Ana,oui\r\n" * (2 * LOOK // 9)
    for encoding in ("cp1252", "utf-8"):
        assert rows(plain + "Zoë,été\r\n".encode(encoding))[-1] == ["Zoë", "été"]


def test_a_utf_16_file_cut_in_the_middle_of_a_character_is_refused() -> None:
    assert problem(table(3, encoding="utf-16")[:-1]).code == "text_encoding"


def test_reading_goes_on_from_any_row() -> None:
    data = table(5)
    assert [p.position for p in CsvSplitter().parts(io.BytesIO(data), ROWS, 3)] == [4, 5]
    assert rows(data, start=5) == []


def test_whoever_opened_the_file_closes_it() -> None:
    file = io.BytesIO(table(2))
    CsvSplitter().survey(file, ROWS, Limits())
    list(CsvSplitter().parts(file, ROWS, 0))
    next(CsvSplitter().parts(file, ROWS, 0))
    assert not file.closed


cells = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)


written_rows = st.lists(st.tuples(st.just("x"), cells, cells), min_size=1, max_size=6)


@given(written_rows, st.sampled_from(",;"))
def test_what_a_spreadsheet_wrote_is_read_back(written, delimiter: str) -> None:
    data = table(written, columns=["a", "b", "c"], delimiter=delimiter)
    assert surveyed(data).parts == len(written)
    assert rows(data) == [list(row) for row in written]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_problem(data: bytes) -> None:
    try:
        count = surveyed(data).parts
    except Problem:
        return
    assert len(rows(data)) == count

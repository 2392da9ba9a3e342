"""Texts, Markdown and HTML by paragraph or whole; JSON and JSON Lines by record."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.problems import Problem
from crowd.rules.splitting import texts
from crowd.rules.splitting.parts import Limits
from crowd.rules.splitting.plans import By, Plan
from crowd.rules.splitting.records import JsonLinesSplitter, JsonSplitter
from crowd.rules.splitting.texts import MarkdownSplitter, TextSplitter
from crowd.rules.splitting.webpages import HtmlSplitter

PARAGRAPHS, WHOLE, ROWS = (Plan(by=by) for by in (By.PARAGRAPHS, By.WHOLE, By.ROWS))


def read(splitter: Any, data: str | bytes, plan: Plan = PARAGRAPHS, **limits: int) -> list[str]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    survey = splitter.survey(file, plan, Limits(**limits))
    parts = list(splitter.parts(file, plan, 0))
    assert [part.position for part in parts] == list(range(1, survey.parts + 1))
    assert list(splitter.parts(file, plan, 1)) == parts[1:]
    return [part.text for part in parts]


def problem(splitter: Any, data: str | bytes, plan: Plan = PARAGRAPHS, **limits: int) -> Problem:
    with pytest.raises(Problem) as refused:
        read(splitter, data, plan, **limits)
    return refused.value


# --- Text and Markdown ---------------------------------------------------------------------------


def test_paragraphs_stand_between_blank_lines() -> None:
    assert read(TextSplitter(), "Un,\r\ndeux. \r\n \t\r\n\r\nTrois.\r\n") == [
        "Un,\ndeux.",
        "Trois.",
    ]


def test_without_blank_lines_each_line_is_a_paragraph() -> None:
    assert read(TextSplitter(), "un\ndeux\ntrois") == ["un", "deux", "trois"]


def test_a_whole_text_is_one_excerpt() -> None:
    assert read(TextSplitter(), "\nUn.\n\n\nDeux.\n", WHOLE) == ["Un.\n\n\nDeux."]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive(encoding: str) -> None:
    text = "L’été à Nîmes coûte 20 €, très chère œuvre.\n\nDéjà vu à l’été, Noël."
    assert read(TextSplitter(), text.encode(encoding)) == text.split("\n\n")


def test_a_heading_of_markdown_goes_with_what_is_under_it() -> None:
    text = "# Titre\n\n## Sous-titre\n\nUn.\n\nPetit\n=====\n\nDeux.\n\n```\na\n\nb\n```\n\n# Fin\n"
    assert read(MarkdownSplitter(), text) == [
        "# Titre\n\n## Sous-titre\n\nUn.",
        "Petit\n=====\n\nDeux.",
        "```\na\n\nb\n```",
        "# Fin",
    ]


@pytest.mark.parametrize("data", ["", "\n \n", "\ufeff"])
def test_nothing_to_read_is_said(data: str) -> None:
    assert problem(TextSplitter(), data).code == "text_empty"
    assert problem(TextSplitter(), data, WHOLE).code == "text_empty"


def test_texts_have_limits() -> None:
    long = "x" * (texts.LONGEST + 1)
    assert problem(TextSplitter(), long).code == "paragraph_too_long"
    assert problem(TextSplitter(), "a\n\n" * texts.LONGEST, WHOLE).code == "paragraph_too_long"
    assert problem(TextSplitter(), "a\n\nb\n\nc", rows=2) == Problem("text_too_many", most=2)
    assert problem(HtmlSplitter(), "<p>" + long).code == "paragraph_too_long"
    assert problem(HtmlSplitter(), "<p>" + "a" * 2_000_000, text_bytes=1_000_000) == Problem(
        "text_too_large", megabytes=2, most=0
    )


def test_binary_data_in_a_text_is_named_by_its_line() -> None:
    assert problem(TextSplitter(), b"a\nb\n\x00") == Problem("text_unreadable", line=3)


# --- HTML ----------------------------------------------------------------------------------------


def test_a_page_is_what_a_reader_reads_of_it() -> None:
    page = """<!DOCTYPE html><html><head><title>Titre</title><style>p{}</style></head><body>
    <script>alert("<p>non</p>")</script><h1>Le  pont</h1>
    <p>Il <b>tremble</b> &amp; <a href="javascript:x()">grince</a>.<br>Souvent.</p><!-- non -->
    <ul><li>un<li>deux</ul><table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x
  y</pre>Fin &lt;script&gt;</body></html>"""
    assert read(HtmlSplitter(), page) == [
        "Le pont\n\nIl tremble & grince.\nSouvent.",
        "un",
        "deux",
        "a | b",
        "1 | 2",
        "x\ny",
        "Fin <script>",
    ]


def test_a_whole_page_is_one_excerpt() -> None:
    assert read(HtmlSplitter(), "<h1>A</h1><p>b<p>c", WHOLE) == ["A\n\nb\n\nc"]


def test_the_characters_of_a_page_are_those_it_names() -> None:
    page = '<meta charset="windows-1252"><p>L’été à 20 €'
    assert read(HtmlSplitter(), page.encode("cp1252")) == ["L’été à 20 €"]


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a;',
        '<svg><!ENTITY a "b"><text>&a;</text></svg><p>&a;',
    ],
)
def test_entities_of_ones_own_are_only_text(page: str) -> None:
    assert all("root:" not in text for text in read(HtmlSplitter(), page))


@given(st.text(alphabet="<>/!-&;pbhtrd12 a\n", max_size=200))
def test_any_page_is_texts_or_a_problem(page: str) -> None:
    try:
        found = read(HtmlSplitter(), page)
    except Problem:
        return
    assert all(text.strip() for text in found)


# --- JSON ----------------------------------------------------------------------------------------


def records(data: Any, splitter: Any = None, **limits: int) -> tuple[list[str], list[list[str]]]:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    file, splitter = io.BytesIO(text.encode()), splitter or JsonSplitter()
    survey = splitter.survey(file, ROWS, Limits(**limits))
    rows = [part.cells for part in splitter.parts(file, ROWS, 0)]
    assert len(rows) == survey.parts
    assert [part.cells for part in splitter.parts(file, ROWS, 1)] == rows[1:]
    return survey.columns, rows


def test_each_object_is_a_row_and_every_key_a_column() -> None:
    data = [{"nom": "Zoë", "âge": 3}, {"nom": "Bo", "lieu": {"ville": "Nîmes", "x": {}}}]
    assert records(data) == (
        ["nom", "âge", "lieu.ville", "lieu.x"],
        [["Zoë", "3", "", ""], ["Bo", "", "Nîmes", "{}"]],
    )


def test_values_are_shown_as_they_were_written() -> None:
    text = (
        '[{"a": 1.50, "b": null, "c": true, "d": ["x", "y"], "e": 12345678901234567890, "f": 1e3}]'
    )
    assert records(text)[1] == [["1.50", "", "true", "x, y", "12345678901234567890", "1e3"]]


@pytest.mark.parametrize(
    "data",
    [
        {"count": 2, "results": [{"a": "1"}, {"a": "2"}]},
        {"type": "x", "facets": [{"b": "1"}], "response": {"docs": [{"a": "1"}, {"a": "2"}]}},
    ],
)
def test_the_longest_list_of_objects_is_found_inside_of_an_object(data: Any) -> None:
    assert records(data) == (["a"], [["1"], ["2"]])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": [1, 2]}', "json_without_records"),
        ("[]", "json_without_records"),
        ("[{}]", "json_without_records"),
        ('[{"a": 1},\n{"a": }]', "json_unreadable"),
        ("[" * 100_000, "json_too_deep"),
    ],
)
def test_what_holds_no_records_says_so(text: str, code: str) -> None:
    with pytest.raises(Problem, match=code):
        records(text)


def test_json_lines_are_read_line_by_line() -> None:
    lines = JsonLinesSplitter()
    assert records('{"a": 1}\n\n{"b": 2}\n', lines) == (["a", "b"], [["1", ""], ["", "2"]])
    for broken in ('{"a": 1}\n{"a": \n', '{"a": 1}\n[1]\n'):
        with pytest.raises(Problem) as refused:
            records(broken, lines)
        assert refused.value == Problem("json_line_unreadable", line=2)


def test_records_have_limits() -> None:
    for splitter, text in (
        (JsonSplitter(), '[{"a":1,"b":2},{"a":3}]'),
        (JsonLinesSplitter(), '{"a":1,"b":2}\n{"a":3}'),
    ):
        with pytest.raises(Problem, match="csv_too_long"):
            records(text, splitter, rows=1)
        with pytest.raises(Problem, match="table_too_large"):
            records(text, splitter, cells=3)
    wide = [{str(number): 1 for number in range(3_000)}]
    with pytest.raises(Problem, match="table_too_wide"):
        records(wide)
    with pytest.raises(Problem, match="text_too_large"):
        records([{"a": "x" * 100}], text_bytes=50)

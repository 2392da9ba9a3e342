"""What may be said to texts with a pattern, dates, tables, regions, uploads, and who is asked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.problems import Problem
from crowd.rules.questions import Kind, Question, check_answer, check_question, is_shown
from crowd.sentences import sentence
from tests.rules.test_questions import checked, code, junk
from tests.rules.votes import choice, choices, number, text

FILE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
COLUMNS = [
    {"key": "who", "label": "Organisme", "kind": "text"},
    {"key": "since", "label": "Depuis", "kind": "date"},
    {"key": "amount", "label": "Montant", "kind": "number", "settings": {"min": 0}},
    {"key": "paid", "kind": "choice", "options": [{"value": "yes", "label": "oui"}]},
]


def date(key: str = "q", **settings: Any) -> Question:
    return Question(key=key, kind=Kind.DATE, settings=settings)


def table(key: str = "q", **settings: Any) -> Question:
    return Question(key=key, kind=Kind.TABLE, settings={"columns": COLUMNS, **settings})


def region(key: str = "q", labels: tuple[str, ...] = (), **settings: Any) -> Question:
    return Question(key=key, kind=Kind.REGION, options=labels, settings=settings)


def upload(key: str = "q") -> Question:
    return Question(key=key, kind=Kind.UPLOAD)


def row(**cells: Any) -> dict[str, Any]:
    return {"who": None, "since": None, "amount": None, "paid": None, **cells}


# Texts and numbers


def test_a_text_may_have_a_least_length_and_a_pattern() -> None:
    code_of = text(settings={"pattern": "[0-9]{5}", "pattern_example": "75011"})
    assert checked(code_of, " 75011 ") == "75011"
    assert checked(code_of, "7501").params == {"text": "7501", "example": "75011"}
    assert code(text(settings={"min_length": 3}), "ab") == "text_too_short"


def test_amounts_are_read_with_their_thousands() -> None:
    assert checked(number(), "12 k€") == 12_000
    assert checked(number(), "1,5 M€") == 1_500_000
    assert checked(number(), "3 millions d’euros") == 3_000_000
    assert checked(number(), "1 234,50 €") == 1234.5


def test_neant_leaves_an_optional_number_or_date_empty() -> None:
    for kind in (Kind.NUMBER, Kind.DATE):
        optional = Question(key="q", kind=kind, required=False)
        assert checked(optional, "Néant") == checked(optional, "/") == "left out"
        assert code(Question(key="q", kind=kind), "Néant").startswith("not_a_")


# Dates


def test_a_date_is_kept_in_its_canonical_form() -> None:
    assert checked(date(), "1er mars 2014") == "2014-03-01"
    assert checked(date(), "03/2014") == "2014-03"
    assert checked(date(), "vers 2014") == "2014~"
    assert code(date(), 2014) == code(date(), ["2014"]) == "not_a_date"


def test_a_date_stays_in_its_bounds_as_far_as_it_says() -> None:
    bounded = date(min="2010-03", max="2014")
    assert checked(bounded, "2010") == "2010"  # it may be after March
    assert code(bounded, "02/2010") == "date_too_early"
    assert checked(bounded, "31/12/2014") == "2014-12-31"
    assert code(bounded, "2015") == "date_too_late"


def test_a_date_says_as_much_as_is_asked_for() -> None:
    assert code(date(precision="month"), "2014") == "date_without_month"
    assert code(date(precision="day"), "03/2014") == "date_without_day"
    assert checked(date(precision="month"), "03/2014") == "2014-03"


# Tables


def test_a_table_is_read_cell_by_cell() -> None:
    typed = [{"who": " Lyon ", "since": "mars 2008", "amount": "12 k€", "paid": "yes"}]
    assert checked(table(), typed) == [
        {"who": "Lyon", "since": "2008-03", "amount": 12_000, "paid": "yes"}
    ]


def test_empty_cells_and_neant_are_nothing_and_empty_rows_are_no_rows() -> None:
    typed = [{"who": "Lyon", "amount": "néant", "since": "/"}, {"who": " "}, {}]
    assert checked(table(), typed) == [row(who="Lyon")]


def test_nothing_declared_is_an_empty_table_and_empty_rows_are_not() -> None:
    assert checked(table(), []) == []
    assert code(table(), [{}, {"who": ""}]) == "rows_all_empty"
    assert code(table(min_rows=1), []) == "rows_too_few"
    assert code(table()) == "answer_missing"


def test_a_wrong_cell_is_named_by_its_row_and_column() -> None:
    problem = checked(table(), [row(who="Lyon"), row(amount="beaucoup")])
    assert problem.code == "not_a_number"
    assert (problem.params["in_row"], problem.params["in_column"]) == (2, "Montant")
    assert "2" in sentence(problem)
    assert "Montant" in sentence(problem)
    assert "beaucoup" in sentence(problem)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("Lyon", "rows_expected"),
        ({"who": "Lyon"}, "rows_expected"),
        (["Lyon"], "rows_expected"),
        ([{"place": "Lyon"}], "column_unknown"),
        ([{"paid": "no"}], "option_unknown"),
        ([{"paid": ["yes"]}], "option_unknown"),
        ([{"who": 12}], "text_expected"),
        ([{"amount": -1}], "number_too_small"),
        ([{"since": "hier"}], "not_a_date"),
        ([{"who": "x"}] * 201, "rows_too_many"),
    ],
)
def test_what_is_no_table_is_refused(value: Any, problem: str) -> None:
    assert code(table(), value) == problem


# Regions and uploads


def test_a_box_has_its_corners_in_order_and_no_more_digits_than_a_finger() -> None:
    assert checked(region(), [{"box": [0.5, 0.3, 0.10004, 0.1]}]) == [{"box": [0.1, 0.1, 0.5, 0.3]}]
    assert checked(region(), []) == []


def test_points_and_labels_are_taken_where_they_are_asked_for() -> None:
    both = region(labels=("name",), shapes=["box", "point"])
    assert checked(both, [{"point": [0, 1], "label": "name"}]) == [
        {"point": [0.0, 1.0], "label": "name"}
    ]
    assert code(both, [{"point": [0, 1]}]) == "option_unknown"
    assert code(region(), [{"point": [0, 1]}]) == "region_unreadable"
    assert code(region(), [{"box": [0, 0, 1, 1], "label": "name"}]) == "option_unknown"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("here", "regions_expected"),
        ([[0, 0, 1, 1]], "region_unreadable"),
        ([{"box": [0, 0, 1]}], "region_unreadable"),
        ([{"box": [0, 0, 1, True]}], "region_unreadable"),
        ([{"box": [0, 0, 1, "1"]}], "region_unreadable"),
        ([{"box": [0, 0, 1, 1], "point": [0, 0]}], "region_unreadable"),
        ([{"circle": [0, 0, 1]}], "region_unreadable"),
        ([{"box": [0, 0, 1, 1.2]}], "region_outside"),
        ([{"box": [0, 0, 1, float("nan")]}], "region_outside"),
        ([{"box": [0.1, 0.1, 0.1, 0.5]}], "region_too_small"),
        ([{"box": [0, 0, 1, 1]}] * 201, "regions_too_many"),
    ],
)
def test_what_is_no_region_is_refused(value: Any, problem: str) -> None:
    assert code(region(), value) == problem


def test_so_many_marks_as_are_asked_for() -> None:
    assert code(region(min=1), []) == "regions_too_few"
    assert code(region(max=1), [{"box": [0, 0, 1, 1]}] * 2) == "regions_too_many"


def test_an_upload_is_the_id_of_a_file() -> None:
    assert checked(upload(), FILE.upper()) == FILE
    for value in ("letter.pdf", 12, ["a"], {"file": FILE}):
        assert code(upload(), value) == "file_reference_expected"


# Who is asked what


ASKED = choice("paid", options=("yes", "no"))
AMOUNT = number("amount", settings={"shown_when": {"question": "paid", "is": "yes"}})
PAYER = text("payer", settings={"shown_when": {"question": "amount"}})


def test_a_question_is_asked_only_after_the_answer_that_asks_for_it() -> None:
    questions = [ASKED, AMOUNT, PAYER]
    said = {"paid": "yes", "amount": "12", "payer": "Lyon"}
    assert check_answer(questions, said, language="fr") == (
        {"paid": "yes", "amount": 12, "payer": "Lyon"},
        {},
    )
    assert check_answer(questions, {"paid": "no"}, language="fr") == ({"paid": "no"}, {})
    assert check_answer(questions, {"paid": None}, language="fr") == ({"paid": None}, {})
    _, wrong = check_answer(questions, {"paid": "yes"}, language="fr")
    assert wrong == {"amount": Problem("answer_missing")}


def test_what_is_not_asked_can_not_be_answered_but_may_be_sent_empty() -> None:
    clean, wrong = check_answer([ASKED, AMOUNT], {"paid": "no", "amount": "12"}, language="fr")
    assert clean == {"paid": "no"}
    assert wrong == {"amount": Problem("question_not_shown")}
    assert check_answer([ASKED, AMOUNT], {"paid": "no", "amount": ""}, language="fr")[1] == {}


def test_one_of_several_options_can_ask_for_more() -> None:
    more = text("more", settings={"shown_when": {"question": "topics", "is": "tax"}})
    assert is_shown(more, {"topics": ["tax", "work"]})
    assert not is_shown(more, {"topics": ["work"]})
    assert not is_shown(more, {"topics": None})


# Settings


@pytest.mark.parametrize(
    "question",
    [
        text(settings={"max_length": 0}),
        text(settings={"max_length": "ten"}),
        text(settings={"min_length": 9, "max_length": 3}),
        text(settings={"pattern": "["}),
        text(settings={"pattern": "(a+)+", "max_length": 20}),
        text(settings={"pattern": ".*.*.*.*", "max_length": 20}),
        text(settings={"pattern": "a", "max_length": 5000}),
        number(settings={"min": "0"}),
        number(settings={"min": 3, "max": 2}),
        number(settings={"tolerance": -1}),
        number(settings={"estimate": "yes"}),
        date(order="ymd"),
        date(precision="hour"),
        date(min="hier"),
        date(min=2014),
        date(min="2014", max="2013"),
        Question(key="q", kind=Kind.TABLE),
        table(columns=[]),
        table(columns=["who"]),
        table(columns=[{"key": "a", "kind": "table"}]),
        table(columns=[{"key": "a", "kind": "choice"}]),
        table(columns=[COLUMNS[0], COLUMNS[0]]),
        table(min_rows=5, max_rows=2),
        region(shapes=["circle"]),
        region(min=3, max=1),
        region(min=-1),
        choice(options=()),
        text(settings={"shown_when": {"question": "none"}}),
        text(settings={"shown_when": {"question": "paid", "is": "perhaps"}}),
        text(settings={"shown_when": {"question": "paid", "not": "yes"}}),
        text(settings={"shown_when": "paid"}),
    ],
    ids=lambda each: f"{each.kind.value}-{each.settings}"[:60],
)
def test_settings_that_could_never_work_are_refused(question: Question) -> None:
    with pytest.raises(Problem, match="question_invalid"):
        check_question(question, [ASKED])


@pytest.mark.parametrize(
    "question",
    [
        choice(),
        choices(),
        text(),
        text(settings={"max_length": 100, "multiline": True, "field": "name"}),
        text(settings={"pattern": "[A-Z]{2}[0-9]+", "pattern_example": "AB12"}),
        number(settings={"min": 0, "unit": "€", "tolerance": 0.5}),
        number(settings={"estimate": True, "precision": 10}),
        date(min="2010", max="2014-06", order="mdy", precision="day"),
        table(min_rows=0, max_rows=30),
        region(labels=("name",), shapes=["box", "point"], max=5),
        upload(),
        AMOUNT,
        PAYER,
    ],
    ids=lambda each: f"{each.kind.value}-{each.settings}"[:60],
)
def test_settings_that_make_sense_are_taken(question: Question) -> None:
    check_question(question, [ASKED, AMOUNT])


marks = st.dictionaries(
    st.sampled_from(["box", "point", "label", "who", "since", "amount"]),
    junk | st.lists(st.floats(0, 1), max_size=4),
    max_size=3,
)


@given(st.dictionaries(st.sampled_from("defgh"), junk | st.lists(marks, max_size=3)))
def test_whatever_comes_in_is_either_clean_json_or_a_problem(values: dict[str, Any]) -> None:
    asked = [date("d"), table("e"), region("f"), upload("g"), region("h", shapes=["point"])]
    clean, wrong = check_answer(asked, values, language="fr")
    assert not (clean.keys() & wrong.keys())
    assert clean.keys() | wrong.keys() == set("defgh")
    again = check_answer(asked, json.loads(json.dumps(clean, allow_nan=False)), language="fr")
    assert again[0] == clean
    for problem in wrong.values():
        assert len(sentence(problem)) < 500

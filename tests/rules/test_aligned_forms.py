"""Tables and regions: what several people mean by the same row, the same mark."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.rules import atoms
from crowd.rules.forms.gathering import gather
from crowd.rules.forms.rows import lay
from crowd.rules.forms.tables import column_question
from crowd.rules.questions import Kind, Question
from tests.bench import declarations
from tests.rules.test_forms import concluded, majority

COLUMNS = [
    {"key": "who", "kind": "text"},
    {"key": "since", "kind": "date"},
    {"key": "amount", "kind": "number"},
]
TABLE = Question(key="q", kind=Kind.TABLE, settings={"columns": COLUMNS})
REGION = Question(key="q", kind=Kind.REGION)
LABELLED = Question(key="q", kind=Kind.REGION, options=("name", "stamp"))


def row(who: str | None, since: str | None = None, amount: float | None = None) -> dict[str, Any]:
    return {"who": who, "since": since, "amount": amount}


LYON = row("Mairie de Lyon", "2008-03", 1200)
TILLEULS = row("S.A.R.L. Les Tilleuls", "2011", 300)
VEXIN = row("Syndicat des eaux du Vexin", None, None)
FORM = [LYON, TILLEULS, VEXIN]


# Tables


def test_rows_in_another_order_are_the_same_rows() -> None:
    assert concluded(TABLE, FORM, FORM[::-1], [TILLEULS, LYON, VEXIN])[0] == "settled"
    assert sorted(map(str, concluded(TABLE, FORM, FORM[::-1])[1])) == sorted(map(str, FORM))


def test_a_row_that_one_forgot_stays_and_one_that_one_invented_goes() -> None:
    invented = row("Théâtre municipal", "1999", 10)
    assert concluded(TABLE, FORM, FORM[:2], FORM) == ("settled", FORM)
    assert concluded(TABLE, FORM, [*FORM, invented], FORM) == ("settled", FORM)


def test_a_row_on_two_lines_is_one_row() -> None:
    split = [LYON, row("S.A.R.L. Les", "2011", 300), row("Tilleuls"), VEXIN]
    parts = atoms.take_apart(TABLE, [FORM, split, FORM])
    assert [name for name in parts.names if "/" not in name] == ["", "1", "2", "3"]
    assert parts.compose(majority(parts), [1.4] * 3) == ("settled", FORM)
    assert len({said["2/who"] for said in parts.said}) == 1


def test_two_lines_that_everyone_has_stay_two() -> None:
    two = [row("Syndicat des eaux"), row("du Vexin")]
    assert concluded(TABLE, two, two) == ("settled", two)


def test_the_same_row_twice_is_two_rows_for_everyone() -> None:
    assert concluded(TABLE, [LYON, LYON], [LYON, LYON]) == ("settled", [LYON, LYON])


def test_nothing_declared_is_a_verdict_and_is_like_nothing_declared() -> None:
    assert concluded(TABLE, [], FORM, []) == ("settled", [])
    assert atoms.likeness(TABLE, [], []) == 1.0
    assert atoms.likeness(TABLE, [], FORM) == 0.0


def test_a_cell_is_compared_by_its_kind_and_kept_as_most_typed_it() -> None:
    one = [row("MAIRIE de Lyon", "2008-03", 1200)]
    assert concluded(TABLE, [LYON], one, [LYON]) == ("settled", [LYON])
    parts = atoms.take_apart(TABLE, [[LYON], one])
    assert parts.said[0] == parts.said[1]


def test_a_contested_cell_leaves_the_rest_of_the_table_as_it_is_decided() -> None:
    other = [row("Mairie de Lyon", "2009", 1200), TILLEULS, VEXIN]
    parts = atoms.take_apart(TABLE, [FORM, other])
    won = majority(parts)
    del won["1/since"]
    outcome, value = parts.compose(won, [1.4] * 2)
    assert outcome == "contested"
    assert value == [{**LYON, "since": None}, TILLEULS, VEXIN]


def test_the_cells_of_a_row_that_is_not_there_are_no_question() -> None:
    parts = atoms.take_apart(TABLE, [FORM, FORM[:2]])
    assert parts.matters("3/who", {"": ("rows",), "3": True})
    assert not parts.matters("3/who", {"": ("rows",), "3": False})
    assert not parts.matters("1", {"": ("nothing declared",)})


def test_tables_are_alike_by_cell() -> None:
    assert atoms.likeness(TABLE, FORM, FORM[::-1]) == 1.0
    assert atoms.likeness(TABLE, FORM, FORM[:2]) == pytest.approx(2 / 3)
    wrong = [row("Mairie de Lyon", "2008-03", 9), TILLEULS, VEXIN]
    assert atoms.likeness(TABLE, FORM, wrong) == pytest.approx(8 / 9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_permutation_of_a_generated_form_is_found(seed: int) -> None:
    rng = random.Random(seed)
    truth = declarations.form(rng)
    columns = [column_question(each) for each in declarations.QUESTION.settings["columns"]]
    order = rng.sample(range(len(truth)), len(truth))
    laid = lay([truth, [truth[place] for place in order]], columns)
    assert len(laid) == len(truth)
    assert all(each[0] == each[1] for each in laid)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_people_does_not_matter(seed: int) -> None:
    rng = random.Random(seed)
    truth = declarations.form(rng)
    people = declarations.typists(4, rng)
    typed = [truth, truth, *(declarations.typed(truth, who, rng) for who in people[:2])]
    outcome, value = concluded(declarations.QUESTION, *typed)
    again, other = concluded(declarations.QUESTION, *typed[::-1])
    assert outcome == again == "settled"
    assert atoms.likeness(declarations.QUESTION, value, other) == 1.0


# Regions


def box(*corners: float, **label: str) -> dict[str, Any]:
    return {"box": list(corners), **label}


def test_boxes_that_overlap_are_one_with_the_middle_of_their_corners() -> None:
    drawn = [[box(0.1, 0.1, 0.5, 0.3)], [box(0.12, 0.1, 0.5, 0.32)], [box(0.11, 0.09, 0.52, 0.3)]]
    assert concluded(REGION, *drawn) == ("settled", [box(0.11, 0.1, 0.5, 0.3)])


def test_a_box_that_one_alone_drew_goes_and_nobody_has_two_in_one() -> None:
    twice = [box(0.1, 0.1, 0.5, 0.3), box(0.11, 0.1, 0.5, 0.3)]
    one, stray = [box(0.1, 0.1, 0.5, 0.3)], [box(0.1, 0.1, 0.5, 0.3), box(0.8, 0.8, 0.9, 0.9)]
    assert concluded(REGION, one, stray, one) == ("settled", one)
    assert len(concluded(REGION, twice, twice)[1]) == 2


def test_marks_have_the_label_most_people_gave_them() -> None:
    name, stamp = box(0, 0, 1, 0.5, label="name"), box(0, 0, 1, 0.5, label="stamp")
    assert concluded(LABELLED, [name], [stamp], [name]) == ("settled", [name])
    assert atoms.likeness(LABELLED, [name], [stamp]) == 0.0


def test_points_near_one_another_are_one() -> None:
    drawn = [[{"point": [0.5, 0.5]}], [{"point": [0.51, 0.5]}], [{"point": [0.5, 0.52]}]]
    assert concluded(REGION, *drawn) == ("settled", [{"point": [0.5, 0.5]}])
    assert concluded(REGION, drawn[0], [{"point": [0.7, 0.5]}], drawn[0])[1] == drawn[0]


def test_nothing_to_mark_is_a_verdict() -> None:
    assert concluded(REGION, [], [box(0, 0, 1, 1)], []) == ("settled", [])


# What both stand on

shares = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.lists(shares, max_size=4), max_size=4), st.floats(0.3, 0.9))
def test_gathering_loses_and_doubles_nothing(things: list[list[float]], least: float) -> None:
    def near(own: list[float], others: list[float]) -> list[list[float]]:
        return [[1 - abs(one - other) for other in others] for one in own]

    groups = gather(things, near, least=least)
    found = sorted((person, index) for group in groups for person, index in group.items())
    assert found == [(p, i) for p, own in enumerate(things) for i in range(len(own))]


@given(st.permutations(range(5)))
def test_gathering_finds_any_permutation(order: list[int]) -> None:
    places = [float(10 * n) for n in range(5)]

    def same(own: list[float], others: list[float]) -> list[list[float]]:
        return [[float(one == other) for other in others] for one in own]

    groups = gather([places, [places[n] for n in order]], same, least=0.5)
    assert all(places[group[0]] == places[order[group[1]]] for group in groups)
    assert len(groups) == 5

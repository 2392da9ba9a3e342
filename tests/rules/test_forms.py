"""All answers to one question, taken apart and put together again, for every kind."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules import atoms
from crowd.rules.atoms import CANT_TELL, LEFT_OUT, NOTHING, UNASKED, Parts
from crowd.rules.questions import Kind, Question

FILE, OTHER_FILE = "7d444840-9dc0-11d1-b245-5ffdce74fad2", "7d444841-9dc0-11d1-b245-5ffdce74fad2"


def question(kind: Kind, **settings: Any) -> Question:
    options = ("a", "b", "c") if kind in {Kind.CHOICE, Kind.CHOICES} else ()
    return Question(key="q", kind=kind, options=options, settings=settings)


def majority(parts: Parts) -> dict[str, Any]:
    """Atom → what most say; of several the first."""
    won: dict[str, Any] = {}
    for name in parts.names:
        said = [each[name] for each in parts.said if name in each]
        if said:
            won[name] = max(said, key=said.count)
    return won


def concluded(asked: Question, *values: Any) -> tuple[str, Any]:
    parts = atoms.take_apart(asked, values)
    return parts.compose(majority(parts), [1.4] * len(values))


EXAMPLES: list[tuple[Question, Any, Any]] = [
    (question(Kind.CHOICE), "a", "b"),
    (question(Kind.CHOICES), ["a", "b"], ["c"]),
    (question(Kind.TEXT), "Maire de Lyon", "Sénateur"),
    (question(Kind.NUMBER), 1200, 300),
    (question(Kind.NUMBER, estimate=True, precision=10), 1200, 300),
    (question(Kind.DATE), "2014-03", "2013"),
    (question(Kind.TABLE, columns=[{"key": "who", "kind": "text"}]), [{"who": "Lyon"}], []),
    (question(Kind.REGION), [{"box": [0.1, 0.1, 0.4, 0.3]}], []),
    (question(Kind.UPLOAD), FILE, FILE),
]
NAMES = [each[0].kind.value for each in EXAMPLES]
every_kind = pytest.mark.parametrize(("asked", "value", "other"), EXAMPLES, ids=NAMES)


@every_kind
def test_what_two_of_three_say_is_concluded(asked: Question, value: Any, other: Any) -> None:
    outcome, decided = concluded(asked, value, other, value)
    assert outcome == "settled"
    assert asked.settings.get("estimate") or decided == value


@every_kind
def test_can_not_tell_is_a_conclusion(asked: Question, value: Any, other: Any) -> None:
    if asked.kind is not Kind.UPLOAD:  # one file is enough there
        assert concluded(asked, None, value, None) == ("cant_tell", None)
    assert concluded(asked, None, None) == ("cant_tell", None)


@every_kind
def test_left_empty_is_a_conclusion(asked: Question, value: Any, other: Any) -> None:
    assert concluded(asked, LEFT_OUT, LEFT_OUT) == ("left_empty", None)


@every_kind
def test_who_was_not_asked_does_not_count(asked: Question, value: Any, other: Any) -> None:
    assert concluded(asked, UNASKED, UNASKED) == ("unasked", None)
    parts = atoms.take_apart(asked, [value, UNASKED, value])
    assert parts.said[1] == {}
    assert parts.compose(majority(parts), [1.4] * 3)[0] == "settled"


@every_kind
def test_an_answer_is_wholly_like_itself(asked: Question, value: Any, other: Any) -> None:
    assert atoms.likeness(asked, value, value) == 1.0
    assert atoms.likeness(asked, None, None) == 1.0
    assert atoms.likeness(asked, value, None) == 0.0
    assert atoms.likeness(asked, value, UNASKED) == 0.0
    if other != value:
        assert atoms.likeness(asked, value, other) == atoms.likeness(asked, other, value) < 0.5


@every_kind
def test_an_answer_agrees_with_the_conclusion_it_says(asked, value, other) -> None:
    parts = atoms.take_apart(asked, [value, value, value, value, other])
    won, weights = majority(parts), [1.4] * 5
    if asked.settings.get("estimate"):  # the mean is drawn a little to everyone
        assert parts.agreement(0, won, weights) > parts.agreement(4, won, weights)
        return
    assert parts.agreement(0, won, weights) == 1.0
    if other != value:
        assert parts.agreement(4, won, weights) < 0.5


@every_kind
def test_no_answers_have_no_conclusion(asked: Question, value: Any, other: Any) -> None:
    assert concluded(asked) == ("unasked", None)


@every_kind
def test_certainties_are_probabilities_of_atoms(asked, value, other) -> None:
    parts = atoms.take_apart(asked, [value, value, other, None, LEFT_OUT, UNASKED])
    sure = parts.sure([0.8] * 6)
    assert sure.keys() <= set(parts.names)
    assert all(0 <= each <= 1 for each in sure.values())
    for name in parts.names:
        assert parts.alternatives(name) >= 2
        shown = parts.lessons(name, [0.8] * 6)
        assert all(0 <= right <= of for right, of in shown.values())


@every_kind
def test_the_order_of_the_answers_changes_no_conclusion(asked, value, other) -> None:
    values = [value, other, value, None, value]
    expected = concluded(asked, *values)
    for seed in range(5):
        random.Random(seed).shuffle(values)
        assert concluded(asked, *values) == expected


def test_every_label_is_its_own() -> None:
    said = [CANT_TELL, NOTHING, True, False, 1, "1", 1.5, "can't tell", "true", ("rows",)]
    assert len({atoms.label(each) for each in said}) == len(said)
    assert atoms.label(1.0) == atoms.label(1)


# Texts


def test_a_text_keeps_the_form_most_people_typed() -> None:
    assert concluded(question(Kind.TEXT), "LE MAIRE", "Le maire", "Le maire.", "Le maire") == (
        "settled",
        "Le maire",
    )


def test_a_text_nobody_typed_wholly_is_put_together_word_by_word() -> None:
    typed = ["Le Maire de Lion vote", "le maire de Lyon voit", "Le Maire du Lyon vote"]
    assert concluded(question(Kind.TEXT), *typed) == ("settled", "Le Maire de Lyon vote")


def test_neant_and_an_empty_field_say_the_same() -> None:
    assert concluded(question(Kind.TEXT), "Néant", LEFT_OUT, "s.o.") == ("settled", "Néant")
    assert atoms.likeness(question(Kind.TEXT), "néant", LEFT_OUT) == 1.0


def test_near_identity_is_sure_where_whole_texts_differ() -> None:
    long = "le maire de la ville de Lyon a signé la convention avec le département du Rhône"
    typed = [long, long.replace("Lyon", "Lion"), long.replace("signé", "signe"), long + " ce jour"]
    parts = atoms.take_apart(question(Kind.TEXT), typed)
    assert len({said[""] for said in parts.said}) == 3
    sure = [atoms.take_apart(question(Kind.TEXT), typed[:n]).sure([0.9] * n)[""] for n in (1, 2, 4)]
    assert sure[0] < sure[1] < 0.95 < sure[2]


def test_what_a_typing_shows_is_measured_against_the_others() -> None:
    parts = atoms.take_apart(question(Kind.TEXT), ["un deux trois", "un deux trois", "un six"])
    shown = parts.lessons("", [0.8] * 3)
    assert shown[0] == shown[1] > shown[2]
    assert atoms.take_apart(question(Kind.TEXT), ["seul"]).lessons("", [0.8]) == {}


# Numbers and dates


def test_numbers_within_the_tolerance_are_one() -> None:
    asked = question(Kind.NUMBER, tolerance=5)
    assert concluded(asked, 100, 102, 150, 98, 102) == ("settled", 102)
    assert atoms.likeness(asked, 100, 104) == 1.0
    assert atoms.likeness(asked, 100, 106) == 0.0


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.randoms())
def test_the_order_of_numbers_does_not_matter(numbers: list[int], rng: random.Random) -> None:
    asked = question(Kind.NUMBER, tolerance=3)
    said = {n: s[""] for n, s in zip(numbers, atoms.take_apart(asked, numbers).said, strict=True)}
    shuffled = list(numbers)
    rng.shuffle(shuffled)
    parts = atoms.take_apart(asked, shuffled)
    assert {n: s[""] for n, s in zip(shuffled, parts.said, strict=True)} == said


def test_an_estimate_is_a_mean_that_one_slip_does_not_move() -> None:
    asked = question(Kind.NUMBER, estimate=True, precision=20)
    outcome, honest = concluded(asked, 100, 110, 90, 105)
    assert (outcome, honest) == ("settled", 101)
    _, slipped = concluded(asked, 100, 110, 90, 105, 10_000)
    assert abs(slipped - honest) < 20


def test_an_estimate_is_sure_when_people_are_near_one_another() -> None:
    asked = question(Kind.NUMBER, estimate=True, precision=20)
    near = atoms.take_apart(asked, [100, 104, 97, 102, 99]).sure([0.75] * 5)[""]
    far = atoms.take_apart(asked, [100, 300, 20, 160, 5]).sure([0.75] * 5)[""]
    few = atoms.take_apart(asked, [100, 104]).sure([0.75] * 2)[""]
    assert far < few < near


def test_dates_share_what_they_share() -> None:
    asked = question(Kind.DATE)
    assert atoms.likeness(asked, "2014-03-12", "2014-03") == pytest.approx(2 / 3)
    assert atoms.likeness(asked, "2014-03-12", "2014-04-12") == pytest.approx(1 / 3)
    assert atoms.likeness(asked, "2014", "2013") == 0.0
    assert concluded(asked, "1850", "1850~", "1850~") == ("settled", "1850~")


def test_days_within_the_tolerance_are_one_date() -> None:
    asked = question(Kind.DATE, tolerance=2)
    assert concluded(asked, "2014-02-28", "2014-03-01", "2014-03-01") == ("settled", "2014-03-01")
    parts = atoms.take_apart(asked, ["2014-02-28", "2014-03-01", "2014-03-20"])
    assert parts.said[0] == parts.said[1] != parts.said[2]


# Uploads


def test_one_file_is_enough_whatever_the_others_sent() -> None:
    asked = question(Kind.UPLOAD)
    assert concluded(asked, FILE, OTHER_FILE) == ("settled", FILE)
    assert atoms.take_apart(asked, [FILE]).sure([0.5]) == {"": 1.0}

"""When two texts are the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.wording import most_typed, normalise, storable

SAME = [
    ("Crédit Agricole", "CREDIT AGRICOLE"),
    ("L'Oréal", "l’oreal"),
    ("Œuvre", "oeuvre"),
    ("æquo", "AEQUO"),
    ("ﬁn", "fin"),
    ("Straße", "STRASSE"),
    ("Łódź", "lodz"),
    ("Jean-Pierre", "Jean Pierre"),
    ("S.N.C.F.", "S N C F"),
    ("deux  mots\nici", " deux mots ici "),
    ("12\u00a0000 €", "12 000 €"),
    ("e\u0301te\u0301", "été"),
    ("soft\u00adhyphen", "softhyphen"),
    ("zéro\u200bespace", "zeroespace"),
    ("Acme™", "acmetm"),
    ("№ 5", "no 5"),
    ("²", "2"),
]

DIFFERENT = [
    ("12", "1 2"),
    ("oui", "non"),
    ("10 €", "10 $"),
    ("C++", "C"),
    ("—", ""),
    ("?", "!"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_the_same(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_these_are_not_the_same(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text())
def test_a_normalised_text_is_its_own_normal_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd", "Zs", "Po"])))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert normalise(composed) == normalise(unicodedata.normalize("NFD", text))


@given(st.text(min_size=1))
def test_only_an_empty_text_becomes_empty(text: str) -> None:
    if any(unicodedata.category(char)[0] not in "ZCM" for char in text):
        assert normalise(text)


def test_the_form_most_people_typed_wins_and_the_first_of_equals() -> None:
    assert most_typed(["a", "b", "b"]) == "b"
    assert most_typed(["A ", "a", "A"]) == "A"
    assert most_typed(["b", "a"]) == most_typed(["a", "b"]) == "a"
    assert most_typed(["trop bas.", "Trop bas"]) == "Trop bas"


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=[])))
def test_what_is_kept_can_be_stored_and_sent(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert storable(kept) == kept

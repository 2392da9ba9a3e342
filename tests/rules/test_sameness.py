"""When two texts say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.sameness import FIELDS, key, tokens
from crowd.rules.wording import says_nothing

SAME = [
    ("free", "12 000 €", "12.000 euros"),
    ("free", "12 000 €", "12 k€"),
    ("free", "1,5 M€ par an", "1 500 000 euros par an"),
    ("free", "12 345 678,90 €", "12345678,90 EUR"),
    ("free", "le 1er mars 2014", "le 01/03/2014"),
    ("free", "depuis mars 2014 ?", "depuis mars 2014"),
    ("free", "l’État, c’est moi", "L'ETAT C'EST MOI"),
    ("free", "Œuvre à Ålesund", "oeuvre a alesund"),
    ("free", "S.A.R.L. Les Tilleuls", "SARL Les Tilleuls"),
    ("free", "Vice-président", "vice président"),
    ("free", "« Bonjour » , dit-il !", "bonjour dit il"),
    ("name", "M. DUPONT Jean", "Jean Dupont"),
    ("name", "Mme Marie-Ève Le Goff", "LE GOFF Marie Eve"),
    ("code", "75 011", "75011"),
    ("code", "AB-12-C", "ab12c"),
    ("amount", "12 000 €", "12000"),
    ("amount", "1.234,50", "1 234,5 euros"),
]
DIFFERENT = [
    ("free", "12 000 €", "12 000 $"),
    ("free", "12 000", "1 2000"),
    ("free", "Dupont Jean", "Jean Dupont"),
    ("free", "Dupont", "Dupond"),
    ("free", "?", "!"),
    ("free", "1er mars 2014", "2 mars 2014"),
    ("name", "Jean Dupont", "Jeanne Dupont"),
]


@pytest.mark.parametrize(("field", "one", "other"), SAME)
def test_what_says_the_same_has_the_same_key(field: str, one: str, other: str) -> None:
    assert key(one, field) == key(other, field)


@pytest.mark.parametrize(("field", "one", "other"), DIFFERENT)
def test_what_says_something_else_has_another_key(field: str, one: str, other: str) -> None:
    assert key(one, field) != key(other, field)


@pytest.mark.parametrize(
    "text",
    ["néant", "NEANT", "Néant.", "s.o.", "S/O", "sans objet", "aucun", "Aucune", "/", "-", "—",
     "- -", "N/A", "nil", "None", "rien à déclarer", "  /  ", "..."],
)  # fmt: skip
def test_the_kin_of_neant_say_that_there_is_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["", " ", "?", "0", "non", "Aucune idée", "rien que ça", "/12"])
def test_other_texts_say_something(text: str) -> None:
    assert not says_nothing(text)


typings = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60
) | st.text(alphabet="0123456789 ,.'€kM/-éÉaerS\u202f", max_size=30)


@given(typings, st.sampled_from(FIELDS))
def test_the_key_of_a_key_is_that_key(text: str, field: str) -> None:
    assert key(key(text, field), field) == key(text, field)


@given(typings)
def test_no_character_that_was_typed_is_lost_in_the_tokens(text: str) -> None:
    rebuilt = "".join(token.before + token.form for token in tokens(text))
    assert "".join(rebuilt.split()) == "".join(text.split())
    assert all(token.key for token in tokens(text))


@given(st.text(alphabet="abcé ’-", max_size=30))
def test_case_and_outer_spaces_make_no_difference(text: str) -> None:
    assert key(text) == key(f"  {text.upper()} ")

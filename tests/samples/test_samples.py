"""The sample material: made by our own code, the same every time, and readable by the real line."""

import csv
import io
import itertools
import re
import unicodedata

import pypdfium2
import pytest

from crowd.samples import alphabet, declarations, filling, interests, letters
from crowd.samples.campaigns import CAMPAIGNS

_SLUG = re.compile(r"[a-z][a-z0-9-]*")


def _campaign(slug):
    return next(campaign for campaign in CAMPAIGNS if campaign["slug"] == slug)


def _questions():
    for campaign in CAMPAIGNS:
        for step in campaign["steps"]:
            yield from step["questions"]


def _rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


# Declarations


@pytest.fixture(scope="module")
def three_pages():
    return declarations.pdf_bytes(pages=3)


def test_the_same_declarations_are_the_same_bytes(three_pages):
    assert declarations.pdf_bytes(pages=3) == three_pages


def test_another_seed_makes_other_declarations():
    assert declarations.truths(seed=1) != declarations.truths(seed=2)


def test_the_pdf_has_a_readable_a4_page_for_each_declaration(three_pages):
    pdf = pypdfium2.PdfDocument(three_pages)
    assert len(pdf) == len(declarations.truths(pages=3)) == 3
    for page in pdf:
        width, height = page.get_size()
        assert (round(width), round(height)) == (595, 842)
        assert not page.get_textpage().get_text_bounded().strip(), "a scan has no text layer"


def test_twenty_four_pages_weigh_less_than_three_megabytes(three_pages):
    assert 24 * len(three_pages) / 3 < 3_000_000


def test_a_page_says_the_same_in_a_longer_document():
    assert declarations.truths(pages=24)[:3] == declarations.truths(pages=3)


def test_a_document_without_a_page_is_refused():
    with pytest.raises(ValueError, match="at least one page"):
        declarations.pdf_bytes(pages=0)


def test_a_fair_share_of_the_declarations_say_neant_and_the_first_does_not():
    said = [truth["values"]["contenu"] for truth in declarations.truths()]
    assert 4 <= said.count("neant") <= 8
    assert said[0] == "rempli"


def test_what_is_declared_answers_the_campaigns_questions():
    questions = {question["key"] for question in _campaign("declarations")["steps"][0]["questions"]}
    for truth in declarations.truths(pages=60):
        values = truth["values"]
        assert set(values) <= questions
        filled = values["contenu"] == "rempli"
        assert filled == ("organisme" in values) == ("fonction" in values)
        assert filled or "montant" not in values
        if truth["paid"]:
            assert values["montant"] > 0


def test_no_two_of_the_sample_declarations_are_of_the_same_body():
    bodies = [t["values"].get("organisme") for t in declarations.truths()]
    filled = [body for body in bodies if body]
    assert len(filled) == len(set(filled))


def test_the_hand_knows_every_character_it_may_have_to_write():
    for page, seed in itertools.product(range(1, 61), range(3)):
        interest = interests.invent(page=page, seed=seed)
        said = f"{interest.declarant} {interest.body} {interest.role} {interest.remark}"
        for text in (said, said.upper()):
            plain = text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE").replace(" ", "")
            for char in unicodedata.normalize("NFD", plain):
                assert char in alphabet.GLYPHS or char in alphabet.MARKS, f"{char!r} in {text!r}"


def test_every_seed_can_be_written_and_scanned():
    for seed in range(2, 6):
        assert declarations.pdf_bytes(pages=1, seed=seed).startswith(b"%PDF")


def test_long_words_are_written_smaller_rather_than_out_of_the_box():
    lines = filling._lines("un deux trois", room=4, measure=len)
    assert lines == ["un", "deux", "trois"]


# Letters


def test_the_same_letters_are_the_same_bytes():
    assert letters.csv_bytes() == letters.csv_bytes()
    assert letters.csv_bytes(seed=2) != letters.csv_bytes(seed=3)


def test_the_csv_reads_back_with_every_row_and_column():
    header, *rows = _rows(letters.csv_bytes())
    assert header == ["contribution_id", "quartier", "texte"]
    assert len(rows) == 60
    assert all(len(row) == 3 and row[2].strip() for row in rows)
    assert len({row[0] for row in rows}) == 60


def test_the_letters_hold_what_makes_csv_hard_newlines_quotes_and_commas():
    texts = [row[2] for row in _rows(letters.csv_bytes())[1:]]
    for needle in ("\n", "\n\n", '"', ",", "é", "«"):
        assert any(needle in text for text in texts), needle


@pytest.mark.parametrize("rows", [1, 60, 1000])
def test_no_two_letters_are_the_same(rows):
    texts = [row[2] for row in _rows(letters.csv_bytes(rows=rows))[1:]]
    assert len(set(texts)) == rows


@pytest.mark.parametrize("rows", [0, 5001])
def test_a_number_of_letters_that_cannot_be_written_is_refused(rows):
    with pytest.raises(ValueError, match=str(rows)):
        letters.csv_bytes(rows=rows)


def test_the_letters_answer_the_campaigns_questions_and_give_every_option_its_turn():
    reading = _campaign("mobilite")["steps"][0]
    truths = letters.truths()
    for question in reading["questions"]:
        options = {option["value"] for option in question["options"]}
        given = [truth["values"][question["key"]] for truth in truths]
        said = set(itertools.chain.from_iterable(v if isinstance(v, list) else [v] for v in given))
        assert said == options
    assert all(truth["values"]["sujets"] for truth in truths)


# Campaigns


def test_slugs_and_keys_are_slugs_and_unique_where_they_must_be():
    assert len({campaign["slug"] for campaign in CAMPAIGNS}) == len(CAMPAIGNS)
    for campaign in CAMPAIGNS:
        steps = [step["key"] for step in campaign["steps"]]
        assert len(set(steps)) == len(steps)
        for step in campaign["steps"]:
            keys = [question["key"] for question in step["questions"]]
            assert len(set(keys)) == len(keys)
            assert all(_SLUG.fullmatch(key) for key in (campaign["slug"], step["key"], *keys))


def test_every_option_value_is_a_slug_and_unique_in_its_question():
    for question in _questions():
        values = [option["value"] for option in question["options"]]
        assert len(set(values)) == len(values)
        assert all(_SLUG.fullmatch(value) for value in values)
        assert bool(values) == (question["kind"] in {"choice", "choices"})


def test_a_step_that_opens_later_names_an_earlier_question_of_choices():
    for campaign in CAMPAIGNS:
        earlier = {}
        for step in campaign["steps"]:
            if step["opens_when"]:
                opener = earlier[step["opens_when"]["step"]]
                asked = next(
                    q for q in opener["questions"] if q["key"] == step["opens_when"]["question"]
                )
                assert asked["kind"] == "choices"
            earlier[step["key"]] = step


def test_a_policy_can_be_met():
    for campaign in CAMPAIGNS:
        for step in campaign["steps"]:
            assert 2 <= step["agree"] <= step["at_most"]
            assert step["lease_seconds"] >= 60


def test_every_campaign_says_why_how_and_until_when():
    for campaign in CAMPAIGNS:
        for part in ("title", "problem", "solution", "story", "licence"):
            assert campaign[part].strip() == campaign[part] != ""
        assert campaign["language"] == "fr"
        assert campaign["deadline_days"] > 0
        assert campaign["game"] in {"none", "personal", "cooperative", "competitive"}


def test_the_documents_of_the_campaigns_can_be_made():
    letters_made = _campaign("mobilite")["document"]
    assert letters_made["media_type"] == "text/csv"
    assert len(_rows(letters_made["make"]())) == 61
    assert _campaign("declarations")["document"]["make"] is declarations.pdf_bytes

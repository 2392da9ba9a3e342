"""Every problem that can be raised has a sentence, and the sentence is given what it names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from crowd import sentences
from crowd.config import places
from crowd.rules.problems import Problem

DOORS = ("crowd", "api", "frontend", "tasks")


def raised() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(where, code, names of params; None when they are not written out) of every Problem made."""
    for door in DOORS:
        for path in sorted((places.root() / door).rglob("*.py")):
            yield from _in_file(path)


def _in_file(path: Path) -> Iterator[tuple[str, str, frozenset[str] | None]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or _name(node.func) != "Problem" or not node.args:
            continue
        code = node.args[0]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            named = [keyword.arg for keyword in node.keywords]
            params = None if None in named else frozenset(filter(None, named))
            yield f"{path.relative_to(places.root())}:{node.lineno}", code.value, params


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


RAISED = list(raised())


def test_the_walk_finds_the_problems() -> None:
    assert len({code for _, code, _ in RAISED}) > 25


@pytest.mark.parametrize(("where", "code", "params"), RAISED, ids=[each[0] for each in RAISED])
def test_a_problem_has_a_sentence_and_all_that_it_names(
    where: str, code: str, params: frozenset[str] | None
) -> None:
    assert code in sentences.SENTENCES
    with translation.override("en"):
        needed = set(re.findall(r"%\((\w+)\)", str(sentences.SENTENCES[code])))
    if params is not None:
        assert needed == params
        assert sentences.sentence(Problem(code, **dict.fromkeys(params, "100 %")))


def test_every_sentence_is_said_somewhere() -> None:
    assert set(sentences.SENTENCES) == {code for _, code, _ in RAISED}


@pytest.mark.parametrize("code", sentences.SENTENCES)
def test_a_sentence_is_one_in_both_languages(code: str) -> None:
    said = set()
    for language in ("en", "fr"):
        with translation.override(language):
            text = str(sentences.SENTENCES[code])
            assert text[0].isupper() or text[0] in "“«"
            assert text.endswith((".", "?", "!"))
            said.add(text)
            assert re.findall(r"%(?!\(\w+\)s)", text) == []


def test_no_problem_makes_no_sentence() -> None:
    assert sentences.sentence_of("", {}) == ""


def test_a_sentence_is_in_the_language_of_the_moment() -> None:
    problem = Problem("pdf_too_long", pages=9, most=5)
    with translation.override("en"):
        assert sentences.sentence(problem) == "This PDF has 9 pages; at most 5 are allowed."

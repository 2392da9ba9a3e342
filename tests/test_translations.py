"""The catalogues: what the code says in English, every language says whole."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.core.management import call_command

from crowd.config import places

HOUSES = ["api", "crowd", "frontend", "tasks"]
WORDS = ("*.py", "*.html", "*.txt", "*.po")
GETTEXT = ["xgettext", "msguniq", "msgmerge", "msgattrib"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
# What would leave a mark alone at the start of a line, or is an apostrophe of typewriters.
CARELESS_FRENCH = re.compile(r"[ \u00a0][;!?]|[^\s\u00a0\u202f«]»|« | (?:[:»]|%(?!\())|\w'\w")


def catalogue(language: str, root: Path | None = None) -> Catalog:
    path = (root or places.root()) / f"crowd/locale/{language}/LC_MESSAGES/django.po"
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def languages() -> list[str]:
    return sorted(path.name for path in (places.root() / "crowd/locale").iterdir() if path.is_dir())


def sayings(language: str, root: Path | None = None) -> list[Message]:
    return [message for message in catalogue(language, root) if message.id]


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def unsaid(messages: list[Message]) -> list[str]:
    return [forms(each.id)[0] for each in messages if each.fuzzy or not all(forms(each.string))]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def agrees(message: Message) -> bool:
    """Each form holds what its English form holds; "one" may do without its number or say it."""
    asked = [placeholders(form) for form in forms(message.id)]
    *first, last = [placeholders(form) for form in forms(message.string)]
    return last == asked[-1] and all(each in asked for each in first)


def test_french_is_there() -> None:
    assert "fr" in languages()


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_translated_and_none_is_a_guess(language: str) -> None:
    assert unsaid(sayings(language)) == []


@pytest.mark.parametrize("language", languages())
def test_every_translation_holds_the_same_placeholders(language: str) -> None:
    assert [each.id for each in sayings(language) if not agrees(each)] == []


@pytest.mark.parametrize("language", languages())
def test_every_plural_form_is_filled(language: str) -> None:
    catalog = catalogue(language)
    plurals = [each for each in catalog if each.id and each.pluralizable]
    assert [each.id for each in plurals if len(forms(each.string)) != catalog.num_plurals] == []


def test_french_punctuation_stays_with_its_words() -> None:
    said = [form for each in sayings("fr") for form in forms(each.string)]
    assert [form for form in said if CARELESS_FRENCH.search(form)] == []


@pytest.mark.skipif(not all(map(shutil.which, GETTEXT)), reason="needs GNU gettext")
@pytest.mark.parametrize("language", languages())
def test_nothing_that_the_code_says_is_missing(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    for house in HOUSES:
        copy_words(places.root() / house, tmp_path / house)
    settings.LOCALE_PATHS = [tmp_path / "crowd" / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=[language], no_wrap=True, add_location="file", verbosity=0)
    assert unsaid(sayings(language, tmp_path)) == []


def copy_words(house: Path, copy: Path) -> None:
    """Only what makemessages reads: it leaves files beside its sources while it works."""
    for pattern in WORDS:
        for source in house.rglob(pattern):
            target = copy / source.relative_to(house)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

"""The recipes of docs/api.md work as they are written there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.site import ROOT, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

TOOLS = ("bash", "curl", "jq", "uuidgen")
RECIPES = [
    pytest.param(language, code, id=f"{title}, {language}".lower().replace(" ", "-"))
    for title, text in re.findall(
        r"^### (.*?)\n(.*?)(?=^##|\Z)",
        (ROOT / "docs" / "api.md").read_text().partition("## Five recipes")[2],
        re.MULTILINE | re.DOTALL,
    )
    for language, code in re.findall(r"^```(sh|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
]


@pytest.fixture(scope="module")
def key(opened: Callable[[str], str]) -> str:
    return opened("letters")


def test_there_are_five_recipes_in_two_languages_and_what_they_need_is_here() -> None:
    assert len(RECIPES) == 10
    missing = [each for each in TOOLS if shutil.which(each) is None]
    assert not missing, f"Install {missing} (.ci/run does), or the recipes can't be tried."


@pytest.mark.parametrize(("language", "code"), RECIPES)
def test_a_recipe_works(running: Site, key: str, language: str, code: str, tmp_path: Path) -> None:
    # As somebody would type it, but for this: what fails is noticed. (Not within a pipe: `head`
    # ends what it has read enough of.)
    shell = ["bash", "-eu", "-c"]
    command = [*shell, code] if language == "sh" else [sys.executable, "-c", code]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"SITE": running.address, "KEY": key},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert httpx.get(f"{running.address}/healthz").status_code == 200

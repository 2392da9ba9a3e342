"""The program of docs/api.md that acts for somebody does so, from its first line to its last."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site import ROOT, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

MAKE = """
import django, json; django.setup()
from crowd.models import User
from crowd.services import accounts, apps
ana = User.objects.create_user("ana@example.org")
maker = User.objects.create_user("maker@example.org")
there = ["http://127.0.0.1/back"]
app, _ = apps.register(user=maker, name="Crier", addresses=there, on_a_server=False)
print(json.dumps([accounts.make_link(user=ana, origin=%r), app.client_id]))
"""


def test_a_program_on_somebodys_computer_claims_for_them(
    running: Site, opened: Callable[[str], str], tmp_path: Path
) -> None:
    opened("apps")
    link, app = json.loads(running.python("-c", MAKE % running.address))
    browser = tmp_path / "browser"  # (BROWSER itself may hold no colon)
    browser.write_text(f'#!/bin/sh\nexec {sys.executable} -m tests.programs.browser {link} "$1"\n')
    browser.chmod(0o755)
    text = (ROOT / "docs" / "api.md").read_text().partition("## Apps that act for somebody")[2]
    found = re.search(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    done = subprocess.run(
        [sys.executable, "-c", found[1].replace("campaigns/letters", "campaigns/apps")],
        cwd=ROOT,
        env=os.environ | {"SITE": running.address, "APP": app, "BROWSER": f"{browser} %s &"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "'questions'" in done.stdout

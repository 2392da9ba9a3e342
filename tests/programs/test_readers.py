"""Others' programs read the open data: crowd-kit the triples, IIIF's models the manifest."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crowd.models import Verdict
from crowd.services import exports
from tests.servers import ROOT
from tests.services.test_snapshots import package, played, taken

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(500)]

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def readers() -> Path:
    """Python with these programs, installed once for each list of them."""
    listed = HERE / "readers.txt"
    home = ROOT / "var" / "tools" / hashlib.sha256(listed.read_bytes()).hexdigest()[:12]
    python, done = home / "bin" / "python", home / "done"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", listed], check=True)
        done.touch()
    return python


def test_crowd_kit_reads_the_triples_and_iiif_the_manifest(readers: Path, tmp_path: Path) -> None:
    drive = played()
    with zipfile.ZipFile(package(taken(drive), tmp_path / "package.zip")) as held:
        held.extract("crowdkit/read.tone.csv", tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(b"".join(exports.stream(campaign=drive.campaign, format="iiif")))
    triples = tmp_path / "crowdkit/read.tone.csv"
    command = [readers, HERE / "reading.py", triples, manifest]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["canvases"] == drive.campaign.excerpts.count()
    settled = Verdict.objects.public().filter(step__key="read", outcome="settled")
    ours = {str(each.microtask_id): each.values["tone"]["value"] for each in settled}
    assert {task: told["labels"][task] for task in ours} == ours

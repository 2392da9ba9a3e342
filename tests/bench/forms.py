"""Many scanned forms in one delivery, cut by twelve zones: minutes by step, memory, the pages.

`python -m tests.bench forms` takes 925 (`--forms 60` for fewer). Scans of two versions, each
askew in its own way; 48 are drawn and the others are the same pages in files of their own, for
drawing them takes longer than all that is measured.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import psutil

from crowd.samples import questionnaire, scanner
from tests import site
from tests.site import Site

DRAWN = 48
LOOKS_APART = 0.5  # seconds
MEGABYTE = 1024 * 1024


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="forms", description=__doc__)
    parser.add_argument("--forms", type=int, default=925)
    asked = parser.parse_args(list(arguments))
    with (
        tempfile.TemporaryDirectory() as kept,
        site.running(site.ROOT / "var" / "bench") as measured,
    ):
        path = Path(kept) / "forms.zip"
        _pack(path, asked.forms)
        print(f"{asked.forms} forms, {path.stat().st_size / MEGABYTE:.0f} MB", flush=True)
        _measure(measured, path, asked.forms)


def _pack(path: Path, count: int) -> None:
    """A ZIP of that many PDFs: no two alike to a digest."""
    asked = [
        (version, number)
        for number in range(1, min(DRAWN, count) // 2 + 1)
        for version in questionnaire.VERSIONS
    ]
    with ProcessPoolExecutor(2) as drawing, zipfile.ZipFile(path, "w") as archive:
        scans = list(drawing.map(_scanned, asked))
        for number in range(count):
            data = scans[number % len(scans)] + f"\n% {number}\n".encode()
            archive.writestr(f"forms/{number:04}.pdf", data)


def _scanned(asked: tuple[str, int]) -> bytes:
    version, number = asked
    rng = Random(f"{version} {number}")
    first, *others = (
        scanner.drifted(
            questionnaire.inked(version=version, page=page, number=number),
            drift=scanner.a_drift(rng=rng),
            rng=rng,
        ).convert("RGB")
        for page in range(1, questionnaire.PAGES + 1)
    )
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=150, quality=60)
    return out.getvalue()


def _measure(measured: Site, path: Path, count: int) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.form_papers", str(path), str(count)],
        cwd=site.ROOT,
        env=measured.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    memory: list[tuple[float, float]] = []
    ended = threading.Event()
    watching = threading.Thread(target=_watch, args=(measured, memory, ended))
    watching.start()
    began = time.monotonic()
    for line in running.stdout:
        told: dict[str, Any] = json.loads(line)
        said = "  ".join(f"{name} {value}" for name, value in told.items())
        worker, desk = memory[-1] if memory else (0.0, 0.0)
        at = time.monotonic() - began
        print(f"{at:6.0f} s  {said}  (worker {worker:.0f} MB, desk {desk:.0f} MB)", flush=True)
    ended.set()
    watching.join()
    worker, desk = (max(each) for each in zip(*memory, strict=True))
    print(f"most: worker {worker:.0f} MB, desk {desk:.0f} MB")
    assert running.wait() == 0


def _watch(measured: Site, memory: list[tuple[float, float]], ended: threading.Event) -> None:
    """The largest worker and the largest desk, again and again."""
    documents = psutil.Process(measured.processes["documents"].pid)
    while not ended.wait(LOOKS_APART):
        sizes = {True: 0.0, False: 0.0}
        for process in [documents, *documents.children(recursive=True)]:
            try:
                is_desk = "crowd.rules.splitting.desk" in process.cmdline()
                size = process.memory_info().rss / MEGABYTE
            except psutil.Error:
                continue
            sizes[is_desk] = max(sizes[is_desk], size)
        memory.append((sizes[False], sizes[True]))


if __name__ == "__main__":
    main(sys.argv[1:])

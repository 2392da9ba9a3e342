"""Documents into micro-tasks, beside doing only what can't be avoided: drawing, and COPY.

`python -m tests.bench.documents` measures both; `--only pdf` or `--only csv` one of them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests import site
from tests.bench import paper_files
from tests.site import Site

PROCESSES = 2  # of the bare loop: as many as the machine the goals are for has cores
LOOKS_APART = 0.5  # seconds
MEGABYTE = 1024 * 1024


@dataclass
class Watched:
    """What the documents' workers took while they were watched."""

    # Processor seconds by who took them: worker, desk, postgres, and other (Celery's own).
    spent: dict[str, float] = field(default_factory=dict)
    memory: list[tuple[int, float, float]] = field(default_factory=list)  # done, worker, desk (MB)

    @property
    def cpu(self) -> float:
        return sum(self.spent.values())

    def near(self, done: int) -> tuple[int, float, float]:
        return min(self.memory, key=lambda each: abs(each[0] - done))


def main(arguments: Sequence[str]) -> None:
    """Measure and print; ratios within one run."""
    asked = _arguments(arguments)
    with (
        tempfile.TemporaryDirectory() as kept,
        site.running(site.ROOT / "var" / "bench") as measured,
    ):
        rows = []
        if asked.only in {None, "pdf"}:
            rows.append(_measure_pdf(measured, Path(kept), asked.pages))
        if asked.only in {None, "csv"}:
            rows.append(_measure_table(measured, Path(kept), asked.rows))
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    if asked.json:
        Path(asked.json).write_text(json.dumps(rows, indent=1))


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="documents", description=__doc__)
    parser.add_argument("--only", choices=["pdf", "csv"])
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", help="write the rows to this file, too")
    return parser.parse_args(list(arguments))


def _measure_pdf(measured: Site, kept: Path, pages: int) -> dict[str, Any]:
    path = kept / "pages.pdf"
    paper_files.pdf(path, pages=pages)
    seconds, cpu = _bare_drawing(measured, path)
    told, watched = _received(measured, path)
    early, late = watched.near(10), watched.near(pages)
    return {
        "what": "pdf",
        "pages": told["excerpts"],
        "microtasks": told["microtasks"],
        "bare_per_second": round(pages / seconds, 2),
        "pages_per_second": round(pages / told["seconds"], 2),
        "ratio": round(seconds / told["seconds"], 3),
        "cpu_ratio": round(cpu / watched.cpu, 3),
        "first_s": round(told["first"], 1),
        "worker_mb": f"{early[1]:.0f}@{early[0]} {late[1]:.0f}@{late[0]}",
        "desk_mb": f"{early[2]:.0f}@{early[0]} {late[2]:.0f}@{late[0]}",
    }


def _measure_table(measured: Site, kept: Path, rows: int) -> dict[str, Any]:
    path, copied = kept / "rows.csv", kept / "rows.copy"
    paper_files.table(path, copied, rows=rows)
    bare = json.loads(_papers(measured, "copy", str(copied), "bare"))
    indexed = json.loads(_papers(measured, "copy", str(copied), "indexed"))
    told, watched = _received(measured, path)
    early, late = watched.near(rows // 100), watched.near(rows)
    return {
        "what": "csv",
        "rows": told["excerpts"],
        "microtasks": told["microtasks"],
        "copy_s": round(indexed["seconds"], 1),
        "copy_without_indexes_s": round(bare["seconds"], 1),
        "seconds": round(told["seconds"], 1),
        "ratio": round(indexed["seconds"] / told["seconds"], 3),
        "ratio_without_indexes": round(bare["seconds"] / told["seconds"], 3),
        "copy_cpu_s": round(indexed["cpu"], 1),
        "cpu_s": {name: round(each, 1) for name, each in watched.spent.items()},
        "first_s": round(told["first"], 1),
        "worker_mb": f"{early[1]:.0f}@{early[0]} {late[1]:.0f}@{late[0]}",
        "desk_mb": f"{early[2]:.0f}@{early[0]} {late[2]:.0f}@{late[0]}",
    }


def _bare_drawing(measured: Site, path: Path) -> tuple[float, float]:
    """Wall and processor seconds of drawing every page once, shared by two processes."""
    began = time.monotonic()
    running = [
        subprocess.Popen(
            [*_command("draw"), str(path), str(start), str(PROCESSES)],
            cwd=site.ROOT,
            env=measured.environment,
            stdout=subprocess.PIPE,
        )
        for start in range(PROCESSES)
    ]
    said = [json.loads(process.communicate()[0]) for process in running]
    return time.monotonic() - began, sum(each["cpu"] for each in said)


def _received(measured: Site, path: Path) -> tuple[dict[str, Any], Watched]:
    """Let the site split a file; what it said at the end, and what it took."""
    running = subprocess.Popen(
        [*_command("receive"), str(path)],
        cwd=site.ROOT,
        env=measured.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    told: dict[str, Any] = {}
    watched, ended = Watched(), threading.Event()
    watching = threading.Thread(target=_watch, args=(measured, watched, told, ended))
    watching.start()
    for line in running.stdout:
        told |= json.loads(line)
    ended.set()
    watching.join()
    assert running.wait() == 0
    if told["state"] != "split":
        raise SystemExit(f"{path.name}: {told}")
    return told, watched


def _watch(measured: Site, watched: Watched, told: dict[str, Any], ended: threading.Event) -> None:
    processes = [psutil.Process(measured.processes["documents"].pid), _postgres(measured)]
    before: dict[tuple[int, float], float] = {}
    spent: dict[tuple[int, float], float] = {}
    names: dict[tuple[int, float], str] = {}
    while True:
        workers, desks = [0.0], [0.0]
        for process in [each for top in processes for each in [top, *top.children(recursive=True)]]:
            try:
                key = (process.pid, process.create_time())
                times = process.cpu_times()
                words = process.cmdline()
                size = process.memory_info().rss / MEGABYTE
            except psutil.Error:
                continue
            spent[key] = times.user + times.system
            before.setdefault(key, spent[key])
            names[key] = _name(" ".join(words))
            if names[key] == "desk":
                desks.append(size)
            elif names[key] == "worker":
                workers.append(size)
        watched.memory.append((told.get("done", 0), max(workers), max(desks)))
        if ended.wait(LOOKS_APART):
            break
    for key, name in names.items():
        watched.spent[name] = watched.spent.get(name, 0.0) + spent[key] - before[key]


def _name(words: str) -> str:
    known = {"crowd.rules.splitting.desk": "desk", "celery": "worker", "postgres": "postgres"}
    return next((name for mark, name in known.items() if mark in words), "other")


def _postgres(measured: Site) -> psutil.Process:
    pid = (measured.ground.postgres_data / "postmaster.pid").read_text().split()[0]
    return psutil.Process(int(pid))


def _papers(measured: Site, *arguments: str) -> str:
    return measured.python("-m", "tests.bench.papers", *arguments)


def _command(verb: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.papers", verb]


if __name__ == "__main__":
    main(sys.argv[1:])

"""Processor time of each part of a site: what a loop costs, however busy the machine is."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from crowd.config.launch import postgres, valkey
from tests.site import Site

PARTS = ("web", "worker", "postgres", "valkey", "load")


@contextmanager
def measured(site: Site) -> Iterator[dict[str, float]]:
    """Seconds of processor time by part, known when the block ends; "seconds" is the clock's."""
    spent: dict[str, float] = {}
    before, began = _seconds(site), time.perf_counter()
    yield spent
    after = _seconds(site)
    spent.update({part: after[part] - before[part] for part in PARTS})
    spent["seconds"] = time.perf_counter() - began


def _seconds(site: Site) -> dict[str, float]:
    ground = site.ground
    servers = {"postgres": postgres.process(ground=ground), "valkey": valkey.process(ground=ground)}
    groups = {
        "web": [site.processes[name].pid for name in ("web", "sockets") if name in site.processes],
        "worker": [
            process.pid
            for name, process in site.processes.items()
            if name.startswith(("worker", "documents", "beat"))
        ],
        **{name: [process.pid] if process else [] for name, process in servers.items()},
    }
    own = time.process_time()
    return {part: sum(map(_tree, pids)) for part, pids in groups.items()} | {"load": own}


def _tree(pid: int) -> float:
    """Of a process, what it started, and what has ended of that."""
    if pid == os.getpid():
        return time.process_time()
    total = 0.0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            total += sum(process.cpu_times()[:4])
    except psutil.NoSuchProcess:
        pass
    return total

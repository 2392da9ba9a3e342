"""The volunteer loop at 1, 8 and 32 volunteers, beside the floor view on the same server."""

import argparse
import json
import time
from typing import Any

import uvloop

from tests import site
from tests.bench import processor, volunteers
from tests.bench.printed import print_rows
from tests.site import Site

CROWDS = (1, 8, 32)
ASKED = 3  # answers wanted: three agree, three at most
SHOWN = 12  # of the tasks, the dearest


def main(arguments: list[str]) -> None:
    """Measure and print; with `--json`, write the rows to a file as well."""
    told = _arguments(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        rows = [_measure(measured, crowd, told) for crowd in told.crowds]
        spent = json.loads(database(measured, "spent"))
    print_rows(rows)
    print("  Celery tasks: runs, seconds of processor time in all")
    print_rows([{name: f"{runs} {seconds:.1f}" for name, runs, seconds in spent[:SHOWN]}])
    if told.json:
        with open(told.json, "w") as out:
            json.dump(rows, out, indent=1)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench loop", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of each round")
    parser.add_argument("--rounds", type=int, default=3, help="of floor view and loop, in turn")
    parser.add_argument("--microtasks", type=int, default=20_000, help="of each campaign")
    parser.add_argument("--crowds", type=int, nargs="+", default=CROWDS, help="volunteers at once")
    parser.add_argument("--json", help="write the rows to this file, too")
    return parser.parse_args(arguments)


def _measure(measured: Site, crowd: int, told: argparse.Namespace) -> dict[str, Any]:
    slug, port = f"bench-{crowd}", measured.port
    made = database(measured, "campaign", slug, str(told.microtasks), str(ASKED))
    uvloop.run(volunteers.play(port=port, slug=slug, volunteers=crowd, seconds=2))  # warm
    floor_at = {"port": port, "volunteers": crowd, "microtask": int(made)}
    uvloop.run(volunteers.floor(**floor_at, seconds=1))
    floors, spent, loop = [], {}, volunteers.Measured()
    for _ in range(told.rounds):  # in turn, so that what else the machine does meets both
        floors.append(uvloop.run(volunteers.floor(**floor_at, seconds=told.seconds / 2)))
        with processor.measured(measured) as cost:
            loop += uvloop.run(
                volunteers.play(port=port, slug=slug, volunteers=crowd, seconds=told.seconds)
            )
            checked = wait_for_cross_check(measured, slug)
        spent = {part: spent.get(part, 0.0) + cost[part] for part in cost}
    floor_per_second = sum(each.per_second for each in floors) / len(floors)
    return {
        "volunteers": crowd,
        "loops_per_second": round(loop.per_second, 1),
        "mean_ms": round(loop.mean, 1),
        "p50_ms": round(loop.percentile(50), 1),
        "p95_ms": round(loop.percentile(95), 1),
        "p95_per_mean": round(loop.percentile(95) / loop.mean, 2),
        "floor_per_second": round(floor_per_second, 1),
        "ratio": round(loop.per_second / floor_per_second, 3),
        **cpu_per_loop(spent, len(loop.latencies)),
        "refused": sum(loop.refusals.values()),
        "asked_twice": loop.asked_twice,
        **checked,
    }


def cpu_per_loop(spent: dict[str, float], loops: int) -> dict[str, float]:
    """Milliseconds of processor time a loop costs each part; the load's share of two cores."""
    each = {f"{part}_cpu_ms": round(1000 * spent[part] / loops, 2) for part in processor.PARTS}
    return each | {"load_share": round(spent["load"] / spent["seconds"] / 2, 3)}


def wait_for_cross_check(measured: Site, slug: str, patience: float = 120) -> dict[str, float]:
    """How far behind the cross-check was, and what the database says of it."""
    began = time.monotonic()
    while json.loads(database(measured, "unread", slug)) and time.monotonic() - began < patience:
        time.sleep(0.2)
    behind = round(time.monotonic() - began, 1)
    return {"behind_s": behind, **json.loads(database(measured, "audit", slug, str(ASKED)))}


def database(measured: Site, *arguments: str) -> str:
    """What `tests.bench.database` prints."""
    return measured.python("-m", "tests.bench.database", *arguments)

"""make bench: the volunteer loop at 1, 8 and 32 volunteers, beside a bare view of its server."""

import argparse
import asyncio
import json
import time

from tests import site
from tests.bench import volunteers
from tests.site import Site

CROWDS = (1, 8, 32)
ASKED = 3  # answers wanted: three agree, three at most


def main() -> None:
    arguments = _arguments()
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        rows = [_measure(measured, crowd, arguments) for crowd in arguments.crowds]
    _print(rows)
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump(rows, out, indent=1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--microtasks", type=int, default=20_000, help="of each campaign")
    parser.add_argument("--crowds", type=int, nargs="+", default=CROWDS, help="volunteers at once")
    parser.add_argument("--json", help="write the rows to this file, too")
    return parser.parse_args()


def _measure(measured: Site, crowd: int, arguments: argparse.Namespace) -> dict[str, float]:
    slug, port = f"bench-{crowd}", measured.port
    _database(measured, "campaign", slug, str(arguments.microtasks), str(ASKED))
    asyncio.run(volunteers.play(port=port, slug=slug, volunteers=crowd, seconds=1))  # warm
    bare = asyncio.run(volunteers.greet(port=port, volunteers=crowd, seconds=arguments.seconds / 2))
    loop = asyncio.run(
        volunteers.play(port=port, slug=slug, volunteers=crowd, seconds=arguments.seconds)
    )
    checked = _wait_for_cross_check(measured, slug)
    return {
        "volunteers": crowd,
        "loops_per_second": round(loop.per_second, 1),
        "p50_ms": round(loop.percentile(50), 1),
        "p95_ms": round(loop.percentile(95), 1),
        "p99_ms": round(loop.percentile(99), 1),
        "hello_per_second": round(bare.per_second, 1),
        "ratio": round(loop.per_second / bare.per_second, 3),
        "refused": sum(loop.refusals.values()),
        "asked_twice": loop.asked_twice,
        **checked,
    }


def _wait_for_cross_check(measured: Site, slug: str, patience: float = 120) -> dict[str, float]:
    """How far behind the cross-check was, and what the database says of it."""
    began = time.monotonic()
    while True:
        found = json.loads(_database(measured, "audit", slug, str(ASKED)))
        if not found["unread"] or time.monotonic() - began > patience:
            return {"behind_s": round(time.monotonic() - began, 1), **found}
        time.sleep(0.5)


def _database(measured: Site, *arguments: str) -> str:
    return measured.python("-m", "tests.bench.database", *arguments)


def _print(rows: list[dict[str, float]]) -> None:
    names = list(rows[0])
    widths = [max(len(name), *(len(str(row[name])) for row in rows)) for name in names]
    for cells in [names, *[[str(row[name]) for name in names] for row in rows]]:
        print("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))


if __name__ == "__main__":
    main()

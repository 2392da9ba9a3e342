"""The loop on a large campaign beside a small one: it must cost the same."""

import argparse
import json

import uvloop

from tests import site
from tests.bench import processor, volunteers
from tests.bench.loop import cpu_per_loop, database
from tests.bench.printed import print_rows

ASKED = 3


def main(arguments: list[str]) -> None:
    """Measure both in turn, several times each, so that what else the machine does meets both."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench size", description=__doc__)
    parser.add_argument("--small", type=int, default=1_000, help="micro-tasks")
    parser.add_argument("--large", type=int, default=1_000_000, help="micro-tasks")
    parser.add_argument("--volunteers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3, help="of each turn")
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--json", help="write the rows to this file, too")
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        database(measured, "filled", "large", str(told.large), str(ASKED))
        found = {size: [] for size in ("small", "large")}
        spent = {"small": [], "large": []}
        for turn in range(told.turns + 1):
            for size in ("small", "large"):
                slug = "large" if size == "large" else f"small-{turn}"
                if size == "small":
                    database(measured, "filled", slug, str(told.small), str(ASKED))
                with processor.measured(measured) as cost:
                    played = uvloop.run(
                        volunteers.play(
                            port=measured.port,
                            slug=slug,
                            volunteers=told.volunteers,
                            seconds=told.seconds,
                        )
                    )
                if turn:  # the first of each only warms what is kept
                    found[size].append(played)
                    spent[size].append(cpu_per_loop(cost, len(played.latencies)))
        rows = [_row(size, played, spent[size]) for size, played in found.items()]
        print_rows(rows)
        print(f"  p95 of large / p95 of small: {rows[1]['p95_ms'] / rows[0]['p95_ms']:.2f}")
    if told.json:
        with open(told.json, "w") as out:
            json.dump(rows, out, indent=1)


def _row(
    size: str, found: list[volunteers.Measured], spent: list[dict[str, float]]
) -> dict[str, object]:
    whole = volunteers.Measured(
        seconds=sum(each.seconds for each in found),
        latencies=[latency for each in found for latency in each.latencies],
    )
    return {
        "campaign": size,
        "loops_per_second": round(whole.per_second, 1),
        "mean_ms": round(whole.mean, 1),
        "p50_ms": round(whole.percentile(50), 1),
        "p95_ms": round(whole.percentile(95), 1),
        "asked_twice": sum(each.asked_twice for each in found),
        "refused": sum(sum(each.refusals.values()) for each in found),
        **{name: round(sum(s[name] for s in spent) / len(spent), 2) for name in spent[0]},
    }

"""Zones: how many cuts of drifting scans are right, and how many pages a second are cut.

python -m tests.bench.zones
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial

import numpy as np
from PIL import Image

from crowd.rules.splitting import pictures
from crowd.rules.zones import cutting, prints, registering
from crowd.samples import questionnaire
from tests.documents import drifts
from tests.documents.drifts import RIGHT, Reference, Result, Scan

PROCESSES = 2
TRIALS: dict[str, tuple[dict[str, float], Callable[[Scan], Scan]]] = {
    "3 % shift, 3 % scale, 2 degrees": ({}, lambda scan: scan),
    "the same, faxed": ({}, drifts.faxed),
    "5 % shift, 3 % scale, 3 degrees": ({"shift": 0.05, "degrees": 3.0}, lambda scan: scan),
}


def main(given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=25, help="who fill in both versions")
    parser.add_argument("--copies", type=int, default=4, help="scans of each page they filled in")
    parser.add_argument("--json", help="write the rows to this file, too")
    arguments = parser.parse_args(given)
    rows = [_told(_trial(name, arguments.people, arguments.copies)) for name in TRIALS]
    speed = _told(_speed())
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump({"trials": rows, "speed": speed}, out, indent=1)


def _told(row: dict[str, object]) -> dict[str, object]:
    print(json.dumps(row, ensure_ascii=False), flush=True)
    return row


def _trial(name: str, people: int, copies: int) -> dict[str, object]:
    with ProcessPoolExecutor(PROCESSES) as pool:
        parts = pool.map(partial(_share, name, people, copies), range(PROCESSES))
        results = [result for part in parts for result in part]
    overlaps = np.array([value for result in results for value in result.overlaps])
    return {
        "trial": name,
        "scans": len(results),
        "cuts": len(overlaps),
        f"right (overlap ≥ {RIGHT})": round(float((overlaps >= RIGHT).mean()), 4),
        "overlap ≥ 0.95": round(float((overlaps >= 0.95).mean()), 4),
        "worst": round(float(overlaps.min()), 3),
        "median": round(float(np.median(overlaps)), 4),
        "pages not recognised": sum(not result.recognised for result in results),
        "lowest score": round(min(result.score for result in results), 3),
    }


def _share(name: str, people: int, copies: int, part: int) -> list[Result]:
    """What one process tries: the forms of its share of the people."""
    drift, spoil = TRIALS[name]
    scans = drifts.copies(people=range(1 + part, people + 1, PROCESSES), each=copies, **drift)
    return [_reference().recognise(spoil(scan)) for scan in scans]


@cache
def _reference() -> Reference:
    return Reference()


def _speed(pages: int = 12) -> dict[str, object]:
    """Pages a second of one process: recognised, and all of their zones cut and encoded."""
    scans = list(drifts.copies(people=range(1, 1 + pages // 4), each=1))
    seconds = {"print": 0.0, "register": 0.0, "cut and encode": 0.0}
    zones = 0
    for scan in scans:
        version = questionnaire.VERSIONS.index(scan.version) + 1
        template = _reference().prints[version, scan.page]
        wide = Image.fromarray(scan.picture).convert("RGB")
        wide = wide.resize((cutting.PAGE_WIDTH, round(cutting.PAGE_WIDTH * drifts.RATIO)))
        began = time.perf_counter()
        page = prints.of(scan.picture)
        prints.look(page)
        printed = time.perf_counter()
        found = registering.register(template=template, page=page)
        assert found is not None
        registered = time.perf_counter()
        for box in drifts.drawn(scan):
            cut = cutting.cut(wide, box=box, ratio=drifts.RATIO, matrix=found.matrix)
            pictures.variants(cut.picture)
            zones += 1
        seconds["print"] += printed - began
        seconds["register"] += registered - printed
        seconds["cut and encode"] += time.perf_counter() - registered
    recognised = seconds["print"] + seconds["register"]
    return {
        "pages recognised a second": round(len(scans) / recognised, 1),
        "pages recognised and cut a second": round(len(scans) / sum(seconds.values()), 1),
        "zones a page": round(_mean(zones, scans), 1),
        **{f"{name}, ms a page": round(1000 * _mean(t, scans)) for name, t in seconds.items()},
    }


def _mean(total: float, scans: Iterable[Scan]) -> float:
    return total / len(list(scans))


if __name__ == "__main__":
    main(sys.argv[1:])

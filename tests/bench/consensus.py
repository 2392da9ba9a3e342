"""make bench-consensus: the cross-check against its goals, line by line.

On recorded answers where a folder of them is named (TRUTH=… or --truth), else on generated ones.
Public methods are compared where `baselines.json` stands beside the data. One command, some ten
minutes on two cores; QUICK=1 (--quick) does every line with fewer draws, in some three.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench import crowds, nightly, on_line, speed, tables, texts
from tests.bench.goals import Row, printed

SPEECH = "data/speech_dev_clean"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
    began = time.monotonic()
    folder = Path(options.truth) if options.truth else None
    measured = crowds.recorded(folder) if folder else crowds.generated()
    if not folder:
        print(
            "No recorded answers were named: these are generated. For recorded ones: "
            "make bench-consensus TRUTH=folder (see tests/bench/crowds.py for what is in it)."
        )
    rows = speed.rows()
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=fork) as pool:
        found = on_line.rows(measured, seeds=1 if options.quick else 3, pool=pool)
        found += [] if options.quick else on_line.chosen(measured, pool=pool)
        found += nightly.rows(measured, folder=folder, pool=pool)
        found += nightly.attacked(measured, runs=3 if options.quick else 10, pool=pool)
        if folder and (folder / SPEECH).exists():
            found += texts.rows(folder / SPEECH, tasks=500 if options.quick else None)
        found += tables.rows(forms=100 if options.quick else 300, seeds=2, pool=pool)
    _print(found + rows)
    print(f"\n{(time.monotonic() - began) / 60:.1f} minutes, load {os.getloadavg()[1]:.1f}.")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", help="folder of recorded answers")
    parser.add_argument("--quick", action="store_true", help="fewer draws, no choice of constants")
    return parser.parse_args(arguments)


def _print(rows: Sequence[Row]) -> None:
    print(printed(rows))
    missed = [row.what for row in rows if row.is_met is False]
    print(f"\nMissed: {'; '.join(missed) or 'none'}.")


if __name__ == "__main__":
    main()

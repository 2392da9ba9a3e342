"""`python -m crowd.rules.opendata.verify PACKAGE` (or `tamis-verify`, or `manage.py verify`).

Needs Python with NumPy and RapidFuzz, and this folder; no Django, no database, no network.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crowd.rules.opendata import verifying
from crowd.rules.opendata.reestimating import reestimate
from crowd.rules.opendata.verifying import NoPackage, Package

SHOWN = 50  # differences that are told one by one


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one package and say in words what came of it; 0 if all of it follows."""
    parser = argparse.ArgumentParser(
        prog="tamis-verify",
        description="Make every verdict of a package anew from its votes, the recorded weights and "
        "the rule, and say where it differs.",
    )
    parser.add_argument("package", type=Path, help="the ZIP file of a release")
    parser.add_argument(
        "--quick", action="store_true", help="without estimating the weights anew from the votes"
    )
    told = parser.parse_args(arguments)
    try:
        package = Package(told.package)
    except NoPackage as wrong:
        print(wrong, file=sys.stderr)
        return 2
    failed = _verify(package)
    if not told.quick:
        _reestimate(package)
    package.close()
    return int(failed)


def _verify(package: Package) -> bool:
    found = verifying.verify(package)
    print(f"{package.described['title']}, release {package.described['version']}")
    print(f"{found.verdicts} verdicts made anew from {found.votes} votes.")
    for each in found.differences[:SHOWN]:
        print(f"  DIFFERS  {each}")
    if len(found.differences) > SHOWN:
        print(f"  … and {len(found.differences) - SHOWN} more.")
    if found.moved:
        some = ", ".join(map(str, found.moved[:SHOWN]))
        print(
            f"{len(found.moved)} verdicts were made when less was known, and stand; by the weights "
            f"of the release they would say something else, as the package says: {some}"
        )
    if not found.differences:
        print("Everything follows.")
    return bool(found.differences)


def _reestimate(package: Package) -> None:
    print("Weights estimated anew from the votes of the package alone:")
    for each in reestimate(package):
        print(
            f"  {each.step}: mean accuracy {each.estimated:.3f} (recorded {each.recorded:.3f}, "
            f"{each.apart:.3f} apart on average, {each.people} compared); "
            f"{each.same} of {each.verdicts} verdicts say the same."
        )


if __name__ == "__main__":
    sys.exit(main())

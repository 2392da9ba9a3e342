"""Triples: who gave which label to what, one file a choice, as crowd-kit reads them."""

import csv
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from crowd.rules.opendata.proofs import AskedStep, Proof
from crowd.rules.questions import Kind

HEADER = ("task", "worker", "label")
FOLDER = "crowdkit"


def write(folder: Path, proofs: Iterable[Proof], steps: Mapping[str, AskedStep]) -> list[str]:
    """Write a file for every question with one choice; their names, within the folder.

    Reviews and known answers are nobody's votes, and "can't tell" is no label: left out.
    """
    choices = {
        (key, question.key)
        for key, step in steps.items()
        for question in step.questions
        if question.kind is Kind.CHOICE
    }
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        files: dict[tuple[str, str], IO[str]] = {}
        for place in sorted(choices):
            name = folder / FOLDER / f"{'.'.join(place)}.csv"
            files[place] = held.enter_context(name.open("w", encoding="utf-8", newline=""))
        out = {place: csv.writer(file, lineterminator="\n") for place, file in files.items()}
        for each in out.values():
            each.writerow(HEADER)
        for proof in proofs:
            for vote in proof["votes"]:
                for key, value in vote["values"].items():
                    place = (proof["step"], key)
                    if place in out and value is not None and not vote["truth"]:
                        out[place].writerow([proof["microtask"], vote["voter"], value])
    return [f"{FOLDER}/{'.'.join(place)}.csv" for place in sorted(choices)]

"""Verifying a package: every verdict made anew from its votes, the recorded weights and the rule.

Nothing is asked but the package: no database, no site. What is looked at:

1. every file is the one that `datapackage.json` tells of (size and SHA-256);
2. every verdict follows from its votes: made anew (`proofs.decided`) it says what the package says
   it says, as sure of it, and each vote weighs and agrees as recorded;
3. the tables of verdicts and votes say what the proofs say, cell by cell;
4. the weights themselves: estimated anew from the votes of the package alone (`reestimate`).
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from crowd.rules.consensus import RULE_VERSION, Knowledge, Reliability
from crowd.rules.opendata import proofs, tables
from crowd.rules.opendata.proofs import AskedStep, Proof
from crowd.rules.opendata.suspects import suspects

PROOFS, RELEASE, WEIGHTS = "proof/microtasks.jsonl", "proof/release.json", "data/weights.csv"
VERDICTS, VOTES = "data/verdicts.csv", "data/votes.csv"
PIECE = 1 << 20


@dataclass(kw_only=True)
class Findings:
    """What verifying a package comes to.

    Attributes:
        verdicts, votes: how many were made anew, and from how many.
        differences: sentences, each naming what does not follow; empty if all does.
        moved: micro-tasks of which the weights of the release say something else than was
            concluded when they were settled, as the package itself says: no fault.
    """

    verdicts: int = 0
    votes: int = 0
    differences: list[str] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)


class NoPackage(Exception):
    """This file is no package, or of a rule that is not known here; the message says which."""


class Package:
    """A package that is open for reading."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self.described = json.loads(self._zip.read("datapackage.json"))
            self.told = json.loads(self._zip.read(RELEASE))
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as wrong:
            raise NoPackage(f"{path} is no package of Tamis: {wrong}") from wrong
        if self.told["rule_version"] != RULE_VERSION:
            raise NoPackage(
                f"This package was made by rule {self.told['rule_version']}; "
                f"this program knows {RULE_VERSION}."
            )
        self.steps = {each["key"]: AskedStep.from_json(each) for each in self.told["steps"]}

    def close(self) -> None:
        self._zip.close()

    def lines(self, name: str) -> Iterator[Any]:
        """The JSON of each line of a file."""
        with self._zip.open(name) as file:
            yield from map(json.loads, file)

    def rows(self, name: str) -> Iterator[list[str]]:
        """The rows of a table, its header first."""
        with self._zip.open(name) as file:
            yield from csv.reader(io.TextIOWrapper(file, "utf-8", newline=""))

    def digest(self, name: str) -> tuple[int, str]:
        """Size and SHA-256 of a file."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()

    def names(self) -> set[str]:
        return set(self._zip.namelist())


def verify(package: Package) -> Findings:
    """Make every verdict anew and compare."""
    found = Findings(differences=list(_other_files(package)))
    by_step = weights(package)
    for proof in package.lines(PROOFS):
        found.verdicts += 1
        found.votes += len(proof["votes"])
        step = package.steps[proof["step"]]
        found.differences += _differences(proof, step, by_step.get(proof["step"], Knowledge()))
        if not proofs.says_the_same(proof["verdict"], proof["now"]):
            found.moved.append(proof["microtask"])
    found.differences += _other_cells(package, VERDICTS, tables.VERDICT, tables.verdict_rows)
    found.differences += _other_cells(package, VOTES, tables.VOTE, tables.vote_rows)
    return found


def weights(package: Package) -> dict[str, Knowledge]:
    """Step → the recorded weights of everyone who voted there."""
    people: dict[str, dict[tuple[Any, str], Reliability]] = {}
    told = package.rows(WEIGHTS)
    next(told)
    for voter, step, question, right, said, count in told:
        of_step = people.setdefault(step, {})
        of_step.setdefault((voter, question), Reliability()).count(right, said, float(count))
    return {step: Knowledge({}, each) for step, each in people.items()}


def _other_files(package: Package) -> Iterator[str]:
    there = package.names()
    for each in package.described["resources"]:
        name = each["path"]
        if name not in there:
            yield f"{name} is missing."
            continue
        size, digest = package.digest(name)
        if (size, f"sha256:{digest}") != (each["bytes"], each["hash"]):
            yield f"{name} is not the file that was released: its SHA-256 is {digest}."


def _differences(proof: Proof, step: AskedStep, known: Knowledge) -> list[str]:
    votes = [proofs.vote_from(each) for each in proof["votes"]]
    decision = proofs.decided(step, votes, proof["share"], known)
    now, recorded = proofs.as_now(decision), proof["now"]
    name = f"Micro-task {proof['microtask']} ({proof['step']}, excerpt {proof['excerpt']})"
    wrong = []
    if not proofs.says_the_same(now, recorded):
        wrong.append(f"{name}: the votes say {_said(now)}, the package {_said(recorded)}.")
    elif not proofs.is_as_sure(now, recorded):
        wrong.append(f"{name}: its votes make it {_sure(now)} sure, not {_sure(recorded)}.")
    agreeing = {each["vote"] for each in proof["votes"] if each["agrees"]}
    if not wrong and agreeing != set(decision.agreeing):
        wrong.append(f"{name}: other votes agree with its verdict than recorded.")
    if wrong:
        named = suspects(proof, step, known)
        wrong += [f"{name}: vote {vote} does not say what was counted." for vote in named]
    for each in proof["votes"]:
        if abs(proofs.weight_of(decision, each["vote"]) - each["weight"]) > proofs.NEAR:
            wrong.append(f"{name}: vote {each['vote']} does not weigh what is recorded.")
    return wrong


def _said(verdict: Mapping[str, Any]) -> str:
    values = {key: each["value"] for key, each in verdict["values"].items()}
    return f"“{verdict['outcome']}” {json.dumps(values, ensure_ascii=False)}"


def _sure(verdict: Mapping[str, Any]) -> str:
    return " / ".join(f"{each['confidence']:.4f}" for each in verdict["values"].values())


def _other_cells(package: Package, name: str, header: Any, rows_of: Any) -> Iterator[str]:
    """Where a table does not say what the proofs say, row by row."""
    if name not in package.names():
        return
    made = (row for proof in package.lines(PROOFS) for row in rows_of(proof, package.steps))
    rows = package.rows(name)
    if next(rows, None) != list(header):
        yield f"{name} has other columns than a package has."
        return
    for number, (told, wanted) in enumerate(zip_longest(rows, made), start=2):
        if told != wanted:
            where = f"vote {(told or wanted)[0]}" if name == VOTES else "its verdict"
            microtask = (told or wanted)[1 if name == VOTES else 0]
            yield f"{name}, line {number}: micro-task {microtask}, {where} is not as in the proofs."
            if told is None or wanted is None or told[0] != wanted[0]:
                return  # from here on everything would differ

"""Re-estimating: the weights of a package anew from its votes alone, without those recorded.

What was recorded was learnt from all answers, those of veiled and hidden excerpts too; a package
holds what is public. So the two differ a little, and by how much is what this says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crowd.rules import consensus
from crowd.rules.consensus import Knowledge, Pool, Reliability, Vote
from crowd.rules.consensus.model import accuracy, accuracy_of_all
from crowd.rules.opendata import proofs
from crowd.rules.opendata.proofs import AskedStep
from crowd.rules.opendata.verifying import PROOFS, Package, weights

AT_ONCE = 200_000  # votes in memory


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Recorded and re-estimated, for one step.

    Attributes:
        people: how many were compared, at each question they have answered.
        recorded, estimated: the mean accuracy of these people.
        apart: the mean distance between the two, person by person.
        verdicts: how many micro-tasks; `same` of them say the same by the weights estimated anew.
    """

    step: str
    people: int
    recorded: float
    estimated: float
    apart: float
    verdicts: int
    same: int


def reestimate(package: Package) -> Iterator[Compared]:
    """Estimate every step anew, with the rule that runs every night."""
    recorded = weights(package)
    sizes: dict[str, int] = {}
    for proof in package.lines(PROOFS):
        sizes[proof["step"]] = sizes.get(proof["step"], 0) + len(proof["votes"])
    for key, step in package.steps.items():
        if sizes.get(key):
            parts = -(-sizes[key] // AT_ONCE)
            yield _of_step(package, step, recorded.get(key, Knowledge()), parts)


def _of_step(package: Package, step: AskedStep, recorded: Knowledge, parts: int) -> Compared:
    before: list[float] = []
    after: list[float] = []
    verdicts = same = 0
    for part in range(parts):
        casts: dict[int, Sequence[Vote]] = {}
        told: dict[int, Mapping[str, Any]] = {}
        for proof in package.lines(PROOFS):
            if proof["step"] == step.key and proof["microtask"] % parts == part:
                casts[proof["microtask"]] = [proofs.vote_from(each) for each in proof["votes"]]
                told[proof["microtask"]] = proof["verdict"]
        estimate = consensus.estimate(step.questions, casts, step.policy)
        for who, known in estimate.knowledge.people.items():
            after.append(_accuracy(estimate.knowledge.pools.get(who[1]), known))
            before.append(_accuracy(step.pools.get(who[1]), recorded.people.get(who)))
        for microtask, decision in estimate.decisions.items():
            verdicts += 1
            same += _says(decision, told[microtask])
    return Compared(
        step=step.key,
        people=len(after),
        recorded=float(np.mean(before)) if before else 0.0,
        estimated=float(np.mean(after)) if after else 0.0,
        apart=float(np.mean(np.abs(np.subtract(before, after)))) if after else 0.0,
        verdicts=verdicts,
        same=same,
    )


def _says(decision: consensus.Decision, verdict: Mapping[str, Any]) -> bool:
    return proofs.says_the_same(proofs.as_now(decision), verdict)


def _accuracy(pool: Pool | None, known: Reliability | None) -> float:
    everyone = (pool or Pool()).people
    return accuracy(everyone, known) if known else accuracy_of_all(everyone)

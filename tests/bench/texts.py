"""Texts: recorded typings with known truth, through the on-line rule and through the nightly one.

Run: python -m tests.bench.texts --data DIR [--sure 0.95] [--seed 0] [--tasks N]

DIR holds answers.csv.gz (task, worker, label) and truth.csv.gz (task, label), such as those of
CrowdSpeech (Pavlichenko et al. 2021).
"""

import argparse
import csv
import gzip
import random
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from crowd.rules import atoms
from crowd.rules.consensus import Decision, Knowledge, Pool, Reliability, Vote, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question
from tests.bench import truth_adapters
from tests.bench.goals import Row

QUESTION = Question(key="q", kind=Kind.TEXT)


class Sums:
    """What is known, kept in place as answers come."""

    def __init__(self) -> None:
        self.pools: dict[str, Pool] = {}
        self.people: dict[tuple[object, str], Reliability] = {}

    @property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.pools, self.people)

    def move(self, decision: Decision, sign: float) -> None:
        for key, pool in decision.contribution.pools().items():
            self.pools.setdefault(key, Pool()).absorb(pool, sign)
        for who, reliability in decision.contribution.people().items():
            self.people.setdefault(who, Reliability()).absorb(reliability, sign)


def on_line(
    answers: Sequence[tuple[str, str, str]], policy: Policy
) -> tuple[dict[str, str], float, float]:
    """Task → text, answers per task, microseconds per answer; as people come one by one."""
    votes: dict[str, list[Vote]] = defaultdict(list)
    decisions: dict[str, Decision] = {}
    sums, started = Sums(), time.process_time()
    for task, worker, typed in answers:
        before = decisions.get(task)
        if before is not None and before.state is not MicroTaskState.OPEN:
            continue
        votes[task].append(Vote(id=f"{task} {worker}", person=worker, values={"q": typed}))
        if before is not None:
            sums.move(before, -1)
        decisions[task] = decide([QUESTION], votes[task], policy, sums.knowledge)
        sums.move(decisions[task], 1)
    spent, count = time.process_time() - started, sum(map(len, votes.values()))
    texts = {task: _text(said, policy, sums.knowledge) for task, said in votes.items()}
    return texts, count / len(votes), 1e6 * spent / count


def _text(votes: Sequence[Vote], policy: Policy, knowledge: Knowledge) -> str:
    """The text as far as it is known, also where the policy would ask on."""
    weights = decide([QUESTION], votes, policy, knowledge).weights
    parts = atoms.take_apart(QUESTION, [vote.values["q"] for vote in votes])
    return str(parts.compose(parts.said[0], [weights[vote.id] for vote in votes])[1] or "")


def word_error(texts: Mapping[str, str], truth: Mapping[str, str]) -> float:
    """Wrong, missing and invented words, of all words of the truth."""
    wrong = sum(
        Levenshtein.distance(_words(said), _words(texts.get(task, "")))
        for task, said in truth.items()
    )
    return wrong / sum(len(_words(said)) for said in truth.values())


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return re.sub(r"[^\w\s']", " ", plain).split()


def _rows(path: Path) -> list[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def rows(data: Path, *, tasks: int | None = None) -> list[Row]:
    """All typings of each text at once, then one after another under "careful"."""
    nightly, cost, careful, _ = measured(data, tasks=tasks, seed=0, policy=Policy.careful())
    met = careful <= 0.06 and cost <= 4.2
    told = f"{careful:.2%} at {cost:.2f}"
    return [
        Row("texts: wrong words with all typings", "≤ 5.5 %", f"{nightly:.2%}", nightly <= 0.055),
        Row("texts, on line, careful: wrong words", "≤ 6.0 % at ≤ 4.2 answers", told, met),
    ]


def measured(
    data: Path, *, tasks: int | None, seed: int, policy: Policy
) -> tuple[float, float, float, float]:
    """Wrong words with all typings; on line: answers per task, wrong words, µs per answer."""
    truth = dict(_rows(data / "truth.csv.gz"))
    rng = random.Random(seed)
    kept = set(rng.sample(sorted(truth), tasks or len(truth)))
    truth = {task: said for task, said in truth.items() if task in kept}
    answers = [
        (task, worker, typed)
        for task, worker, typed in _rows(data / "answers.csv.gz")
        if task in kept
    ]
    nightly = word_error(truth_adapters.text(answers), truth)
    rng.shuffle(answers)
    found, cost, spent = on_line(answers, policy)
    return nightly, cost, word_error(found, truth), spent


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sure", type=float, default=0.95)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tasks", type=int, default=None)
    given = parser.parse_args(arguments)
    policy = Policy.careful(sure=given.sure)
    nightly, cost, careful, spent = measured(
        given.data, tasks=given.tasks, seed=given.seed, policy=policy
    )
    print(f"all answers: word error {nightly:.2%}")
    print(f"on line: {cost:.2f} answers per task, word error {careful:.2%}, {spent:.0f} µs each")


if __name__ == "__main__":
    main()

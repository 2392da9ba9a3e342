"""Tables: generated forms, typed by people who slip, decided on line by the product's rule.

Run: python -m tests.bench.tables [--forms 300] [--people 60] [--seeds 3] [--sure 0.95]
"""

import argparse
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from crowd.rules.consensus import Decision, Knowledge, Vote, decide
from crowd.rules.entries import tables
from crowd.rules.forms.rows import cell_likeness, lay
from crowd.rules.forms.tables import column_question
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from tests.bench import declarations
from tests.bench.declarations import QUESTION, Table, Typist
from tests.bench.goals import Row

COLUMNS = [column_question(column) for column in QUESTION.settings["columns"]]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of all forms of one run, in shares, answers per form, and microseconds."""

    settled: float
    answers: float
    wrong_cells: float
    wrong_forms: float
    microseconds: float


def measure(*, forms: int, people: int, seed: int, policy: Policy) -> Outcome:
    """Every form is shown to one person after another, in random order, until it is decided."""
    rng = random.Random(seed)
    crowd = declarations.typists(people, rng)
    truths = [declarations.form(rng) for _ in range(forms)]
    waiting = [rng.sample(crowd, policy.at_most) for _ in truths]
    turns = [place for place, queue in enumerate(waiting) for _ in queue]
    rng.shuffle(turns)
    votes: list[list[Vote]] = [[] for _ in truths]
    decisions: dict[int, Decision] = {}
    knowledge, started = Knowledge(), time.process_time()
    for place in turns:
        before = decisions.get(place)
        if before is not None and before.state is not MicroTaskState.OPEN:
            continue
        votes[place].append(_vote(truths[place], waiting[place].pop(), rng))
        known = knowledge.without(before.contribution) if before else knowledge
        decisions[place] = decide([QUESTION], votes[place], policy, known)
        knowledge = known.with_(decisions[place].contribution)
    spent = time.process_time() - started
    return _outcome(truths, votes, decisions, spent)


def _vote(truth: Table, who: Typist, rng: random.Random) -> Vote:
    table = tables.read(declarations.typed(truth, who, rng), QUESTION.settings, language="fr")
    return Vote(id=object(), person=who.name, values={QUESTION.key: table})


def _outcome(
    truths: list[Table], votes: list[list[Vote]], decisions: dict[int, Decision], spent: float
) -> Outcome:
    settled = [p for p, each in decisions.items() if each.state is MicroTaskState.SETTLED]
    wrong = [_wrong(truths[place], _table(decisions[place])) for place in settled]
    cells = sum(count for _, count in wrong)
    answers = sum(map(len, votes))
    return Outcome(
        settled=len(settled) / len(truths),
        answers=answers / len(truths),
        wrong_cells=sum(each for each, _ in wrong) / max(1, cells),
        wrong_forms=sum(each > 0 for each, _ in wrong) / max(1, len(wrong)),
        microseconds=1e6 * spent / answers,
    )


def _table(decision: Decision) -> Table:
    value = decision.questions[0].value
    return value if isinstance(value, list) else []  # type: ignore[return-value]


def _wrong(truth: Table, decided: Table) -> tuple[int, int]:
    """Wrong cells, and all cells; a row that is missing or invented is wrong in all of its."""
    laid = lay([truth, decided], COLUMNS)
    wrong = 0
    for row in laid:
        if len(row) < 2:
            wrong += len(COLUMNS)
        else:
            wrong += sum(cell_likeness(row[0], row[1], column) < 1 for column in COLUMNS)
    return wrong, len(laid) * len(COLUMNS)


def rows(*, forms: int, seeds: int, pool: Executor) -> list[Row]:
    """The worst of so many drawn sets of forms and crowds, under "careful"."""
    once = partial(measure, forms=forms, people=60, policy=Policy.careful())
    found = list(pool.map(partial(_seeded, once), range(seeds)))
    settled, answers = min(f.settled for f in found), max(f.answers for f in found)
    wrong = max(f.wrong_cells for f in found)
    met = settled >= 0.9 and answers <= 4.5
    told = f"{settled:.1%} at {answers:.2f}"
    return [
        Row("tables: settled without a reviewer", "≥ 90 % at ≤ 4.5 answers", told, met),
        Row("tables: wrong cells", "≤ 1 %", f"{wrong:.2%}", wrong <= 0.01),
    ]


def _seeded(once: Callable[..., Outcome], seed: int) -> Outcome:
    return once(seed=seed)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", type=int, default=300)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sure", type=float, default=0.95)
    given = parser.parse_args(arguments)
    policy = Policy.careful(sure=given.sure)
    for seed in range(given.seeds):
        found = measure(forms=given.forms, people=given.people, seed=seed, policy=policy)
        print(
            f"seed {seed}: settled {found.settled:.1%}, answers {found.answers:.2f}, "
            f"wrong cells {found.wrong_cells:.2%}, wrong forms {found.wrong_forms:.1%}, "
            f"{found.microseconds:.0f} µs per answer"
        )


if __name__ == "__main__":
    main()

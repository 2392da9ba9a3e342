"""Cheats: a generated campaign with honest people and people who only want points.

80 % of the right answers are "yes". 60 people read and are right nine times in ten; 12 always say
"yes" and answer five times as often; 12 toss a coin; 10 have agreed on an answer to every excerpt
before reading it. Everyone is asked as on line until the cross-check is sure; points are reckoned
as the ledger does, from the verdicts without each person. What the guards flag is counted beside.
"""

import argparse
import random
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from crowd.rules import intervals, sayings
from crowd.rules.consensus import Vote, guards, leave_one_out
from crowd.rules.consensus.live import Live
from crowd.rules.consensus.statistics import Knowledge
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question
from crowd.rules.scoring import Habit

YES, NO = "yes", "no"
QUESTION = Question(key="q", kind=Kind.CHOICE, options=(YES, NO))
HONEST, CONSTANT, RANDOM, COLLUDER = "honest", "always yes", "random", "colluder"
CROWD = {HONEST: (60, 1), CONSTANT: (12, 5), RANDOM: (12, 1), COLLUDER: (10, 1)}
"""Kind → how many, and how often each answers."""
YES_SHARE, SKILL, TOP = 0.8, 0.9, 20


@dataclass
class Game:
    """One campaign, played to its end.

    Attributes:
        kinds: person → kind.
        points: person → signed sum, in the ledger's unit.
        answers: person → how many that could earn.
        flagged: people whom the guards would show to the campaigner.
    """

    kinds: Mapping[str, str]
    points: dict[str, float] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    flagged: set[str] = field(default_factory=set)

    def top(self, most: int = TOP) -> list[str]:
        """The kinds of those with most points, best first."""
        ranked = sorted(self.points, key=lambda person: -self.points[person])
        return [self.kinds[person] for person in ranked[:most]]


def play(*, tasks: int, seed: int, crowd: Mapping[str, tuple[int, int]] = CROWD) -> Game:
    """Generate a campaign, ask everyone, settle, and reckon the points."""
    chance = random.Random(seed)
    kinds = {f"{kind} {n}": kind for kind, (many, _) in crowd.items() for n in range(many)}
    truth = [YES if chance.random() < YES_SHARE else NO for _ in range(tasks)]
    agreed = [YES if chance.random() < YES_SHARE else NO for _ in range(tasks)]
    rule = Live((YES, NO), Policy.careful())
    for task, person in _turns(rule, kinds, crowd, tasks, chance):
        rule.observe(task, person, _said(kinds[person], truth[task], agreed[task], chance))
    rule.estimate()
    game = Game(kinds=kinds)
    _reckon(game, rule)
    game.flagged = _flagged(rule)
    return game


def _turns(rule, kinds, crowd, tasks, chance):  # type: ignore[no-untyped-def]
    """Who is asked what next: each in turn, as often as they like to come, nobody twice."""
    comers = [person for person, kind in kinds.items() for _ in range(crowd[kind][1])]
    still_open = list(range(tasks))
    seen: dict[str, set[int]] = defaultdict(set)
    idle = 0
    while still_open and idle < len(comers) * 3:
        person = chance.choice(comers)
        still_open = (
            [t for t in still_open if t not in rule.held or not rule.is_done(t)]
            if (idle or chance.random() < 0.02)
            else still_open
        )
        found = next(
            (
                task
                for task in still_open[:60]
                if task not in seen[person] and not (task in rule.held and rule.is_done(task))
            ),
            None,
        )
        if found is None:
            idle += 1
            continue
        idle = 0
        seen[person].add(found)
        yield found, person


def _said(kind: str, true: str, agreed: str, chance: random.Random) -> str:
    if kind == CONSTANT:
        return YES
    if kind == RANDOM:
        return chance.choice((YES, NO))
    if kind == COLLUDER:
        return agreed
    other = NO if true == YES else YES
    return true if chance.random() < SKILL else other


def _reckon(game: Game, rule: Live) -> None:
    """The points of everyone, by the rules that the ledger goes by."""
    policy = rule.policy
    known = Knowledge(
        pools={"q": rule.pool}, people={(person, "q"): it for person, it in rule.people.items()}
    )
    habits: dict[str, Habit] = defaultdict(Habit)
    for task, held in rule.held.items():
        if not held.is_settled:
            continue  # contested: nobody earns
        votes = [
            Vote(id=person, person=person, values={"q": said})
            for person, said in zip(held.people, held.said, strict=True)
        ]
        without = leave_one_out([QUESTION], votes, policy, known)
        best = max(rule.posterior(task).items(), key=lambda pair: pair[1])[0]
        of_votes = sayings.of_votes([QUESTION], votes, without, concluded={"q": best})
        for person, said in of_votes.items():
            habits[person].add(said["q"])
    for person in game.kinds:
        game.points[person] = habits[person].points
        game.answers[person] = habits[person].answers


def _flagged(rule: Live) -> set[str]:
    people = sorted({person for held in rule.held.values() for person in held.people})
    place = {person: number for number, person in enumerate(people)}
    rows = [
        (number, place[person], int(said == YES))
        for number, held in enumerate(rule.held.values())
        for person, said in zip(held.people, held.said, strict=True)
    ]
    task, person, label = np.array(rows, np.int64).T
    found = guards.flags(task=task, person=person, label=label)
    return {people[each] for flag in found for each in flag.people}


@dataclass(frozen=True)
class Line:
    """One kind of people over all campaigns: means an answer, as shown (ten-fold)."""

    kind: str
    people: int
    answers: float
    mean: float
    low: float
    high: float
    in_top: int
    flagged: float


def table(games: Sequence[Game]) -> list[Line]:
    """A line a kind."""
    lines = []
    for kind in CROWD:
        of_kind = [
            (game.points[person], float(game.answers[person]), person in game.flagged)
            for game in games
            for person, each in game.kinds.items()
            if each == kind
        ]
        estimate = intervals.ratio_of([(points, answers) for points, answers, _ in of_kind])
        lines.append(
            Line(
                kind=kind,
                people=len(of_kind) // len(games),
                answers=statistics.fmean(answers for _, answers, _ in of_kind),
                mean=10 * (estimate.value or 0.0),
                low=10 * (estimate.low or 0.0),
                high=10 * (estimate.high or 0.0),
                in_top=sum(game.top().count(kind) for game in games),
                flagged=statistics.fmean(flag for *_, flag in of_kind),
            )
        )
    return lines


def main(arguments: Sequence[str]) -> None:
    """Play several campaigns and print the table of docs/game.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench cheats")
    parser.add_argument("--tasks", type=int, default=3000)
    parser.add_argument("--games", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="the first game's seed")
    options = parser.parse_args(arguments)
    games = [
        play(tasks=options.tasks, seed=seed)
        for seed in range(options.first, options.first + options.games)
    ]
    lines = table(games)
    honest = next(line.mean for line in lines if line.kind == HONEST)
    print("| who | people | answers | points an answer | of an honest one | top 20 | flagged |")
    print("|---|---|---|---|---|---|---|")
    for line in lines:
        share = f"{100 * line.mean / honest:.1f} %"
        print(
            f"| {line.kind} | {line.people} | {line.answers:.0f} "
            f"| {line.mean:.3f} [{line.low:.3f}, {line.high:.3f}] | {share} "
            f"| {line.in_top / options.games:.1f} | {100 * line.flagged:.0f} % |"
        )

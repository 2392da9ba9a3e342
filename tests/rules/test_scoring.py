"""Points reward being right, and nothing else."""

import functools
import random
import statistics
from collections.abc import Callable

import pytest

from crowd.rules.consensus import Vote, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Question, Value
from crowd.rules.scoring import Gain, Verdict, gain
from tests.rules.votes import CUT, choice, choices, text, vote, votes

POLICY = Policy(agree=3, at_most=3)
YES_NO = choice(options="yn")
Volunteer = Callable[[random.Random, str], object]


def gained(mine: object, *others: object, of: Question = YES_NO, **fields: object) -> Gain | None:
    earlier: list[Verdict] = fields.pop("earlier", [])  # type: ignore[assignment]
    return gain(
        [of],
        vote(0, mine),
        votes(*others),
        set_aside=bool(fields.get("set_aside")),
        earlier=earlier,
    )


def test_whom_nobody_can_be_compared_with_gains_nothing() -> None:
    assert gained("y") is None
    assert gained("y", CUT) is None


def test_who_read_an_excerpt_that_is_badly_cut_is_not_judged() -> None:
    assert gained("y", CUT, CUT, set_aside=True) is None


def test_who_complained_of_a_bad_cut_that_was_one_gains() -> None:
    assert gained(CUT, CUT, CUT, set_aside=True) == Gain(agreement=1.0, chance=0.0)


def test_who_complained_of_a_good_cut_does_not_gain() -> None:
    result = gained(CUT, "y", "y")
    assert result is not None
    assert result.points <= 0


def test_always_complaining_earns_nothing_where_most_is_badly_cut() -> None:
    result = gained(CUT, CUT, set_aside=True, earlier=[None] * 96)
    assert result is not None
    assert result.points == pytest.approx(0.04)


def test_agreeing_with_the_others_gains_what_chance_does_not_explain() -> None:
    assert gained("y", "y", "y") == Gain(agreement=1.0, chance=0.5)
    assert gained("n", "y", "y") == Gain(agreement=0.0, chance=0.5)


def test_what_everybody_says_everywhere_is_worth_little() -> None:
    common = gained("y", "y", "y", earlier=[{"q": "y"}] * 96)
    rare = gained("n", "n", "n", earlier=[{"q": "y"}] * 96)
    assert common is not None
    assert rare is not None
    assert common.points == pytest.approx(0.02)
    assert rare.points == pytest.approx(0.98)


def test_a_tie_of_the_others_is_shared() -> None:
    result = gained("y", "y", "n")
    assert result is not None
    assert result.agreement == 0.5


def test_several_choices_are_compared_option_by_option() -> None:
    result = gained(["a"], ["a", "b"], ["a", "b"], of=choices())
    assert result is not None
    assert result.agreement == pytest.approx(2 / 3)


def test_a_text_nobody_would_guess_is_worth_the_most() -> None:
    result = gained("Mésange bleue", "mesange bleue", of=text())
    assert result == Gain(agreement=1.0, chance=0.0)


def test_a_step_without_questions_gives_no_points() -> None:
    assert gain([], vote(0, {}), votes({}, {}), set_aside=False, earlier=[]) is None


def honest(chance: random.Random, truth: str) -> object:
    return truth if chance.random() < 0.9 else chance.choice("yn")


def always_yes(chance: random.Random, truth: str) -> object:
    return "y"


def at_random(chance: random.Random, truth: str) -> object:
    return chance.choice("yn")


def mostly_yes(chance: random.Random, truth: str) -> object:
    return "y" if chance.random() < 0.8 else "n"


def cannot_tell(chance: random.Random, truth: str) -> object:
    return None


def complainer(chance: random.Random, truth: str) -> object:
    return CUT


@functools.cache
def mean_gain(volunteer: Volunteer, *, share_of_yes: float, seed: int = 5) -> float:
    """What one volunteer gains a micro-task, beside two honest ones, over a thousand."""
    chance = random.Random(seed)
    points: list[float] = []
    earlier: list[Verdict] = []
    for _ in range(1000):
        truth = "y" if chance.random() < share_of_yes else "n"
        said = [vote(0, volunteer(chance, truth)), *_honest_ones(chance, truth)]
        decision = decide([YES_NO], said, Policy(agree=2, at_most=3))
        if decision.state is MicroTaskState.CONTESTED:
            continue
        set_aside = decision.state is MicroTaskState.SET_ASIDE
        result = gain([YES_NO], said[0], said[1:], set_aside=set_aside, earlier=earlier[-100:])
        points.append(result.points if result else 0.0)
        value: dict[str, Value] = {each.key: each.value for each in decision.questions}
        earlier.append(None if set_aside else value)
    return statistics.fmean(points)


def _honest_ones(chance: random.Random, truth: str) -> list[Vote]:
    return [vote(person, honest(chance, truth)) for person in (1, 2)]


@pytest.mark.parametrize("share_of_yes", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("volunteer", [always_yes, at_random, mostly_yes, cannot_tell, complainer])
def test_who_does_not_look_earns_nothing_on_average(
    volunteer: Volunteer, share_of_yes: float
) -> None:
    assert mean_gain(volunteer, share_of_yes=share_of_yes) < 0.03


@pytest.mark.parametrize("share_of_yes", [0.1, 0.5, 0.9])
def test_always_saying_the_same_costs_nothing_either(share_of_yes: float) -> None:
    assert mean_gain(always_yes, share_of_yes=share_of_yes) == pytest.approx(0, abs=0.08)


@pytest.mark.parametrize("share_of_yes", [0.1, 0.5, 0.9])
def test_who_looks_earns(share_of_yes: float) -> None:
    earned = mean_gain(honest, share_of_yes=share_of_yes)
    assert earned > 0.08
    assert earned > 3 * mean_gain(always_yes, share_of_yes=share_of_yes)

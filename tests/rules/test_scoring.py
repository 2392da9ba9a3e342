"""Points: being right earns, always saying the same does not, and the order never matters."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.scoring import Habit, Saying, bucket

OPTIONS = ("yes", "no")
shares = st.floats(0, 1)


def saying(said: str, right: dict[str, float], *, even: float = 0.5) -> Saying:
    """One answer to a question of one part."""
    return Saying(agreement=right.get(said, 0.0), said={"": said}, expected={"": right}, even=even)


def habit(sayings: Sequence[Saying]) -> Habit:
    made = Habit()
    for each in sayings:
        made.add(each)
    return made


@st.composite
def anything(draw: st.DrawFn) -> Saying:
    p = draw(shares)
    return saying(draw(st.sampled_from(OPTIONS)), {"yes": p, "no": 1 - p})


def answers(strategy: str, count: int, *, seed: int, yes: float = 0.8) -> list[Saying]:
    """Someone's answers to questions where "yes" is right so often, beside sure verdicts."""
    rng = random.Random(seed)
    given_answers = []
    for _ in range(count):
        truth = "yes" if rng.random() < yes else "no"
        other = "no" if truth == "yes" else "yes"
        said = {
            "constant": "yes",
            "random": rng.choice(OPTIONS),
            "honest": truth if rng.random() < 0.9 else other,
        }[strategy]
        given_answers.append(saying(said, {truth: 0.97, other: 0.03}))
    return given_answers


def test_nobody_has_points_before_anything_was_said() -> None:
    assert (Habit().points, Habit().chance) == (0.0, 0.0)


def test_a_first_answer_is_compared_with_even_chance() -> None:
    assert habit([saying("yes", {"yes": 0.9, "no": 0.1})]).points == pytest.approx(0.4)
    assert habit([saying("no", {"yes": 0.9, "no": 0.1})]).points == pytest.approx(-0.4)


@pytest.mark.parametrize("count", [50, 500])
@pytest.mark.parametrize("yes", [0.5, 0.8, 0.99])
def test_saying_always_the_same_earns_nothing_however_often_it_is_right(
    count: int, yes: float
) -> None:
    constant = habit(answers("constant", count, seed=1, yes=yes))
    assert abs(constant.points) < 0.5  # in all, not each: what the first answer earned remains


def test_being_right_earns_and_guessing_does_not() -> None:
    honest = habit(answers("honest", 400, seed=2))
    guess = habit(answers("random", 400, seed=3))
    assert honest.points / 400 > 0.2
    assert abs(guess.points) / 400 < 0.03


def test_a_cheat_earns_less_than_a_hundredth_of_an_honest_volunteer_an_answer() -> None:
    def mean(strategy: str, people: int, count: int) -> float:
        total = sum(
            habit(answers(strategy, count, seed=100 * person)).points for person in range(people)
        )
        return total / people / count

    honest = mean("honest", 60, 100)
    assert abs(mean("constant", 12, 500)) < 0.01 * honest
    assert abs(mean("random", 200, 500)) < 0.01 * honest


@given(st.lists(anything(), max_size=12), st.randoms())
def test_points_do_not_depend_on_the_order_in_which_answers_settle(
    said: list[Saying], rng: random.Random
) -> None:
    shuffled = list(said)
    rng.shuffle(shuffled)
    assert habit(shuffled).points == pytest.approx(habit(said).points, abs=1e-9)


@given(st.lists(anything(), min_size=1, max_size=8), st.integers(0, 7), anything())
def test_a_revised_verdict_leaves_what_the_last_one_alone_would_have_given(
    said: list[Saying], which: int, now: Saying
) -> None:
    place = which % len(said)
    revised = habit(said)
    revised.remove(said[place])
    revised.add(now)
    alone = habit([*said[:place], now, *said[place + 1 :]])
    assert revised.points == pytest.approx(alone.points, abs=1e-9)
    assert revised.answers == alone.answers


@given(st.lists(anything(), max_size=8))
def test_what_is_all_taken_back_leaves_nothing(said: list[Saying]) -> None:
    left = habit(said)
    for each in said:
        left.remove(each)
    assert left.points == pytest.approx(0, abs=1e-9)
    assert left.said == {"": {}} or not left.said


@given(st.lists(anything(), max_size=8))
def test_chance_is_a_share_and_sums_survive_json(said: list[Saying]) -> None:
    one = habit(said)
    assert -1e-9 <= one.chance <= 1 + 1e-9
    assert Habit.from_json(one.to_json()) == one


def test_options_count_by_their_mean() -> None:
    both = Saying(
        agreement=0.5,
        said={"a": "true", "b": "false"},
        expected={"a": {"true": 1.0}, "b": {"true": 1.0}},
        even=0.5,
    )
    again = habit([both, both])
    assert again.crossings == pytest.approx(2 * 0.5)


def test_open_answers_fall_into_few_kinds_always_the_same() -> None:
    assert bucket("Paris") == bucket("Paris")
    assert len({bucket(str(n)) for n in range(10_000)}) == 256

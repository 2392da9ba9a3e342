"""What looks odd in series of answers, and how much people agree."""

import random

import numpy as np
import pytest

from crowd.rules.consensus import guards
from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.guards import Oddity


def arrays(rows):
    task, person, label = np.array(rows, np.int64).T
    return {"task": task, "person": person, "label": label}


def honest(*, tasks=120, people=20, each=5, labels=3, right=0.8, seed=0):
    chance = random.Random(seed)
    rows = []
    for task in range(tasks):
        for person in chance.sample(range(people), each):
            said = task % labels if chance.random() < right else chance.randrange(labels)
            rows.append((task, person, said))
    return rows


@pytest.mark.parametrize("seed", range(10))
def test_honest_people_are_not_flagged(seed: int) -> None:
    assert guards.flags(**arrays(honest(seed=seed))) == []


@pytest.mark.parametrize("seed", range(10))
def test_whoever_says_the_same_to_everything_is_flagged(seed: int) -> None:
    rows = honest(seed=seed) + [(task, 20, 1) for task in range(120)]
    (flag,) = guards.flags(**arrays(rows))
    assert (flag.oddity, flag.people, flag.answers) == (Oddity.ONE_LABEL, (20,), 120)


def test_always_the_same_is_not_odd_where_it_is_always_right() -> None:
    rows = [(task, person, 0) for task in range(60) for person in range(4)]
    rows += [(task, 5, 1) for task in range(3)]
    assert guards.flags(**arrays(rows)) == []


@pytest.mark.parametrize("seed", range(10))
def test_people_who_agree_with_each_other_against_everyone_are_flagged(seed: int) -> None:
    chance = random.Random(seed)
    rows = honest(seed=seed)
    for task in range(0, 120, 2):
        said = chance.randrange(3)
        rows += [(task, person, said) for person in (20, 21, 22, 23)]
    (flag,) = guards.flags(**arrays(rows))
    assert (flag.oddity, flag.people) == (Oddity.AGAINST_EVERYONE, (20, 21, 22, 23))


def test_a_copy_is_flagged_with_what_it_was_copied_from() -> None:
    rows = honest(tasks=240, right=0.6)
    rows += [(task, 20, said) for task, person, said in rows if person == 0]
    (flag,) = guards.flags(**arrays(rows))
    assert (flag.oddity, flag.people) == (Oddity.COPIED, (0, 20))


def test_colluders_do_not_carry_the_estimate_away() -> None:
    chance = random.Random(4)
    rows = honest(seed=4)
    for task in range(120):
        said = chance.randrange(3)
        rows += [(task, person, said) for person in (20, 21, 22, 23)]
    found = estimate(independent(Answers.of(*np.array(rows, np.int64).T)))
    assert (found.sure.argmax(1) == np.arange(120) % 3).mean() > 0.95
    assert found.sure.sum(1) == pytest.approx(1)
    assert found.probability.sum(1) == pytest.approx(1)


def test_arrays_do_not_know_in_what_order_answers_came() -> None:
    rows = honest()
    one = estimate(Answers.of(*np.array(rows, np.int64).T))
    random.Random(1).shuffle(rows)
    other = estimate(Answers.of(*np.array(rows, np.int64).T))
    assert (one.sure == other.sure).all()


def test_faster_than_reading_half_the_time_is_flagged() -> None:
    rows = honest(people=2, each=2, tasks=20)
    seconds = np.array([0.4 if person else 9.0 for _, person, _ in rows])
    (flag,) = guards.flags(**arrays(rows), seconds=seconds, reading=2.0)
    assert (flag.oddity, flag.people, flag.strength) == (Oddity.HASTY, (1,), 1.0)
    unknown = np.full(len(rows), np.nan)
    assert guards.flags(**arrays(rows), seconds=unknown, reading=2.0) == []


def test_reading_takes_longer_where_there_is_more_to_read() -> None:
    assert guards.reading_seconds(0, 1) == 2.0
    assert guards.reading_seconds(1200, 1) == 22.0


def test_alpha_is_krippendorff_s_own_example() -> None:
    # Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: 4 observers,
    # 12 units, 5 values, answers missing; alpha for nominal data is 0.743.
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
    rows = [(unit, said - 1) for each in observers for unit, said in enumerate(each) if said]
    task, label = np.array(rows).T
    assert guards.alpha(guards.counts(task, label)) == pytest.approx(0.743, abs=5e-4)


def test_agreement_is_one_when_all_agree_and_near_nothing_by_chance() -> None:
    alike = np.array([[3, 0], [0, 3], [3, 0]])
    assert guards.alpha(alike) == guards.ac1(alike) == 1.0
    chance = np.random.default_rng(0)
    drawn = np.stack([np.bincount(row, minlength=3) for row in chance.integers(0, 3, (2000, 4))])
    assert guards.alpha(drawn) == pytest.approx(0, abs=0.03)
    assert guards.ac1(drawn) == pytest.approx(0, abs=0.03)


def test_where_one_answer_is_frequent_ac1_is_fair_and_alpha_is_low() -> None:
    counts = np.array([[2, 0]] * 118 + [[1, 1]] * 5 + [[0, 2]] * 2)
    low, fair = guards.alpha(counts), guards.ac1(counts)
    assert low is not None
    assert fair is not None
    assert low < 0.5 < 0.9 < fair


def test_without_two_answers_to_anything_there_is_no_agreement() -> None:
    assert guards.alpha(np.array([[1, 0], [0, 1]])) is None
    assert guards.ac1(np.array([[1, 0], [0, 1]])) is None

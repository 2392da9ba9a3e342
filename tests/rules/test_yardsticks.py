"""What yardsticks of crowd answers call takes whatever people send, and says something sensible."""

import json
import random

import pytest

from tests.bench import truth_adapters as adapters


@pytest.mark.parametrize("rule", [adapters.batch, adapters.text, adapters.numbers, adapters.boxes])
def test_no_answers_are_no_tasks(rule) -> None:
    assert rule([]) == {}


def test_a_lone_answer_is_what_it_says() -> None:
    assert adapters.batch([("t", "w", "x")]) == {"t": {"x": 1.0}}
    assert adapters.text([("t", "w", "Dupont")]) == {"t": "Dupont"}
    assert adapters.numbers([("t", "w", "4.5")]) == {"t": 4.5}
    assert adapters.boxes([("t", "w", "[[1, 2, 30, 40]]")]) == {"t": [[1, 2, 30, 40]]}


def test_numbers_that_are_none_are_left_out_and_one_wild_guess_moves_little() -> None:
    said = [(f"t{task}", f"w{who}", str(task + who)) for task in range(30) for who in range(5)]
    wild = [("t3", "w9", "1e9"), ("t3", "w8", "many"), ("t3", "w7", "nan")]
    found = adapters.numbers([*said, *wild])
    assert found["t20"] == pytest.approx(22, abs=1)
    assert found["t3"] < 100


def test_a_label_that_was_not_announced_counts_like_any_other() -> None:
    rule = adapters.live(["x", "y"])
    for who in range(4):
        rule.observe("t", f"w{who}", "z")
    rule.refresh()
    assert max(rule.posterior("t"), key=rule.posterior("t").__getitem__) == "z"


def test_where_most_see_a_thing_two_of_five_are_enough_and_one_of_five_is_not() -> None:
    rng = random.Random(0)
    answers, few = [], []
    for task in range(60):
        left = rng.randrange(500)
        there = set(rng.sample(range(5), 2 if task % 6 == 0 else 4))
        few += [f"t{task}"] if len(there) == 2 else []
        for place, who in enumerate(rng.sample(range(40), 5)):
            drawn = [[left, 50 + rng.randrange(3), left + 60, 90]] if place in there else []
            if place == 4:
                drawn.append([left, 1000 + 40 * rng.randrange(20), left + 30, 1900])
            answers.append((f"t{task}", f"w{who}", json.dumps(drawn)))
    found = adapters.boxes(answers)
    seen = {task: [box[1] < 100 for box in boxes] for task, boxes in found.items()}
    assert sum(any(seen[task]) for task in few) >= 8
    assert sum(not each for boxes in seen.values() for each in boxes) <= 6


def test_what_is_no_list_of_boxes_is_left_out_and_corners_come_in_any_order() -> None:
    said = [
        ("t", "a", "a box"),
        ("t", "b", "[[30, 40, 1, 2]]"),
        ("t", "c", "[[1, 2], [5, 5, 5, 9]]"),
    ]
    assert all(box == [1, 2, 30, 40] for box in adapters.boxes(said[:2])["t"])
    assert adapters.boxes(said[2:]) == {"t": []}

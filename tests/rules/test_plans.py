"""Plans say how a document is split; what makes no sense is refused with a sentence."""

from typing import Any

import pytest

from crowd.rules.problems import Problem
from crowd.rules.splitting import plans, tiles
from crowd.rules.splitting.desk import batches
from crowd.rules.splitting.parts import Part
from crowd.rules.splitting.plans import By, Plan, Sheet, Tiling

TABLE, PAGED = (By.ROWS, By.WHOLE), (By.PAGES, By.ZONES, By.TILES, By.WHOLE)


def refused(described: dict[str, Any], ways: tuple[By, ...] = PAGED) -> Problem:
    with pytest.raises(Problem) as problem:
        plans.parse(described, ways=ways)
    return problem.value


def test_nothing_said_is_the_natural_way() -> None:
    assert plans.parse({}, ways=TABLE) == Plan(by=By.ROWS)
    assert plans.parse({}, ways=PAGED) == Plan(by=By.PAGES)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(by=By.ZONES),
        Plan(by=By.ROWS, columns=("b", "a")),
        Plan(by=By.ROWS, sheet="Détail"),
        Plan(by=By.TILES, tile=Tiling(across=3, down=1, overlap=0.2)),
    ],
)
def test_a_plan_is_kept_and_read_again(plan: Plan) -> None:
    assert plans.parse(plan.as_json(), ways=tuple(By)) == plan


@pytest.mark.parametrize(
    ("described", "code"),
    [
        ({"by": "words"}, "plan_unreadable"),
        ({"by": 3}, "plan_unreadable"),
        ({"by": "rows"}, "plan_unfit"),
        ({"colour": "red"}, "plan_unreadable"),
        ({"by": "tiles", "tile": 4}, "plan_unreadable"),
        ({"by": "tiles", "tile": {"across": 1, "down": 1}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": 0, "down": 2}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": 21, "down": 2}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": 2.5, "down": 2}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": 2, "overlap": 0.6}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": 2, "overlap": float("nan")}}, "plan_tiles"),
        ({"by": "tiles", "tile": {"across": True, "down": 2}}, "plan_tiles"),
    ],
)
def test_what_is_no_plan_for_pages_says_why(described: dict[str, Any], code: str) -> None:
    assert refused(described).code == code


def test_a_column_is_chosen_once_and_is_one_of_the_table() -> None:
    assert refused({"columns": ["a", "a"]}, TABLE) == Problem("plan_column_doubled", name="a")
    assert refused({"columns": "a"}, TABLE).code == "plan_unreadable"
    plan = plans.parse({"columns": ["b"]}, ways=TABLE)
    plans.check_columns(plan, ["a", "b"])
    with pytest.raises(Problem) as unknown:
        plans.check_columns(plan, ["a"])
    assert unknown.value == Problem("plan_column_unknown", name="b")


def test_a_sheet_is_a_name_and_only_of_rows() -> None:
    assert refused({"sheet": 2}, TABLE) == Problem("plan_unreadable", what="sheet")
    assert plans.parse({"by": "whole", "sheet": "a"}, ways=TABLE).sheet == ""


def test_a_sheet_is_one_of_the_workbook() -> None:
    sheets = [Sheet(name="a", rows=2, columns=2), Sheet(name="b", rows=9, columns=2)]
    plans.check_sheet(Plan(by=By.ROWS, sheet="a"), sheets)
    plans.check_sheet(Plan(by=By.ROWS), [])
    with pytest.raises(Problem) as unknown:
        plans.check_sheet(Plan(by=By.ROWS, sheet="c"), sheets)
    assert unknown.value == Problem("plan_sheet_unknown", name="c")


def test_the_largest_sheet_named_or_not_is_the_same_parting() -> None:
    sheets = [Sheet(name="a", rows=2, columns=2), Sheet(name="b", rows=9, columns=2)]
    partings = [
        plans.parting(Plan(by=By.ROWS, sheet=name, columns=("x",)), sheets=sheets)
        for name in ("", "b", "a")
    ]
    assert partings == ["", "", "a"]


def test_columns_that_are_not_chosen_are_kept_beside() -> None:
    plan = Plan(by=By.ROWS, columns=("c", "a"))
    (batch,) = batches(
        [Part(position=1, cells=["1", "2", "3"])], plan=plan, columns=["a", "b", "c"]
    )
    fields = batch.lines[0].split("\t")
    assert fields[4:6] == ['["3", "1"]', '{"b": "2"}']


@pytest.mark.parametrize(("across", "down", "overlap"), [(2, 2, 0.0), (3, 1, 0.1), (20, 20, 0.4)])
def test_tiles_cover_the_page_and_share_what_was_asked_for(
    across: int, down: int, overlap: float
) -> None:
    boxes = tiles.boxes(Tiling(across=across, down=down, overlap=overlap))
    assert len(boxes) == across * down
    assert boxes[0][:2] == (0, 0)
    assert boxes[-1][2:] == pytest.approx((1, 1), abs=1e-5)
    if across > 1:
        (left, _, right, _), (after, _, _, _) = boxes[0], boxes[1]
        assert (right - after) / (right - left) == pytest.approx(overlap, abs=1e-4)

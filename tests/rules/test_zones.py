"""Zones: pages are recognised, scans registered, cuts upright, masks black, bad boxes refused."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crowd.rules.zones import boxes, cutting, grouping, layers, prints, registering
from crowd.rules.zones.grouping import Fit, Template
from tests.documents import drifts
from tests.documents.drifts import RIGHT, Reference

PAGE = (1240, 1754)
RATIO = PAGE[1] / PAGE[0]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


def paper(*lines: tuple[float, float, float, float], size: tuple[int, int] = PAGE) -> Any:
    """A page with black rectangles, given as fractions."""
    pixels = np.full((size[1], size[0]), 245, dtype=np.uint8)
    for left, top, right, foot in lines:
        rows = slice(round(top * size[1]), round(foot * size[1]))
        pixels[rows, round(left * size[0]) : round(right * size[0])] = 20
    return pixels


@pytest.mark.slow
def test_in_a_few_dozen_scans_all_cuts_land_on_their_true_places(reference: Reference) -> None:
    results = [reference.recognise(scan) for scan in drifts.copies(people=range(1, 7), each=1)]
    assert len(results) == 24
    overlaps = [value for result in results for value in result.overlaps]
    assert min(overlaps) >= RIGHT


def test_a_scan_is_recognised_and_every_zone_found(reference: Reference) -> None:
    scan = next(drifts.copies(people=[3], each=1))
    result = reference.recognise(scan)
    assert result.recognised
    assert min(result.overlaps) > 0.97


def test_registering_twice_says_the_same(reference: Reference) -> None:
    page = prints.of(next(drifts.copies(people=[4], each=1)).picture)
    one, again = (
        registering.register(template=reference.prints[1, 1], page=page) for _ in range(2)
    )
    assert one is not None
    assert again is not None
    assert (one.matrix == again.matrix).all()
    assert one.score == again.score


def test_another_version_of_the_form_does_not_fit(reference: Reference) -> None:
    found = registering.register(template=reference.prints[1, 1], page=reference.prints[2, 1])
    assert found is None or found.score < grouping.FITS


def test_a_bare_table_is_registered_by_its_lines_alone() -> None:
    rows = [0.1, 0.22, 0.31, 0.47, 0.58, 0.72, 0.9]
    lines = [(0.1, y, 0.9, y + 0.003) for y in rows]
    lines += [(x, 0.1, x + 0.004, 0.9) for x in (0.1, 0.36, 0.61, 0.896)]
    template = prints.of(paper(*lines))
    moved = [(a + 0.02, b - 0.015, c + 0.02, d - 0.015) for a, b, c, d in lines]
    found = registering.register(template=template, page=prints.of(paper(*moved)))
    assert found is not None
    assert found.score > grouping.FITS
    assert found.matrix[:, 2] == pytest.approx([0.02, -0.015 * RATIO], abs=0.003)


@pytest.mark.parametrize("size", [PAGE, (300, 400), (200, 4000), (4000, 200)])
def test_an_empty_page_is_blank_and_fits_nothing(size: tuple[int, int]) -> None:
    blank = prints.of(paper(size=size))
    assert blank.is_blank
    written = prints.of(paper(*[(0.1, y / 20, 0.9, y / 20 + 0.006) for y in range(2, 18)]))
    assert not written.is_blank
    found = registering.register(template=written, page=blank)
    assert found is None or found.score < grouping.FITS


def test_a_page_with_masks_is_still_known(reference: Reference) -> None:
    scan = next(drifts.copies(people=[3], each=1))
    black = np.array(scan.picture)
    black[600:900, 150:1100] = 0
    found = registering.register(template=reference.prints[1, 1], page=prints.of(black))
    whole = registering.register(template=reference.prints[1, 1], page=prints.of(scan.picture))
    assert found is not None
    assert whole is not None
    assert found.score > grouping.FITS
    assert found.matrix == pytest.approx(whole.matrix, abs=0.002)


def test_a_page_upside_down_is_not_taken_for_its_template(reference: Reference) -> None:
    scan = next(drifts.copies(people=[3], each=1))
    turned = prints.of(np.ascontiguousarray(scan.picture[::-1, ::-1]))
    found = registering.register(template=reference.prints[1, 1], page=turned)
    assert found is None or found.score < grouping.FITS


# Grouping


def fit(page: int, *, score: float | None = None, blank: bool = False) -> Fit:
    found = page if score else None
    return Fit(page=page, look=b"", is_blank=blank, template_page=found, score=score)


@pytest.mark.parametrize(
    ("fits", "chosen"),
    [
        ({}, None),
        ({1: [fit(1, score=0.9)]}, 1),
        ({1: [fit(1)]}, None),
        ({1: [fit(1, score=0.9), fit(2)]}, None),
        ({1: [fit(1, score=0.9), fit(2, blank=True)]}, 1),
        ({1: [fit(1, score=0.9), fit(2)], 2: [fit(1, score=0.8), fit(2, score=0.8)]}, 2),
        ({1: [fit(1, blank=True)]}, None),
        ({2: [fit(1, score=0.9)], 1: [fit(1, score=0.9)]}, 1),
    ],
)
def test_a_document_has_the_layout_that_most_of_its_pages_fit(
    fits: dict[int, list[Fit]], chosen: int | None
) -> None:
    assert grouping.choose(fits) == chosen


def test_few_of_many_templates_are_tried_the_likeliest_among_them() -> None:
    rng = np.random.default_rng(1)
    looks = [bytes(rng.integers(0, 255, 384, dtype=np.uint8)) for _ in range(200)]
    templates = [Template(layout_id=n, page=n % 7 + 1, look=look) for n, look in enumerate(looks)]
    tried = grouping.shortlist(look=looks[123], page=3, templates=templates, leader=9)
    assert templates[123] in tried
    assert tried[0].layout_id == 9
    assert len(tried) <= 2 * grouping.SHORTLIST


# Boxes


@pytest.mark.parametrize(
    ("box", "code"),
    [
        ([0.1, 0.1, 0.9, 0.9], ""),
        ([0, 0, 1, 1], ""),
        ([0.1, 0.1, 0.9], "zone_box_unreadable"),
        ("0.1", "zone_box_unreadable"),
        (None, "zone_box_unreadable"),
        ([0.1, True, 0.9, 0.9], "zone_box_unreadable"),
        ([0.1, math.inf, 0.9, 0.9], "zone_box_unreadable"),
        ([-0.1, 0.1, 0.9, 0.9], "zone_outside_page"),
        ([0.5, 0.5, 0.4, 0.9], "zone_too_small"),
    ],
)
def test_a_zone_is_four_fractions_of_its_page(box: Any, code: str) -> None:
    wrong = boxes.what_is_wrong(box)
    assert (wrong.code if wrong else "") == code


@given(
    turn=st.floats(-0.05, 0.05),
    scale=st.floats(0.95, 1.05),
    x=st.floats(-0.05, 0.05),
    y=st.floats(-0.05, 0.05),
)
def test_two_pairs_of_places_say_how_a_page_lies(
    turn: float, scale: float, x: float, y: float
) -> None:
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    matrix = np.array([[cos, -sin, x], [sin, cos, y]])
    places = np.array([[0.1, 0.1], [0.9, 1.3]])
    there = boxes.moved(places, matrix)
    pairs = [(tuple(one), tuple(other)) for one, other in zip(places, there, strict=True)]
    assert boxes.similarity(pairs) == pytest.approx(matrix, abs=1e-9)
    assert boxes.moved(there, boxes.inverse(matrix)) == pytest.approx(places, abs=1e-9)


def test_two_places_that_are_one_say_nothing() -> None:
    with pytest.raises(ValueError, match="near"):
        boxes.similarity([((0.5, 0.5), (0.5, 0.5)), ((0.5, 0.5), (0.6, 0.6))])


# Cutting


def test_a_cut_is_upright_with_a_dimmed_strip_above_and_below() -> None:
    page = Image.fromarray(paper((0.2, 0.3, 0.8, 0.4))).convert("RGB")
    turned = page.rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=(245, 245, 245))
    turn = math.radians(-2)
    cos, sin = math.cos(turn), math.sin(turn)
    middle = np.array([0.5, RATIO / 2])
    linear = np.array([[cos, -sin], [sin, cos]])
    matrix = np.column_stack([linear, middle - linear @ middle])
    cut = cutting.cut(turned, box=[0.2, 0.3, 0.8, 0.4], ratio=RATIO, matrix=matrix)
    pixels = np.asarray(cut.picture.convert("L"), dtype=float)
    top, foot = (round(edge * len(pixels)) for edge in (cut.inside[1], cut.inside[3]))
    assert pixels[top + 4 : foot - 4, 4:-4].mean() < 40
    assert pixels[: top - 4].mean() == pytest.approx(245 * cutting.DIMMED, abs=8)
    assert pixels[foot + 4 :].mean() == pytest.approx(245 * cutting.DIMMED, abs=8)


def test_at_the_edge_of_a_page_there_is_only_as_much_strip_as_page() -> None:
    page = Image.fromarray(paper()).convert("RGB")
    cut = cutting.cut(page, box=[0, 0, 1, 0.1], ratio=RATIO)
    assert cut.inside[1] == 0
    assert cut.inside[3] < 1
    whole = cutting.cut(page, box=[0, 0, 1, 1], ratio=RATIO)
    assert whole.inside == [0, 0, 1, 1]
    assert whole.picture.size == pytest.approx(PAGE, abs=1)


def test_a_mask_is_black_and_a_little_larger_than_drawn() -> None:
    page = Image.fromarray(paper()).convert("RGB")
    box = [0.2, 0.3, 0.8, 0.4]
    black = cutting.blacked_out(page, masks=[box], ratio=RATIO, matrix=boxes.IDENTITY)
    pixels = np.asarray(black.convert("L"))
    inside = pixels[round(0.3 * PAGE[1]) : round(0.4 * PAGE[1]), 248:992]
    assert inside.max() == 0
    assert pixels[round(0.3 * PAGE[1]) - 5, 600] == 0
    assert pixels[round(0.3 * PAGE[1]) - 20, 600] > 200
    assert np.asarray(page).min() > 200  # the page that was given is as it was


def test_letters_under_a_mask_are_left_out_and_a_zone_has_its_own() -> None:
    text = "ab cd\nef"
    spots = [(0.1, 0.1), (0.2, 0.1), None, (0.5, 0.1), (0.6, 0.1), None, (0.1, 0.4), (0.2, 0.4)]
    middles = np.array([spot or (np.nan, np.nan) for spot in spots])
    letters = layers.Letters(text=text, middles=middles)
    upper = boxes.corners([0, 0, 1, 0.2], ratio=1.0)
    right = boxes.corners([0.4, 0, 1, 0.2], ratio=1.0)
    assert letters.outside([]) == "ab cd\nef"
    assert letters.outside([right]) == "ab\nef"
    assert letters.within(upper) == "ab cd"
    assert letters.within(upper, without=[right]) == "ab"

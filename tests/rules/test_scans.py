"""Photographs and scans become pages: upright, in RGB, without what the camera wrote of itself."""

import contextlib
import io

import pillow_heif
import pytest
from PIL import Image

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.parts import Limits, Part
from crowd.rules.splitting.plans import By, Plan, Tiling
from crowd.rules.splitting.scans import ScanSplitter
from tests.documents import images

PAGES = Plan(by=By.PAGES)


def parts(data: bytes, plan: Plan = PAGES, *, start: int = 0) -> list[Part]:
    return list(ScanSplitter().parts(io.BytesIO(data), plan, start))


def surveyed(data: bytes, plan: Plan = PAGES, **limits: int) -> int:
    return ScanSplitter().survey(io.BytesIO(data), plan, Limits(**limits)).parts


def seen(part: Part) -> Image.Image:
    assert part.picture is not None, part.problem
    return Image.open(io.BytesIO(part.picture.variants[part.picture.width]))


def is_upright(image: Image.Image) -> bool:
    left, right = image.getpixel((10, 10)), image.getpixel((image.width - 10, 10))
    foot = image.getpixel((10, image.height - 10))
    near = [
        max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40
        for one, other in ((left, images.RED), (right, images.BLUE), (foot, (255, 255, 255)))
    ]
    return all(near)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_picture_of_any_kind_is_one_page(kind: str) -> None:
    data = images.saved(images.drawn(), kind)
    assert surveyed(data) == 1
    (part,) = parts(data)
    assert (part.position, part.page, part.text) == (1, 1, "")
    assert is_upright(seen(part))


def test_a_picture_of_a_telephone_is_one_page() -> None:
    pillow_heif.register_heif_opener()
    (part,) = parts(images.saved(images.drawn(), "HEIF", quality=90))
    assert is_upright(seen(part))


@pytest.mark.parametrize("orientation", [2, 3, 6, 8])
def test_a_camera_that_was_held_otherwise_is_turned_upright(orientation: int) -> None:
    (part,) = parts(images.held(orientation))
    assert is_upright(seen(part))
    assert seen(part).size == (600, 400)


def test_what_the_camera_wrote_is_gone() -> None:
    (part,) = parts(images.held(6))
    assert part.picture is not None
    for data in part.picture.variants.values():
        assert b"Camera of someone" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_inks_of_print_become_colours_of_a_screen() -> None:
    (part,) = parts(images.saved(images.drawn().convert("CMYK"), "TIFF"))
    assert is_upright(seen(part))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L"])
def test_every_way_of_storing_pixels_is_seen(mode: str) -> None:
    (part,) = parts(images.saved(images.drawn().convert(mode), "PNG"))
    assert seen(part).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    (part,) = parts(images.saved(clear, "PNG"))
    assert min(seen(part).getpixel((100, 100))) > 250


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("brightest", [65535, 4095])
def test_sixteen_bits_keep_their_greys(kind: str, brightest: int) -> None:
    (part,) = parts(images.sixteen_bits(kind, brightest=brightest))
    image = seen(part)
    greys = [image.getpixel((at, 20))[0] for at in (5, 300, 595)]
    assert greys[0] < 20
    assert 100 < greys[1] < 155
    assert greys[2] > 235


def test_a_tiff_has_as_many_pages_as_it_has() -> None:
    data = images.pages(4)
    assert surveyed(data) == 4
    assert [seen(part).width for part in parts(data)] == [600, 590, 580, 570]
    assert [part.position for part in parts(data, start=2)] == [3, 4]


def test_an_animation_is_its_first_picture() -> None:
    data = images.saved(
        images.drawn(), "GIF", save_all=True, append_images=[images.drawn(600, 400).rotate(180)]
    )
    (part,) = parts(data)
    assert is_upright(seen(part))


def test_a_large_picture_comes_in_three_widths_and_a_small_one_as_it_is() -> None:
    (large,) = parts(images.saved(images.drawn(3000, 2000), "JPEG"))
    (small,) = parts(images.saved(images.drawn(200, 150), "JPEG"))
    assert large.picture is not None
    assert small.picture is not None
    assert list(large.picture.variants) == [480, 960, 1920]
    assert (large.picture.width, large.picture.height) == (1920, 1280)
    assert list(small.picture.variants) == [200]


def test_the_smallest_width_weighs_little_even_where_there_is_much_to_see() -> None:
    noise = Image.effect_noise((1200, 1600), 60).convert("RGB")
    (part,) = parts(images.saved(noise, "PNG"))
    assert part.picture is not None
    # Noise does not compress: it goes down to the lowest quality at which letters can be read.
    assert len(part.picture.variants[480]) < 1.6 * pictures.SMALLEST_BYTES
    (page,) = parts(images.saved(images.drawn(1200, 1600), "PNG"))
    assert page.picture is not None
    assert len(page.picture.variants[480]) <= pictures.SMALLEST_BYTES


# --- Too large, broken ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(100_000, 100_000), (100_000, 10), (10, 100_000)])
def test_a_picture_of_a_hundred_thousand_pixels_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(Problem) as refused:
        surveyed(images.claiming(*size))
    assert refused.value.code == "picture_too_large"
    assert (refused.value.params["width"], refused.value.params["height"]) == size


def test_the_limit_of_pixels_holds_for_each_page() -> None:
    assert surveyed(images.pages(3), pixels=250_000) == 3
    with pytest.raises(Problem) as refused:
        surveyed(images.pages(3), pixels=235_000)
    assert refused.value.params["page"] == 1


def test_a_tiff_of_too_many_pages_says_so() -> None:
    with pytest.raises(Problem) as refused:
        surveyed(images.pages(3), pages=2)
    assert refused.value == Problem("picture_too_long", pages=3, most=2)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_an_interrupted_download_is_a_problem_or_a_page(kind: str, share: float) -> None:
    data = images.saved(Image.effect_noise((300, 300), 90).convert("RGB"), kind)
    cut = data[: int(len(data) * share)]
    with contextlib.suppress(Problem):
        surveyed(cut)
        (part,) = parts(cut)
        assert part.problem is None or part.problem.code == "picture_page_unreadable"


# --- Other ways than by page ----------------------------------------------------------------------


def test_tiles_show_a_large_picture_from_near() -> None:
    plan = Plan(by=By.TILES, tile=Tiling(across=2, down=2, overlap=0.1))
    data = images.saved(images.drawn(4000, 3000), "PNG")
    assert surveyed(data, plan) == 4
    tiles = parts(data, plan)
    assert [(tile.position, tile.page) for tile in tiles] == [(1, 1), (2, 1), (3, 1), (4, 1)]
    assert tiles[0].box == pytest.approx((0, 0, 0.5263, 0.5263), abs=1e-3)
    assert tiles[3].box == pytest.approx((0.4737, 0.4737, 1, 1), abs=1e-3)
    assert seen(tiles[0]).width == 1920
    assert seen(tiles[0]).getpixel((10, 10))[0] > 150  # the red corner
    assert [tile.position for tile in parts(data, plan, start=2)] == [3, 4]


def test_all_pages_one_under_the_other_are_the_whole_document() -> None:
    plan = Plan(by=By.WHOLE)
    assert surveyed(images.pages(3), plan) == 1
    (part,) = parts(images.pages(3), plan)
    assert (part.position, part.page) == (1, None)
    assert part.picture is not None
    assert part.picture.height > 3 * 400 * part.picture.width / 600 - 3


def test_a_document_too_long_to_be_read_in_one_picture_says_so() -> None:
    tall = [images.drawn(100, 700) for _ in range(3)]
    data = images.saved(tall[0], "TIFF", save_all=True, append_images=tall[1:])
    with pytest.raises(Problem) as refused:
        surveyed(data, Plan(by=By.WHOLE))
    assert refused.value == Problem("whole_too_long", pages=3)

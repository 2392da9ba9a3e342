"""PDFs into pages: pictures that fit a phone, the text layer, and sentences for broken ones."""

import io
import random

import pytest
from PIL import Image

from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.parts import Limits, Part
from crowd.rules.splitting.pdf import PdfSplitter
from crowd.rules.splitting.plans import By, Plan
from tests.documents import pdfs
from tests.documents.pdfs import Page

PAGES = Plan(by=By.PAGES)


def parts(data: bytes, *, start: int = 0) -> list[Part]:
    return list(PdfSplitter().parts(io.BytesIO(data), PAGES, start))


def surveyed(data: bytes, **limits: int) -> int:
    return PdfSplitter().survey(io.BytesIO(data), PAGES, Limits(**limits)).parts


def problem(data: bytes, **limits: int) -> Problem:
    with pytest.raises(Problem) as refused:
        surveyed(data, **limits)
    return refused.value


def test_each_page_is_a_part_in_order() -> None:
    data = pdfs.pdf(3)
    assert surveyed(data) == 3
    assert [(part.position, part.text) for part in parts(data)] == [
        (1, "Page 1"),
        (2, "Page 2"),
        (3, "Page 3"),
    ]


def test_the_text_layer_keeps_accents_lines_and_signs() -> None:
    (part,) = parts(pdfs.pdf([Page(text="L'été (à 20 €)\nœuvre \\ fin")]))
    assert part.text == "L'été (à 20 €)\nœuvre \\ fin"


def test_a_page_without_text_has_an_empty_text_layer() -> None:
    (part,) = parts(pdfs.pdf([Page(drawing="0 0 100 100 re f")]))
    assert part.text == ""


def test_a_page_is_drawn_in_three_widths() -> None:
    (part,) = parts(pdfs.pdf(1))
    assert part.picture is not None
    assert list(part.picture.variants) == [480, 960, 1920]
    assert (part.picture.width, part.picture.height) == (1920, 2718)
    for width, data in part.picture.variants.items():
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.width) == ("WEBP", width)


def test_splitting_goes_on_from_any_page() -> None:
    assert [part.position for part in parts(pdfs.pdf(5), start=3)] == [4, 5]
    assert parts(pdfs.pdf(2), start=2) == []


def test_a_pdf_behind_other_bytes_is_read() -> None:
    assert surveyed(b"From: a mail\r\n\r\n" + pdfs.pdf(2)) == 2


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_interrupted_download_is_unreadable(share: float) -> None:
    assert problem(pdfs.truncated(pdfs.pdf(5), share=share)).code == "pdf_unreadable"


def test_a_pdf_that_lost_only_its_last_bytes_is_repaired() -> None:
    assert surveyed(pdfs.pdf(5)[:-10]) == 5


def test_junk_that_says_pdf_is_unreadable() -> None:
    junk = random.Random(1).randbytes(20_000)
    assert problem(b"%PDF-1.7\n" + junk).code == "pdf_unreadable"


def test_a_pdf_with_a_password_says_so() -> None:
    assert problem(pdfs.encrypted()).code == "pdf_encrypted"


def test_a_pdf_without_pages_is_not_taken_for_one_with_a_password() -> None:
    # PDFium keeps the error of the document before.
    assert problem(pdfs.encrypted()).code == "pdf_encrypted"
    assert problem(pdfs.pdf(0)).code == "pdf_unreadable"


def test_a_page_that_is_missing_is_named() -> None:
    assert problem(pdfs.pdf(3, missing=[1])) == Problem("pdf_page_unreadable", page=2)


def test_a_page_of_no_size_is_named() -> None:
    nothing = Page(crop=(1000, 1000, 1100, 1100))
    assert problem(pdfs.pdf([Page(), nothing])) == Problem("pdf_page_unreadable", page=2)


def test_a_pdf_of_too_many_pages_is_refused_before_any_is_drawn() -> None:
    assert problem(pdfs.pdf(6), pages=5) == Problem("pdf_too_long", pages=6, most=5)


@pytest.mark.parametrize(
    "size",
    [(595, 14400), (300, 14400), (1, 14400), (14400, 14400), (14400, 5), (1, 1)],
    ids=["endless", "receipt", "hair", "poster", "ribbon", "dot"],
)
def test_pages_of_odd_shapes_are_drawn_all_the_same(size: tuple[float, float]) -> None:
    (part,) = parts(pdfs.pdf([Page(text="endless", size=size)]))
    assert part.picture is not None
    assert part.picture.height <= pictures.LONGEST_SIDE
    assert part.picture.width * part.picture.height <= 41_000_000


def noise(width: int, height: int) -> Image.Image:
    """The worst case: a scan of gravel."""
    return Image.frombytes("L", (width, height), random.Random(2).randbytes(width * height))


def test_the_smallest_picture_stays_light_even_of_a_noisy_scan() -> None:
    made = pictures.variants(noise(1920, 2718))
    assert len(made.variants[480]) <= pictures.SMALLEST_BYTES


def test_a_small_picture_is_not_blown_up() -> None:
    made = pictures.variants(Image.new("RGB", (300, 200)))
    assert list(made.variants) == [300]
    assert (made.width, made.height) == (300, 200)
    made = pictures.variants(Image.new("RGBA", (1000, 10)))
    assert list(made.variants) == [480, 960, 1000]


def test_pictures_carry_no_metadata() -> None:
    image = Image.new("RGB", (600, 400))
    image.info["exif"] = b"Exif\x00\x00 where and when"
    image.info["icc_profile"] = b"whose camera"
    for data in pictures.variants(image).variants.values():
        with Image.open(io.BytesIO(data)) as again:
            assert not again.getexif()
            assert "icc_profile" not in again.info

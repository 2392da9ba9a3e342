"""What volunteers find badly cut is mended, and what was said of the wrong cut is set aside."""

import io
import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from crowd.models import Answer, Award, Excerpt, Layout, MicroTask, Verdict
from crowd.rules.problems import Problem
from crowd.services import (
    answers,
    assignments,
    cuts,
    cutting,
    grouping,
    intake,
    layouts,
    masks,
    splitting,
    zones,
)
from crowd.services.zones import ZoneSpec
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.documents import forms, pdfs
from tests.documents.forms import OLD

pytestmark = pytest.mark.django_db
LATER = NOW + 10 * MINUTE


@pytest.fixture
def drive() -> Drive:
    """Two forms of one page, one zone applied to both."""
    made = builders.drive(excerpts=0, agree=2, at_most=3)
    for number in (0, 1):
        forms.form(made.campaign, OLD, number, pages=[1])
    grouping.run(campaign_id=made.campaign.pk, now=NOW)
    apply(made, spec("jobs"))
    return made


def spec(key: str, **more: Any) -> ZoneSpec:
    page, box = forms.box(OLD, key)
    return ZoneSpec(name=key, page=page, box=box, **more)


def layout_of(drive: Drive) -> Layout:
    return Layout.objects.get(campaign=drive.campaign)


def apply(drive: Drive, *specs: ZoneSpec, now: Any = NOW) -> None:
    zones.save(layout=layout_of(drive), zones=specs, now=now)
    cutting.apply(layout=layout_of(drive), now=now)
    cut_all(now)


def cut_all(now: Any = NOW) -> None:
    while cutting.go_on(now=now):
        pass


def first(drive: Drive) -> Excerpt:
    return Excerpt.objects.filter(campaign=drive.campaign, kind="zone").order_by("pk").first()


def microtask_of(excerpt: Excerpt) -> MicroTask:
    return MicroTask.objects.get(excerpt=excerpt)


def badly(microtask: MicroTask, count: int = 2) -> list[Answer]:
    given = [
        builders.submit(builders.lend(microtask, builders.guest()), badly_cut=True)
        for _ in range(count)
    ]
    builders.settle()
    return [each.answer for each in given]


def test_what_enough_people_find_badly_cut_waits_in_a_list(drive: Drive) -> None:
    excerpt = first(drive)
    badly(microtask_of(excerpt))
    (found,) = cuts.badly_cut(campaign=drive.campaign)
    assert (found, found.sayings, found.within.kind) == (excerpt, 2, "page")
    assert drive.claim(builders.guest()).assignment.microtask.excerpt != excerpt


def test_mending_one_cuts_it_anew_and_sets_the_answers_aside(drive: Drive) -> None:
    excerpt = first(drive)
    said = badly(microtask_of(excerpt))
    old_key = excerpt.image_key
    cuts.mend(excerpt=excerpt, box=[0.1, 0.4, 0.9, 0.62], now=LATER)
    excerpt.refresh_from_db()
    assert excerpt.image_key != old_key
    assert not default_storage.exists(f"{old_key}/480.webp")
    assert [round(edge, 2) for edge in excerpt.box] == [0.1, 0.4, 0.9, 0.62]
    assert {each.set_aside_reason for each in Answer.objects.all()} == {"cut"}
    assert Answer.objects.count() == len(said)
    microtask = microtask_of(excerpt)
    assert (microtask.state, microtask.needs) == ("open", 2)
    assert not Verdict.objects.current().exists()
    assert not cuts.badly_cut(campaign=drive.campaign).exists()


def test_whoever_answered_the_wrong_cut_may_answer_the_right_one(drive: Drive) -> None:
    excerpt, person = first(drive), builders.guest()
    microtask = microtask_of(excerpt)
    lease = builders.lend(microtask, person)
    before = builders.submit(lease, badly_cut=True).answer
    cuts.mend(excerpt=excerpt, box=[0.1, 0.4, 0.9, 0.62], now=LATER)
    Excerpt.objects.exclude(pk=excerpt.pk).filter(kind="zone").delete()
    claim = drive.claim(person, now=LATER + MINUTE)
    assert claim.assignment.microtask == microtask
    receipt = answers.submit(
        assignment=assignments.to_answer(contributor=person, assignment_id=claim.assignment.pk),
        answer_id=uuid.uuid4(),
        values={"q": "a"},
        badly_cut=False,
        now=LATER + 2 * MINUTE,
    )
    assert receipt.outcome is answers.Outcome.ACCEPTED
    again = builders.submit(claim.assignment, answer_id=before.pk, badly_cut=True)
    assert (again.outcome, again.answer) == (answers.Outcome.REPEATED, before)


def test_an_answer_on_its_way_to_the_earlier_cut_is_kept_without_counting(drive: Drive) -> None:
    excerpt = first(drive)
    lease = builders.lend(microtask_of(excerpt), builders.guest())
    cuts.mend(excerpt=excerpt, box=[0.1, 0.4, 0.9, 0.62], now=LATER)
    receipt = builders.submit(lease, {"q": "a"}, now=LATER + MINUTE)
    assert receipt.outcome is answers.Outcome.LATE
    assert receipt.answer.set_aside_reason == "cut"
    assert microtask_of(excerpt).needs == 2


def test_mending_takes_back_a_verdict_and_what_it_opened() -> None:
    drive = builders.drive(
        builders.step(key="read"),
        builders.step(key="more", opens_when={"step": "read", "question": "q", "is": "a"}),
        excerpts=0,
    )
    forms.form(drive.campaign, OLD, 0, pages=[1])
    grouping.run(campaign_id=drive.campaign.pk, now=NOW)
    apply(drive, spec("jobs"))
    for _ in range(2):
        builders.say(drive.microtasks().get(), "a", by=builders.guest())
    builders.settle()
    assert drive.microtasks(step="more").get().state == "open"
    earned = sum(each.points for each in Award.objects.all())
    cuts.mend(excerpt=first(drive), box=[0.1, 0.4, 0.9, 0.62], now=LATER)
    assert drive.microtasks().get().state == "open"
    assert drive.microtasks(step="more").get().state == "withdrawn"
    assert Verdict.objects.count() == 1
    assert not Verdict.objects.current().exists()
    for _ in range(2):
        builders.say(drive.microtasks().get(), "b", by=builders.guest(), now=LATER + MINUTE)
    builders.settle(now=LATER + MINUTE)
    assert Verdict.objects.current().get().values["q"]["value"] == "b"
    first_ones = Award.objects.filter(answer__set_aside_reason="cut")
    assert sum(each.points for each in first_ones) == earned


@pytest.mark.slow
def test_mending_a_zone_cuts_the_whole_group_anew_and_spares_what_was_mended(drive: Drive) -> None:
    one, other = Excerpt.objects.filter(kind="zone").order_by("pk")
    for _ in range(2):
        builders.say(microtask_of(one), "a", by=builders.guest())
    builders.settle()
    cuts.mend(excerpt=other, box=[0.1, 0.1, 0.9, 0.2], now=NOW)
    other.refresh_from_db()
    zone = one.zone
    assert cuts.mend_zone(zone=zone, box=[0.09, 0.4, 0.92, 0.6], now=LATER) == 1
    cut_all(LATER)
    before = one.image_key
    one.refresh_from_db()
    assert one.image_key != before
    assert microtask_of(one).state == "open"
    assert Answer.objects.get(pk=Answer.objects.first().pk).set_aside_reason == "cut"
    mended = other.image_key
    other.refresh_from_db()
    assert other.image_key == mended


def test_a_cut_that_is_right_is_asked_of_others(drive: Drive) -> None:
    excerpt = first(drive)
    badly(microtask_of(excerpt))
    cuts.keep(excerpt=excerpt, now=LATER)
    assert microtask_of(excerpt).state == "open"
    assert {each.set_aside_reason for each in Answer.objects.all()} == {"fine"}
    assert not cuts.badly_cut(campaign=drive.campaign).exists()


def test_a_box_that_shows_nothing_is_refused(drive: Drive) -> None:
    for box, code in (
        ([0, 0, 2, 1], "zone_outside_page"),
        ([0.5, 0.5, 0.5, 0.6], "zone_too_small"),
        ("abcd", "zone_box_unreadable"),
    ):
        with pytest.raises(Problem, match=code):
            cuts.mend(excerpt=first(drive), box=box, now=LATER)
        with pytest.raises(Problem, match=code):
            cuts.mend_zone(zone=first(drive).zone, box=box, now=LATER)


# Masks


def darkness(excerpt: Excerpt, box: list[float]) -> float:
    """The share of black in a box (fractions) of an excerpt's stored picture."""
    with Image.open(default_storage.open(f"{excerpt.image_key}/{excerpt.width}.webp")) as picture:
        wide, high = picture.size
        part = picture.convert("L").crop(
            (round(box[0] * wide), round(box[1] * high), round(box[2] * wide), round(box[3] * high))
        )
    counts = part.histogram()
    return sum(counts[:40]) / max(1, sum(counts))


def test_masks_are_black_in_the_stored_pictures_of_pages_and_zones(drive: Drive) -> None:
    answered = microtask_of(first(drive))
    builders.say(answered, "a", by=builders.guest())
    _, box = forms.box(OLD, "address")
    around = ZoneSpec(name="around", page=1, box=[0.05, box[1] - 0.05, 0.95, box[3] + 0.05])
    key = first(drive).image_key
    apply(drive, spec("jobs"), around, spec("address", mask=True), now=LATER)
    assert first(drive).image_key != key  # although answered: masks come over everything
    for page in Excerpt.objects.filter(kind="page"):
        assert page.hidden_at is None
        assert darkness(page, [box[0] + 0.05, box[1] + 0.01, box[2] - 0.05, box[3] - 0.01]) > 0.95
    for excerpt in Excerpt.objects.filter(zone__name="around"):
        assert darkness(excerpt, [0.2, 0.48, 0.8, 0.52]) > 0.95
    folder = f"excerpts/{first(drive).document_id}/0"
    names = default_storage.listdir(folder)[0]
    folders = [f"{folder}/{name}" for name in names]
    stored = {each for each in folders if default_storage.listdir(each)[1]}
    shown = Excerpt.objects.filter(document=first(drive).document)
    assert stored == set(shown.values_list("image_key", flat=True))


@pytest.mark.slow
def test_a_page_is_not_shown_before_it_is_blacked_out(drive: Drive) -> None:
    zones.save(layout=layout_of(drive), zones=[spec("jobs"), spec("address", mask=True)], now=NOW)
    cutting.apply(layout=layout_of(drive), now=NOW)
    assert not Excerpt.objects.filter(kind="page", hidden_at=None).exists()
    late = forms.form(drive.campaign, OLD, 2, pages=[1])
    masks.withhold_new(document=late)
    assert layouts.page_excerpt(document=late, page=1).hidden_at is not None
    grouping.run(campaign_id=drive.campaign.pk, now=NOW)
    cut_all()
    assert not Excerpt.objects.filter(kind="page").exclude(hidden_at=None).exists()
    assert not masks.may_serve_original(document=late)


def test_a_page_whose_masks_are_not_known_to_lie_right_stays_hidden(drive: Drive) -> None:
    document = Excerpt.objects.filter(kind="zone").latest("pk").document
    document.matches.update(state="unmatched", matrix=None, reference_page=None)
    apply(drive, spec("jobs"), spec("address", mask=True), now=LATER)
    assert layouts.page_excerpt(document=document, page=1).hidden_at is not None


def test_text_under_a_mask_leaves_the_text_layer() -> None:
    drive = builders.drive(excerpts=0)
    data = _typed("Secret address 12", at=(100, 700))
    document = _pdf(drive, data)
    assert "Secret" in document.excerpts.get().text
    grouping.run(campaign_id=drive.campaign.pk, now=NOW)
    box = [0.05, 0.1, 0.9, 0.25]
    apply(
        drive,
        ZoneSpec(name="private", page=1, box=box, mask=True),
        ZoneSpec(name="all", page=1, box=[0, 0, 1, 1]),
    )
    for excerpt in document.excerpts.all():
        assert "Secret" not in excerpt.text
        assert "Public" in excerpt.text


def _typed(text: str, *, at: tuple[int, int]) -> bytes:
    lines = "".join(f"60 {y} 400 1 re f " for y in range(80, 800, 60))
    words = f"BT /F1 20 Tf {at[0]} {at[1]} Td ({text}) Tj ET "
    words += "BT /F1 20 Tf 100 300 Td (Public part) Tj ET"
    return pdfs.pdf([pdfs.Page(drawing=f"{lines} {words}")])


def _pdf(drive: Drive, data: bytes) -> Any:
    drive.campaign.splitting = {"pages": {"by": "zones"}}
    drive.campaign.save()
    document = intake.receive(
        campaign=drive.campaign, upload=io.BytesIO(data), name="typed.pdf", now=NOW
    )
    splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    return document

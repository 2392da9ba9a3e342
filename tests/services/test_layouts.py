"""Forms find their layout, zones are drawn on one and cut out of all, and what is wrong is said."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from crowd.models import Document, Excerpt, Layout, MicroTask, PageMatch
from crowd.rules.problems import Problem
from crowd.services import cut_previews, cutting, grouping, layouts, placing, zones
from crowd.services.zones import InvalidZones, ZoneSpec
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.documents import forms
from tests.documents.forms import NEW, OLD

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    made = builders.drive(builders.step(key="read"), builders.step(key="sum"), excerpts=0)
    made.campaign.splitting = {"pages": {"by": "zones"}}
    made.campaign.save()
    return made


def grouped(drive: Drive, *numbers: int | tuple[str, int], **more: Any) -> list[Document]:
    """Forms (of the older version unless said), each with its layout."""
    for number in numbers:
        version, person = number if isinstance(number, tuple) else (OLD, number)
        forms.form(drive.campaign, version, person, **more)
    return group(drive)


def group(drive: Drive) -> list[Document]:
    grouping.run(campaign_id=drive.campaign.pk, now=NOW)
    return list(Document.objects.filter(media_type="application/pdf").order_by("pk"))


def draw(layout: Layout, *keys: str, version: str = OLD, **more: Any) -> list[ZoneSpec]:
    specs = []
    for key in keys:
        page, box = forms.box(version, key)
        specs.append(ZoneSpec(name=key, page=page, box=box, **more))
    return specs


def cut_all(now: Any = NOW) -> None:
    while cutting.go_on(now=now):
        pass


def zoned(document: Document) -> Any:
    return document.excerpts.filter(kind="zone").order_by("position")


def test_versions_of_a_form_fall_into_groups_whatever_order_they_come_in(drive: Drive) -> None:
    one, two, three, four = grouped(drive, 0, (NEW, 1), 2, (NEW, 3))
    assert one.layout == three.layout != two.layout == four.layout
    assert [each.documents for each in layouts.of_campaign(campaign=drive.campaign)] == [2, 2]
    assert layouts.progress(campaign=drive.campaign) == layouts.GroupingProgress(
        known=4, grouped=4, coming=0
    )
    assert [page.position for page in layouts.drawable(layout=one.layout)] == [1, 2]


@pytest.mark.slow
def test_pages_may_be_missing_blank_repeated_or_in_disorder(drive: Drive) -> None:
    forms.form(drive.campaign, OLD, 0)
    forms.form(drive.campaign, OLD, 1, pages=[2])
    forms.form(drive.campaign, OLD, 2, pages=[1, forms.BLANK])
    forms.form(drive.campaign, OLD, 1, pages=[2, 1])
    reference, short, blank, swapped = group(drive)
    assert {short.layout, blank.layout, swapped.layout} == {reference.layout}
    found = {
        (each.document_id, each.page): (each.state, each.reference_page)
        for each in PageMatch.objects.all()
    }
    assert found[short.pk, 1] == ("matched", 2)
    assert found[blank.pk, 2] == ("blank", None)
    assert (found[swapped.pk, 1], found[swapped.pk, 2]) == (("matched", 2), ("matched", 1))


def test_one_file_of_many_forms_has_each_of_its_pages_once_as_template(drive: Drive) -> None:
    scans = [forms.page(OLD, 1, number, forms.drift(number)) for number in (0, 1, 2)]
    forms.scanned(drive.campaign, scans)
    (document,) = group(drive)
    assert [page.position for page in layouts.drawable(layout=document.layout)] == [1]
    assert [match.reference_page for match in document.matches.all()] == [1, 1, 1]


def test_zones_drawn_on_one_form_are_cut_out_of_all(drive: Drive) -> None:
    reference, other = grouped(drive, 0, 2)
    layout = reference.layout
    step = drive.step("sum")
    specs = [*draw(layout, "jobs"), *draw(layout, "boards", step_id=step.pk)]
    jobs, boards = zones.save(layout=layout, zones=specs, now=NOW)
    assert not MicroTask.objects.exists()
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    found = list(zoned(other))
    assert [(each.position, each.page, each.zone) for each in found] == [
        (jobs.number, 1, jobs),
        (1000 + boards.number, 2, boards),
    ]
    assert found[0].within == layouts.page_excerpt(document=other, page=1)
    assert 0 < found[0].cut["inside"][1] < found[0].cut["inside"][3] < 1
    with Image.open(default_storage.open(f"{found[0].image_key}/{found[0].width}.webp")) as drawn:
        assert drawn.size == (found[0].width, found[0].height)
        assert drawn.width > 1500
    asked = {(each.excerpt_id, each.step.key) for each in MicroTask.objects.all()}
    assert {key for pk, key in asked if pk == found[0].pk} == {"read", "sum"}
    assert {key for pk, key in asked if pk == found[1].pk} == {"sum"}
    summary = layouts.summary(layout=layout)
    assert (summary.cut, summary.waiting, summary.failed, summary.zones) == (2, 0, 0, 2)


def test_applying_again_changes_nothing_that_is_the_same(drive: Drive) -> None:
    (document,) = grouped(drive, 0)
    layout = document.layout
    zones.save(layout=layout, zones=draw(layout, "jobs"), now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    before = zoned(document).values().get()
    cutting.apply(layout=layout, now=NOW + MINUTE)
    cut_all(NOW + MINUTE)
    assert zoned(document).values().get() == before


@pytest.mark.slow
def test_drawn_anew_only_what_nobody_has_answered_is_replaced(drive: Drive) -> None:
    answered, idle = grouped(drive, 0, 1)
    layout = answered.layout
    (zone,) = zones.save(layout=layout, zones=draw(layout, "jobs"), now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    microtask = MicroTask.objects.filter(excerpt__document=answered).first()
    builders.say(microtask, "a", by=builders.guest())
    before = {each.document_id: each.image_key for each in Excerpt.objects.filter(kind="zone")}
    moved = ZoneSpec(id=zone.pk, name="jobs", page=1, box=[0.1, 0.4, 0.9, 0.6])
    zones.save(layout=layout, zones=[moved], now=NOW)
    cutting.apply(layout=layout, now=NOW + MINUTE)
    cut_all(NOW + MINUTE)
    after = {each.document_id: each.image_key for each in Excerpt.objects.filter(kind="zone")}
    assert after[answered.pk] == before[answered.pk]
    assert after[idle.pk] != before[idle.pk]
    assert not default_storage.exists(f"{before[idle.pk]}/480.webp")
    assert layouts.summary(layout=layout).kept == 1


def test_a_zone_taken_off_takes_its_unanswered_excerpts_with_it(drive: Drive) -> None:
    (document,) = grouped(drive, 0)
    layout = document.layout
    jobs, _ = zones.save(layout=layout, zones=draw(layout, "jobs", "past"), now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    kept = ZoneSpec(id=jobs.pk, name=jobs.name, page=jobs.page, box=jobs.box)
    zones.save(layout=layout, zones=[kept], now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    assert [each.zone for each in zoned(document)] == [jobs]


def test_a_document_that_comes_later_is_grouped_and_cut_by_itself(drive: Drive) -> None:
    (first,) = grouped(drive, 0)
    zones.save(layout=first.layout, zones=draw(first.layout, "jobs"), now=NOW)
    cutting.apply(layout=first.layout, now=NOW)
    cut_all()
    late = forms.form(drive.campaign, OLD, 1)
    grouping.fit(document_id=late.pk, now=NOW)
    cut_all()
    assert zoned(late).count() == 1


def test_twelve_cuts_can_be_seen_before_anything_is_cut(drive: Drive) -> None:
    reference, _ = grouped(drive, 0, 1)
    layout = reference.layout
    zones.save(layout=layout, zones=draw(layout, "jobs", "past", "boards", "holdings"), now=NOW)
    shown = cut_previews.some(layout=layout, count=6, seed=1)
    assert len(shown) == 6
    assert len({(each.document.pk, each.zone.pk) for each in shown}) == 6
    for each in shown:
        with Image.open(io.BytesIO(each.picture)) as picture:
            assert picture.size == (each.width, each.height)
    assert not Excerpt.objects.filter(kind="zone").exists()


def test_what_is_wrong_with_zones_is_said_zone_by_zone(drive: Drive) -> None:
    (document,) = grouped(drive, 0)
    good = draw(document.layout, "jobs")[0]
    with pytest.raises(InvalidZones) as wrong:
        zones.save(
            layout=document.layout,
            zones=[
                good,
                ZoneSpec(name=" JOBS ", page=1, box=[0, 0, 1, 1]),
                ZoneSpec(name="", page=9, box=[0.5, 0.5, 1.5, 0.9]),
                ZoneSpec(name="x", page=1, box=[0.5, 0.5, 0.505, 0.9], id=99, step_id=99),
                ZoneSpec(name="y", page=1, box=["a", None, float("nan"), 1]),
            ],
            now=NOW,
        )
    assert {at: [each.code for each in all_] for at, all_ in wrong.value.problems.items()} == {
        1: ["zone_name_doubled"],
        2: ["zone_name", "zone_page", "zone_outside_page"],
        3: ["zone_too_small", "zone_unknown", "zone_step"],
        4: ["zone_box_unreadable"],
    }
    assert not document.layout.zones.exists()


def test_a_page_that_cannot_be_registered_waits_and_is_placed_by_hand(drive: Drive) -> None:
    reference, other = grouped(drive, 0, 1)
    layout = reference.layout
    PageMatch.objects.filter(document=other, page=1).update(
        state="unmatched", matrix=None, reference_page=None
    )
    zones.save(layout=layout, zones=draw(layout, "jobs"), now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cut_all()
    (match,) = placing.unmatched(campaign=drive.campaign)
    assert (match.document, match.page) == (other, 1)
    assert not zoned(other).exists()
    with pytest.raises(Problem, match="points_unreadable"):
        placing.place(match=match, reference_page=1, points=[((0.1, 0.1), (0.1, 0.1))])
    placing.place(
        match=match,
        reference_page=1,
        points=[((0.1, 0.1), (0.12, 0.11)), ((0.9, 0.9), (0.92, 0.91))],
    )
    cut_all()
    assert zoned(other).count() == 1
    assert not placing.unmatched(campaign=drive.campaign).exists()


@pytest.mark.slow
def test_layouts_can_be_named_merged_and_left(drive: Drive) -> None:
    old, new = grouped(drive, 0, (NEW, 1))
    layouts.rename(layout=old.layout, name="  Modèle   2025 ")
    old.layout.refresh_from_db()
    assert old.layout.name == "Modèle 2025"
    with pytest.raises(Problem, match="layout_name"):
        layouts.rename(layout=old.layout, name=" ")
    layouts.merge(layout=new.layout, into=old.layout)
    grouping.register(document_id=new.pk, now=NOW)
    new.refresh_from_db()
    assert new.layout == old.layout
    assert placing.unmatched(campaign=drive.campaign).count() == 2
    own = layouts.move(document=new, layout=None, now=NOW)
    new.refresh_from_db()
    assert (new.layout, own.reference) == (own, new)
    with pytest.raises(Problem, match="layout_elsewhere"):
        layouts.merge(layout=own, into=own)


def test_cutting_can_be_stopped_and_resumed(drive: Drive) -> None:
    (document,) = grouped(drive, 0)
    layout = document.layout
    with pytest.raises(Problem, match="layout_without_zones"):
        cutting.apply(layout=layout, now=NOW)
    zones.save(layout=layout, zones=draw(layout, "jobs"), now=NOW)
    cutting.apply(layout=layout, now=NOW)
    cutting.stop(layout=layout, now=NOW)
    assert not cutting.go_on(now=NOW)
    cutting.resume(layout=layout)
    assert cutting.go_on(now=NOW)
    assert zoned(document).exists()


def test_an_original_that_is_gone_is_said_and_tried_again(drive: Drive) -> None:
    (document,) = grouped(drive, 0)
    zones.save(layout=document.layout, zones=draw(document.layout, "jobs"), now=NOW)
    name = str(document.file.name)
    with default_storage.open(name) as file:
        data = file.read()
    default_storage.delete(name)
    cutting.apply(layout=document.layout, now=NOW)
    cut_all()
    document.cutting.refresh_from_db()
    assert (document.cutting.state, document.cutting.problem_code) == ("failed", "file_missing")
    default_storage.save(name, io.BytesIO(data))
    cutting.retry(document=document)
    cut_all()
    assert zoned(document).count() == 1

"""The workshop in a real browser: zones by mouse and by keyboard, a mended cut, a report."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign, Document, Excerpt, Report
from crowd.samples import questionnaire
from tests import builders, chromium
from tests.frontend import drives, forms, team
from tests.frontend.hands import by_mouse, check, drag_by_keys, place, tab_to
from tests.frontend.team import away
from tests.frontend.test_browser import BUDGET, PHONE, weight

OLD, NEW = questionnaire.VERSIONS
PLACE = "/c/forms/workshop/"
LOOSE = 0.01  # of the page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]


def grouped(*, old: int, new: int) -> Campaign:
    """A campaign of forms whose documents have found their layouts."""

    def made() -> Campaign:
        campaign = forms.campaign_of_forms(old=old, new=new)
        forms.group(campaign)
        return campaign

    return away(made)


def enter(visit: Any, campaign: Campaign, **choices: Any) -> Page:
    """A browser in which the campaign's owner is signed in."""
    session = away(lambda: forms.owner(Client(), campaign))
    page: Page = visit(**choices)
    page.goto("/about/")
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    return page


def test_two_versions_are_set_up_by_mouse_and_by_keyboard_and_played(visit: Any) -> None:
    campaign = grouped(old=2, new=2)
    page = enter(visit, campaign)
    _draws_by_mouse(page)
    _draws_by_keys(page)
    away(forms.cut_all)
    page.reload()
    expect(page.locator("#layouts").get_by_text("2 of 2 cut")).to_have_count(2)
    assert Excerpt.objects.filter(kind="zone", hidden_at=None).count() == 2 * 3
    away(lambda: forms.open_to_all(campaign))
    _plays(visit(viewport=PHONE))


def _draws_by_mouse(page: Page) -> None:
    layout = forms.layout_of(OLD)
    page.goto(f"{PLACE}layouts/")
    page.locator(f"a[href$='/layouts/{layout.pk}/zones/']").click()
    expect(page.get_by_role("button", name="Add a zone")).to_be_visible()
    for key in ("declarant", "jobs"):
        by_mouse(page, forms.place(OLD, key).fractions)
        expect(
            page.get_by_role("textbox", name="Name").and_(page.locator(":focus"))
        ).to_be_visible()
        page.keyboard.type(questionnaire.LABELS[key])
    by_mouse(page, forms.place(OLD, "address").fractions)
    page.keyboard.type("Address")
    page.locator(".zone-row.active").get_by_label("Black it out for good").check()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".zone-row.active").get_by_label("Black it out")).not_to_be_checked()
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("button", name="Save, and see twelve cuts").click()
    expect(page.locator(".cut-grid img")).to_have_count(4)
    drawn = list(layout.zones.drawn().order_by("number"))
    assert [zone.mask for zone in drawn] == [False, False, True]
    for zone, key in zip(drawn, ("declarant", "jobs", "address"), strict=True):
        assert zone.box == pytest.approx(forms.place(OLD, key).fractions, abs=LOOSE)
    page.get_by_role("button", name="Cut 2 documents like this").click()
    expect(page.locator("#layouts")).to_contain_text("0 of 2 cut")


def _draws_by_keys(page: Page) -> None:
    layout = forms.layout_of(NEW)
    page.goto(f"{PLACE}layouts/{layout.pk}/zones/")
    place = forms.place(NEW, "boards")
    tab_to(page, "^Add a zone$")
    page.keyboard.press("Enter")
    expect(page.locator(".zone:focus")).to_have_count(1)
    drag_by_keys(page, place.fractions)
    expect(page.locator("[data-said]")).to_contain_text("From the left")
    page.keyboard.press("Enter")
    page.keyboard.type("Boards")
    tab_to(page, "^Save, and see twelve cuts$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cuts/")
    assert layout.zones.drawn().get().box == pytest.approx(place.fractions, abs=LOOSE)
    tab_to(page, "^Cut 2 documents like this$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/layouts/")


def _plays(page: Page) -> None:
    received: list[tuple[str, int]] = []
    page.goto("/c/forms/")
    page.on("response", lambda reply: received.append((reply.url, weight(reply))))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/play/*/")
    expect(page.locator(".excerpt-foot")).to_contain_text(
        re.compile(r"form 2025 no .\.pdf, page 1, ")
    )
    expect(page.get_by_role("link", name="Whole page")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert sum(size for url, size in received if "/pictures/" not in url) <= BUDGET
    assert not [url for url, _ in received if "zones/" in url or "workshop" in url]
    page.get_by_role("textbox", name="What is written here?").fill("Nothing")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#status")).to_contain_text("Thank you.")


def test_a_zone_taken_off_comes_back_with_undo(visit: Any) -> None:
    page = enter(visit, grouped(old=1, new=0))
    page.goto(f"{PLACE}layouts/{forms.layout_of(OLD).pk}/zones/")
    page.get_by_role("button", name="Add a zone").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Delete")
    expect(page.locator(".zone")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator(".zone")).to_have_count(1)
    expect(page.locator(".zone-row [data-field='w']")).to_have_value("41")


def test_last_years_zones_are_taken_and_moved_together(visit: Any) -> None:
    page = enter(visit, grouped(old=1, new=0))
    layout = forms.layout_of(OLD)
    boxes = {"Jobs": [0.1, 0.1, 0.5, 0.2], "Boards": [0.1, 0.3, 0.9, 0.4]}
    zones = [{"name": name, "page": 1, "box": box} for name, box in boxes.items()]
    Campaign.objects.update(expected_layouts=[{"name": "Form of 2025", "zones": zones}])
    page.goto(f"{PLACE}layouts/{layout.pk}/zones/")
    page.get_by_role("link", name="Take those of “Form of 2025”").click()
    expect(page.locator(".zone")).to_have_count(2)
    page.get_by_label("Move all").check()
    page.locator(".zone").first.focus()
    page.keyboard.press("ArrowDown")
    for _ in range(15):  # the wider one is at the page's edge after ten
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Save, and see twelve cuts").click()
    expect(page.locator(".cut-grid img").first).to_be_visible()
    layout.refresh_from_db()
    assert layout.name == "Form of 2025"
    drawn = {zone.name: zone.box for zone in layout.zones.drawn()}
    assert drawn == {"Jobs": [0.2, 0.11, 0.6, 0.21], "Boards": [0.2, 0.31, 1.0, 0.41]}


@pytest.fixture
def cut() -> Excerpt:
    """The cut of the first of two zones: all there is to play."""
    campaign = grouped(old=1, new=0)

    def drawn() -> None:
        forms.draw(forms.layout_of(OLD), "declarant", "jobs")
        forms.open_to_all(campaign)

    away(drawn)
    return Excerpt.objects.filter(kind="zone").order_by("pk")[0]


def call_badly_cut(excerpt: Excerpt) -> list[Answer]:
    """Three people say so, and the cross-check listens."""
    microtask, now = excerpt.microtasks.get(), timezone.now()
    said = [
        builders.say(microtask, builders.CUT, by=builders.guest(now=now), now=now) for _ in range(3)
    ]
    drives.cross_check()
    return said


def test_a_badly_cut_excerpt_is_mended_with_the_mouse(visit: Any, cut: Excerpt) -> None:
    answers = away(lambda: call_badly_cut(cut))
    page = enter(visit, cut.campaign)
    page.goto(f"{PLACE}cuts/")
    page.get_by_role("link", name="Mend the box").click()
    before = float(page.get_by_label("Height %").input_value())
    page.locator(".zone").evaluate("(zone) => zone.scrollIntoView({ block: 'center' })")
    grip = place(page.locator(".grip[data-sides='s']"))
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"], grip["y"] + 60)
    page.mouse.up()
    assert float(page.get_by_label("Height %").input_value()) > before + 2
    page.get_by_role("button", name="Cut it anew").click()
    expect(page.locator(".notices")).to_contain_text("were set aside; it is asked about again.")
    expect(page.get_by_role("heading", name="Nothing is badly cut")).to_be_visible()
    assert cut.microtasks.get().state == "open"
    for answer in answers:
        answer.refresh_from_db()
        assert answer.set_aside_reason == "cut"


def test_a_report_hides_and_one_click_restores(visit: Any, cut: Excerpt) -> None:
    volunteer: Page = visit(viewport=PHONE)
    volunteer.goto("/c/forms/")
    volunteer.get_by_role("button", name="Start").click()
    volunteer.wait_for_url("**/play/*/")
    volunteer.get_by_text("Personal data here?").click()
    volunteer.get_by_label("What did you see?").fill("A private address")
    volunteer.get_by_role("button", name="Report it, and go on").click()
    expect(volunteer.locator("#status")).to_contain_text("Thank you for the report.")
    excerpt = Report.objects.get().excerpt
    assert excerpt.hidden_at is not None
    page = enter(visit, cut.campaign)
    page.goto(f"{PLACE}reports/")
    expect(page.locator(".concealed img")).not_to_be_visible()
    page.get_by_text("Look at the excerpt").click()
    expect(page.locator(".concealed img")).to_be_visible()
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator(".notices")).to_contain_text("The excerpt is shown again.")
    excerpt.refresh_from_db()
    assert excerpt.hidden_at is None


def test_files_are_dropped_each_with_its_own_answer(visit: Any) -> None:
    page = enter(visit, away(team.draft))
    page.goto("/c/letters/workshop/documents/")
    page.locator("#files").set_input_files(
        [
            {"name": "good.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"},
            {"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
        ]
    )
    expect(page.locator(".upload.arrived")).to_contain_text("good.csv")
    expect(page.locator(".upload.failed")).to_contain_text("This file is empty.")
    expect(page.locator("#documents")).to_contain_text("waiting to be cut")
    assert Document.objects.get().name == "good.csv"
    page.get_by_role("link", name="With problems").click()
    expect(page.locator(".doc.refused")).to_contain_text("empty.pdf")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_off_a_phone(
    visit: Any, cut: Excerpt, colours: str
) -> None:
    other = Excerpt.objects.filter(kind="zone").exclude(pk=cut.pk).first()
    assert other
    away(lambda: Client().post(f"/excerpts/{other.pk}/report/"))
    away(lambda: call_badly_cut(cut))
    layout = forms.layout_of(OLD)
    page = enter(visit, cut.campaign, viewport=PHONE, color_scheme=colours, bypass_csp=True)
    for path in (
        "",
        "?show=problems",
        f"documents/{cut.document_id}/cutting/",
        "layouts/",
        f"layouts/{layout.pk}/",
        f"layouts/{layout.pk}/zones/",
        f"layouts/{layout.pk}/cuts/",
        "cuts/",
        f"cuts/{cut.pk}/",
        f"cuts/{cut.pk}/?for=all",
        "reports/",
    ):
        page.goto(PLACE + path)
        check(page)
    page.goto(f"{PLACE}layouts/{layout.pk}/zones/")
    page.get_by_role("button", name="Add a zone").click()
    check(page)
    # The first page is hidden with the excerpt that was reported.
    page.goto(f"/excerpts/{Excerpt.objects.get(kind='page', position=2).pk}/")
    check(page)

"""As in 2014: scanned forms of two versions are cut into zones, and their tables typed in."""

import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from crowd.samples import questionnaire
from tests.frontend import forms, hands
from tests.stories import archives
from tests.stories.campaigner import SLOWLY, Campaigner, file
from tests.stories.crowd import Said, Volunteer, play
from tests.stories.pictures import a_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

OLD, NEW = questionnaire.VERSIONS
OF_EACH, PEOPLE = 2, 7
ZONES = {OLD: ("jobs", "consulting"), NEW: ("boards",)}
CAUSE = {
    "The problem": "Elected people declare their interests by hand. Nobody can search that.",
    "What you do about it": "We type the tables in, three people each.",
    "A story": "A mayor voted on the water contract, and sat on the water company's board.",
    "What will be done with the result": "An open file, for anyone who votes.",
    "Deadline": "2099-01-31",
    "Licence of the data": "Licence Ouverte 2.0",
}


def draws(page: Page, version: str) -> None:
    """The zones of one version of the form, with the mouse; the address is blacked out."""
    for key in ZONES[version]:
        hands.by_mouse(page, forms.place(version, key).fractions)
        page.keyboard.type(questionnaire.LABELS[key])
    if version == OLD:
        hands.by_mouse(page, forms.place(version, "address").fractions)
        page.keyboard.type("Address")
        page.locator(".zone-row.active").get_by_label("Black it out for good").check()
    page.get_by_role("button", name="Save, and see twelve cuts").click()
    expect(page.locator(".cut-grid img").first).to_be_visible()
    page.get_by_role("button", name=f"Cut {OF_EACH} documents like this").click()


def typist(place: int) -> Any:
    """Someone who types what is there; the first form is hard to read, the second badly cut."""

    def opinion(microtask: dict[str, Any]) -> Said:
        excerpt, question = microtask["excerpt"], microtask["step"]["questions"][0]
        hard = zlib.crc32(str(excerpt["id"]).encode()) % 6
        if hard == 0:
            return {"badly_cut": True}
        if hard == 1:
            return {"values": {question["key"]: [_row(question, f"{place} unreadable")]}}
        if hard == 2:
            return {"values": {question["key"]: []}}  # "nothing declared", a right answer
        company = ["Régie des eaux", "REGIE DES EAUX", "régie  des eaux."][place % 3]
        return {"values": {question["key"]: [_row(question, company)]}}

    return opinion


def _row(question: dict[str, Any], company: str) -> dict[str, str]:
    first, *others = [column["key"] for column in question["settings"]["columns"]]
    return {first: company} | {key: "12 000" if "amount" in key else "chair" for key in others}


def test_forms_are_cut_typed_in_mended_reviewed_published_and_archived(
    campaigner: Campaigner, window: Browser, tmp_path: Path
) -> None:
    me, page = campaigner, campaigner.page
    me.begins("Who has interests in what?")
    me.tells(CAUSE, a_desk())
    me.brings(
        *[
            file(f"form {version} no {n}.pdf", "application/pdf", forms.scanned(version, n))
            for version in (OLD, NEW)
            for n in range(1, OF_EACH + 1)
        ]
    )
    page.get_by_role("link", name="Choose how they are cut").click()
    page.get_by_text("a zone of a form").click()
    page.get_by_label("all 4 of this kind, and those to come").check()
    page.get_by_role("button", name="Cut it like this").click()
    # Nothing to press: the pages are drawn anew, then grouped, and the page follows by itself.
    expect(page.get_by_role("button", name="Group the documents")).to_have_count(0)
    for version in (OLD, NEW):
        page.reload() if version == NEW else None
        expect(page.get_by_role("link", name="Draw the zones").first).to_be_visible(timeout=SLOWLY)
        expect(page.locator(".layout")).to_have_count(2, timeout=SLOWLY)
        page.get_by_role("link", name="Draw the zones").first.click()
        expect(page.get_by_role("button", name="Add a zone")).to_be_visible()  # the editor is up
        draws(page, version)
    expect(page.locator("#layouts").get_by_text("2 of 2 cut")).to_have_count(2, timeout=SLOWLY)
    hands.check(page)

    me.starts_from("Transcribe a table")
    page.get_by_label("Title of the step").fill("Type in the table")
    me.keeps_the_step()
    page.get_by_role("link", name="On to how sure").click()
    me.is_sure(**{"Type in the table": "Every answer identical"})
    me.opens()

    people = [(Volunteer(me.address), typist(place)) for place in range(PEOPLE)]
    given = play(people, me.slug)
    assert given >= 3 * OF_EACH
    me.back_in_the_workshop()
    me.reviews({"What people said": "a", "said so": "r"})
    play([(Volunteer(me.address), typist(2)) for _ in range(3)], me.slug)
    me.back_in_the_workshop()
    me.closes()
    folder = me.publishes(tmp_path)
    me.tells_the_outcome("The mayor left the board.")
    told = archives.read(window, folder)
    assert "sat on the water company" in told["index.html"]
    assert "eaux" in told["excerpts/1.html"].lower()

"""As in 2010: names found in reports get a function and an organisation; then these, a kind."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.frontend import hands
from tests.stories import archives
from tests.stories.campaigner import Campaigner, file
from tests.stories.crowd import Said, Volunteer, play
from tests.stories.pictures import a_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

KINDS = ("A company", "An association", "A union", "A public body")
BODIES = ("Union des meuniers", "Syndicat des bateliers", "Ligue du vélo", "Comité du littoral")
NAMES, PEOPLE = 8, 5
CAUSE = {
    "The problem": "Parliament heard eight people about its law. It does not say for whom.",
    "What you do about it": "We find out together whom each of them spoke for.",
    "A story": "One miller was heard four times, under three titles.",
    "What will be done with the result": "A public register of who is heard.",
    "Deadline": "2099-01-31",
    "Licence of the data": "ODbL 1.0",
}


def names() -> bytes:
    """Names as a report lists them, each with the sentence in which it was found."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["name", "found in"])
    for number in range(NAMES):
        body = BODIES[number % len(BODIES)]
        rows.writerow([f"Person {number}", f"Heard: Person {number}, chair of {body}."])
    return out.getvalue().encode()


def clerk(place: int) -> Any:
    """Someone who looks names up; of the first two, each finds something else."""

    def opinion(microtask: dict[str, Any]) -> Said:
        excerpt, asked = microtask["excerpt"], microtask["step"]["questions"]
        said = " ".join(each["value"] for each in excerpt["cells"])
        body = next(each for each in BODIES if each in said)
        if len(asked) == 1:
            number = BODIES.index(body) if excerpt["position"] > 1 else place
            return {"values": {asked[0]["key"]: asked[0]["options"][number % 4]["value"]}}
        if excerpt["position"] == 2:
            body = f"{body} {place}"
        function, organisation = asked
        written = [body, body.upper(), f"{body} "][place % 3]
        return {"values": {function["key"]: "Chair", organisation["key"]: written}}

    return opinion


def test_names_get_an_organisation_and_organisations_a_kind(
    campaigner: Campaigner, window: Browser, tmp_path: Path
) -> None:
    me, page = campaigner, campaigner.page
    me.begins("Whom did they speak for?")
    me.tells(CAUSE, a_desk())
    me.brings(file("heard.csv", "text/csv", names()))
    me.starts_from("An empty step")
    page.get_by_label("Title of the step").fill("Find the organisation")
    me.adds("Text", "What is their function?")
    me.adds("Text", "For which organisation?")
    me.keeps_the_step()
    me.starts_from("Classify a text")
    page.get_by_label("Title of the step").fill("Say what it is")
    page.get_by_label("This step opens").select_option(
        label="When something is agreed on in “For which organisation?”"
    )
    rows = page.locator(".question-row")
    rows.nth(1).get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(1)
    rows.first.get_by_label("The question").fill("What kind of organisation is it?")
    rows.first.get_by_label("Answers to choose from").fill("\n".join(KINDS))
    me.keeps_the_step()
    page.get_by_role("link", name="On to how sure").click()
    me.is_sure(**{"Find the organisation": "A quick look", "Say what it is": "A quick look"})
    me.opens()

    # One of them in a browser: the second step shows what the first has agreed on.
    people = [(Volunteer(me.address), clerk(place)) for place in range(PEOPLE)]
    given = play(people, me.slug)
    assert given >= 4 * (NAMES - 2)
    visitor = window.new_page(base_url=me.address, locale="en")
    visitor.goto(f"/c/{me.slug}/")
    expect(visitor.locator("main")).to_contain_text("Whom did they speak for?")
    visitor.close()

    me.back_in_the_workshop()
    decided = me.reviews({"Say what it is": "1 Enter", "Find the organisation": "a"})
    assert decided >= 2
    play(people, me.slug)
    me.back_in_the_workshop()
    me.reviews({"Say what it is": "1 Enter", "Find the organisation": "a"})
    me.closes()
    folder = me.publishes(tmp_path)
    me.tells_the_outcome("The register opened a year later.")
    page.goto(f"/c/{me.slug}/results/")
    expect(page.locator("main")).to_contain_text("What kind of organisation is it?")
    hands.check(page)
    told = archives.read(window, folder)
    assert "Union des meuniers" in told["excerpts/1.html"]
    assert "A company" in told["results.html"]

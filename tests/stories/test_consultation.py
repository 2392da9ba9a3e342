"""As in 2016: a public consultation is read together, and each theme it raises is summed up."""

import csv
import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.frontend import hands
from tests.stories import archives
from tests.stories.campaigner import Campaigner, file
from tests.stories.crowd import Said, Volunteer, play
from tests.stories.pictures import a_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

THEMES = ("School", "Health", "Work", "Housing", "Transport", "Justice", "Culture", "Taxes")
STANCES = ("In favour", "Against", "Mixed", "Off the subject")
ROWS, PEOPLE = 12, 7
CONTESTED = 3  # contributions that can be read in several ways
CAUSE = {
    "The problem": "Twelve people wrote to the ministry. Nobody has read all of it.",
    "What you do about it": "We read it together and publish what was asked for.",
    "A story": "Ana wrote two pages about the bus she waits for with her twins.",
    "What will be done with the result": "A letter to the ministry, and an open file.",
    "Deadline": "2099-01-31",
    "Licence of the data": "CC BY 4.0",
}


def contributions() -> list[dict[str, str]]:
    """Generated ones: what each says of itself is what an honest reader finds."""
    rng = Random(2016)
    made = []
    for number in range(1, ROWS + 1):
        themes = sorted(rng.sample(THEMES, 2))
        stance = rng.choice(STANCES)
        text = f"About {themes[0]} and {themes[1]}.\nI am “{stance.lower()}”, as number {number}."
        made.append({"number": str(number), "text": text})
    return made


def as_csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["number", "text"])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def reader(place: int) -> Any:
    """Someone who reads well; but what can be read in several ways, each reads in their own."""

    def opinion(microtask: dict[str, Any]) -> Said:
        excerpt, asked = microtask["excerpt"], microtask["step"]["questions"]
        text = " ".join(each["value"] for each in excerpt["cells"])
        if microtask["about"]:
            return {"values": {asked[0]["key"]: f"More means for {microtask['about']}"}}
        unclear = excerpt["position"] <= CONTESTED
        boxes, proposes, stance = asked
        return {
            "values": {
                boxes["key"]: [each["value"] for each in boxes["options"] if each["label"] in text],
                proposes["key"]: "yes",
                stance["key"]: stance["options"][place % 4]["value"]
                if unclear
                else next(e["value"] for e in stance["options"] if e["label"].lower() in text),
            }
        }

    return opinion


def objects(readers: list[tuple[Volunteer, Any]], slug: str, known: set[int]) -> None:
    """Someone whose reading a reviewer did not follow says so."""
    verdicts = readers[0][0].get(f"/campaigns/{slug}/verdicts", limit=100)["results"]
    decided = next(
        each for each in verdicts if each["microtask"] not in known and len(each["values"]) == 3
    )
    (stance,) = [key for key in decided["values"] if key.startswith("how-does-it-take")]
    overruled = next(
        volunteer
        for volunteer, _opinion in readers
        if decided["microtask"] in volunteer.said
        and volunteer.said[decided["microtask"]]["values"][stance]
        != decided["values"][stance]["value"]
    )
    overruled.object_to(decided["id"], "I read it otherwise.")


def test_a_consultation_is_read_reviewed_published_and_archived(
    campaigner: Campaigner, window: Browser, tmp_path: Path
) -> None:
    me, page = campaigner, campaigner.page
    me.begins("What did they ask for?")
    me.tells(CAUSE, a_desk())
    me.brings(file("contributions.csv", "text/csv", as_csv(contributions())))

    me.starts_from("An empty step")
    page.get_by_label("Title of the step").fill("Read the contribution")
    me.adds("Several choices", "What is it about?", options="\n".join(THEMES))
    me.adds("One choice", "Does it propose something?")
    me.adds("One choice", "How does it take the reform?", options="\n".join(STANCES))
    expect(page.locator("#preview")).to_contain_text("How does it take the reform?")
    me.keeps_the_step()
    me.starts_from("An empty step")
    page.get_by_label("Title of the step").fill("Sum up one theme")
    each_box = "Once for each box that is agreed on in “What is it about?”"
    page.get_by_label("This step opens").select_option(label=each_box)
    row = me.adds("Text", "What does it ask for, in one sentence?")
    row.get_by_text("Help, limits, and when it is asked").click()
    row.get_by_label("Characters at most").fill("100")
    me.keeps_the_step()
    page.get_by_role("link", name="On to how sure").click()
    me.is_sure(
        **{"Read the contribution": "Every answer identical", "Sum up one theme": "A quick look"}
    )
    hands.check(page)
    link = me.tries_out()
    for _ in range(2):
        colleague = window.new_page(locale="en")
        colleague.goto(link)
        colleague.get_by_role("button", name="Begin").click()
        colleague.get_by_label("School").check()
        colleague.get_by_label("Yes").check()
        colleague.get_by_label("Mixed").check()
        with colleague.expect_response(lambda reply: reply.request.method == "POST"):
            colleague.get_by_role("button", name="Keep, and the next").last.click()
        colleague.close()
    page.reload()
    expect(page.get_by_role("heading", name="What it shows")).to_be_visible()
    me.opens()

    readers = [(Volunteer(me.address), reader(place)) for place in range(PEOPLE)]
    first = readers[0][0]
    given = play(readers, me.slug)
    assert given >= 3 * ROWS
    settled = first.get(f"/campaigns/{me.slug}/verdicts", limit=100)["results"]
    known = {each["microtask"] for each in settled if each["outcome"] == "settled"}
    first.find(settled[0]["excerpt"], "This one says it best.")

    me.back_in_the_workshop()
    words = {"A find": "s", "I read it otherwise": "o", "What people said": "a"}
    assert me.reviews(words) >= CONTESTED + 1
    objects(readers, me.slug, known)
    play(readers, me.slug)
    me.back_in_the_workshop()
    me.reviews(words)
    me.closes()
    folder = me.publishes(tmp_path)
    me.tells_the_outcome("The ministry answered within a month.")
    expect(page.locator(".notices")).to_contain_text("It stands on the campaign's page.")
    page.goto(f"/c/{me.slug}/results/")
    expect(page.locator("main")).to_contain_text("The ministry answered within a month.")
    expect(page.locator("main")).to_contain_text("What is it about?")
    hands.check(page)
    told = archives.read(window, folder)
    assert "Ana wrote two pages" in told["index.html"]
    assert "More means for" in told["excerpts/1.html"]

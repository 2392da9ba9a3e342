"""Zones and badly cut excerpts without JavaScript: four numbers, and what was kept."""

import html
from typing import Any

import pytest
from django.test import Client

from crowd.models import Campaign, Excerpt, Layout, MicroTask, PageMatch, Zone
from crowd.samples import questionnaire
from tests.frontend import drives, forms, team
from tests.frontend.test_workshop import text_of

# Pages are drawn, looked at and registered for each of these stories.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PLACE = "/c/forms/workshop/"
OLD, NEW = questionnaire.VERSIONS


@pytest.fixture
def campaign(client: Client) -> Campaign:
    made = forms.campaign_of_forms(old=1, new=1)
    team.sign_in(client, made)
    return made


@pytest.fixture
def layout(campaign: Campaign) -> Layout:
    forms.group(campaign)
    return forms.layout_of(OLD)


def zone(key: str, box: Any = None, **more: Any) -> dict[str, Any]:
    """One zone's fields, as the page would send them."""
    known = forms.place(OLD, key)
    left, top, right, foot = box or known.fractions
    numbers = {"x": left, "y": top, "w": right - left, "h": foot - top}
    percents = {name: f"{100 * value:.2f}" for name, value in numbers.items()}
    return {"name": questionnaire.LABELS[key], "page": known.page, "step": "", **percents, **more}


def sent(*zones: dict[str, Any]) -> dict[str, Any]:
    return {
        f"zone-{number}-{name}": value
        for number, each in enumerate(zones, start=1)
        for name, value in each.items()
    }


def test_documents_are_grouped_by_look_when_asked(client: Client, campaign: Campaign) -> None:
    assert "which documents look alike?" in text_of(client.get(f"{PLACE}layouts/"))
    asked = client.post(f"{PLACE}layouts/group/", follow=True)
    assert "0 of 2 documents" in text_of(asked)
    forms.group(campaign)
    page = text_of(client.get(f"{PLACE}layouts/"))
    assert page.count("1 document · no zone yet") == 2
    assert "Draw the zones" in page


def test_pages_that_are_still_being_drawn_are_waited_for(
    client: Client, campaign: Campaign
) -> None:
    first = campaign.documents.earliest("pk")
    chosen = {"by": "zones", "for": "alike", "do": "cut"}
    asked = client.post(f"{PLACE}documents/{first.pk}/cutting/", chosen, follow=True)
    for page in (asked, client.get(f"{PLACE}layouts/")):
        assert "0 of 2 documents" in text_of(page)
        assert "Group the documents" not in text_of(page)
        assert 'hx-trigger="every 4s"' in page.content.decode()


def test_zones_of_a_set_up_are_offered_and_taken_with_their_name(
    client: Client, layout: Layout
) -> None:
    place = f"{PLACE}layouts/{layout.pk}/zones/"
    assert "Take those of" not in text_of(client.get(place))
    box = forms.place(OLD, "declarant").fractions
    brought = {"name": "Form of 2014", "zones": [{"name": "Who", "page": 1, "box": box}]}
    elsewhere = {"name": "Other", "zones": [{"name": "What", "page": 9, "box": box}]}
    Campaign.objects.update(expected_layouts=[brought, elsewhere])
    assert "Take those of “Form of 2014” 1 zone" in text_of(client.get(place))
    assert "be drawn on page 9 of this layout" in text_of(client.get(f"{place}?from=2"))
    assert client.get(f"{place}?from=3").status_code == 404
    page = client.get(f"{place}?from=1").content.decode()
    assert 'name="called" value="Form of 2014"' in page
    assert 'value="Who"' in page
    assert not Zone.objects.exists()
    client.post(place, {**sent(zone("declarant", name="Who")), "called": "Form of 2014"})
    layout.refresh_from_db()
    assert (layout.name, layout.zones.get().name) == ("Form of 2014", "Who")


def test_zones_are_saved_as_numbers_and_shown_again(client: Client, layout: Layout) -> None:
    place = f"{PLACE}layouts/{layout.pk}/zones/"
    reply = client.post(place, sent(zone("declarant"), zone("address", mask="1")))
    assert reply["Location"] == f"{PLACE}layouts/{layout.pk}/cuts/"
    first, second = Zone.objects.order_by("number")
    assert (first.mask, second.mask) == (False, True)
    assert first.box == pytest.approx(forms.place(OLD, "declarant").fractions, abs=1e-4)
    page = client.get(place).content.decode()
    assert f'value="{questionnaire.LABELS["declarant"]}"' in page
    kept = {"id": str(first.pk)}
    client.post(place, sent(zone("declarant", **kept, gone="1"), zone("jobs")))
    assert [each.name for each in layout.zones.drawn()] == [questionnaire.LABELS["jobs"]]


def test_each_zone_says_what_is_wrong_with_it_and_nothing_typed_is_lost(
    client: Client, layout: Layout
) -> None:
    place = f"{PLACE}layouts/{layout.pk}/zones/"
    bad = zone("jobs", x="left")
    reply = client.post(place, sent(zone("declarant"), bad))
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Write the four places as numbers" in page
    assert 'value="left"' in page
    assert "One zone to look at" in page
    reply = client.post(place, sent(zone("declarant", name=""), zone("jobs", page="99")))
    assert reply.status_code == 422
    assert "2 zones to look at" in text_of(reply)
    assert not Zone.objects.exists()


def test_twelve_cuts_are_shown_before_anything_is_cut(client: Client, layout: Layout) -> None:
    client.post(f"{PLACE}layouts/{layout.pk}/zones/", sent(zone("declarant"), zone("jobs")))
    page = client.get(f"{PLACE}layouts/{layout.pk}/cuts/")
    assert page.content.decode().count("data:image/webp;base64,") == 2
    assert "Cut 1 document like this" in text_of(page)
    assert not Excerpt.objects.filter(kind="zone").exists()
    done = client.post(f"{PLACE}layouts/{layout.pk}/cuts/", follow=True)
    assert "The documents are being cut." in text_of(done)
    forms.cut_all()
    assert "1 of 1 cut" in text_of(client.get(f"{PLACE}layouts/"))
    assert Excerpt.objects.filter(kind="zone").count() == 2


@pytest.fixture
def cut(client: Client, campaign: Campaign, layout: Layout) -> Excerpt:
    """The cut of a zone that a volunteer called badly cut, where one answer is enough."""
    client.post(f"{PLACE}layouts/{layout.pk}/zones/", sent(zone("declarant")))
    client.post(f"{PLACE}layouts/{layout.pk}/cuts/")
    forms.cut_all()
    forms.open_to_all(campaign)
    found = Excerpt.objects.get(kind="zone")
    MicroTask.objects.exclude(excerpt=found).update(state="withdrawn", needs=0)
    browser = Client()
    browser.post(drives.start(browser, campaign), {"do": "badly_cut"})
    drives.cross_check()
    return found


def test_a_badly_cut_excerpt_waits_on_its_page_and_is_mended(client: Client, cut: Excerpt) -> None:
    listed = client.get(f"{PLACE}cuts/")
    assert "1 person said so" in text_of(listed)
    assert "<rect" in listed.content.decode()
    editor = client.get(f"{PLACE}cuts/{cut.pk}/")
    assert "Answers to the wrong cut are set aside, not deleted" in text_of(editor)
    box = {"zone-1-x": "10", "zone-1-y": "20", "zone-1-w": "80", "zone-1-h": "10"}
    wrong = client.post(f"{PLACE}cuts/{cut.pk}/", {**box, "zone-1-x": "", "do": "one"})
    assert wrong.status_code == 422
    done = client.post(f"{PLACE}cuts/{cut.pk}/", {**box, "do": "one"}, follow=True)
    assert "it is asked about again" in text_of(done)
    forms.cut_all()
    cut.refresh_from_db()
    assert cut.box == pytest.approx([0.1, 0.2, 0.9, 0.3])
    assert MicroTask.objects.get(excerpt=cut).state == "open"


def test_a_zone_is_mended_for_all_its_documents(client: Client, cut: Excerpt) -> None:
    page = client.get(f"{PLACE}cuts/{cut.pk}/?for=all")
    assert "Cut all of them anew" in text_of(page)
    box = {"zone-1-x": "10", "zone-1-y": "20", "zone-1-w": "80", "zone-1-h": "10"}
    client.post(f"{PLACE}cuts/{cut.pk}/", {**box, "do": "all"})
    forms.cut_all()
    assert Zone.objects.drawn().get().box == pytest.approx([0.1, 0.2, 0.9, 0.3])
    assert MicroTask.objects.get(excerpt=cut).state == "open"


def test_a_cut_that_is_right_is_asked_about_again(client: Client, cut: Excerpt) -> None:
    done = client.post(f"{PLACE}cuts/{cut.pk}/", {"do": "keep"}, follow=True)
    assert "asked about again" in text_of(done)
    assert "Nothing is badly cut" in text_of(done)


def test_a_zone_is_played_with_where_it_comes_from(client: Client, cut: Excerpt) -> None:
    client.post(f"{PLACE}cuts/{cut.pk}/", {"do": "keep"})
    browser = Client()
    campaign = Campaign.objects.get()
    page = browser.get(drives.start(browser, campaign)).content.decode()
    assert f"form 2025 no 1.pdf, page 1, {questionnaire.LABELS['declarant']}" in page
    assert f'href="/excerpts/{cut.within_id}/?of={cut.pk}"' in page
    whole = text_of(browser.get(f"/excerpts/{cut.within_id}/"))
    assert "Cut out of this page" in whole
    assert "still needs people" not in whole


def test_layouts_are_renamed_merged_and_documents_moved(client: Client, layout: Layout) -> None:
    other = forms.layout_of(NEW)
    client.post(f"{PLACE}layouts/{layout.pk}/", {"do": "rename", "name": "Form of 2025"})
    assert "Form of 2025" in text_of(client.get(f"{PLACE}layouts/"))
    moved = client.post(
        f"{PLACE}layouts/{other.pk}/",
        {"do": "move", "document": other.reference_id, "into": layout.pk},
        follow=True,
    )
    assert "was moved." in text_of(moved)
    assert layout.documents.count() == 2
    place = f"{PLACE}documents/{layout.reference_id}/"
    refused = client.post(place, {"do": "remove"}, follow=True)
    assert "it can't leave its layout" in html.unescape(text_of(refused))
    assert client.post(f"{PLACE}layouts/{layout.pk}/", {"do": "nonsense"}).status_code == 404
    _placed_by_hand(client, moved_id=other.reference_id)


def _placed_by_hand(client: Client, *, moved_id: int) -> None:
    """Its pages are of another version: they fit nowhere until someone says where."""
    forms.register(moved_id)
    assert "2 pages fit no layout" in text_of(client.get(f"{PLACE}layouts/"))
    first, second = PageMatch.objects.filter(document=moved_id).order_by("page")
    place = f"{PLACE}layouts/pages/{first.pk}/"
    assert "Draw the same thing on both pages" in text_of(client.get(place))
    box = {"x": "10", "y": "10", "w": "80", "h": "80"}
    both = {f"zone-{key}-{name}": value for key in "12" for name, value in box.items()}
    wrong = client.post(f"{place}?page=1", {**both, "zone-2-x": "left"})
    assert wrong.status_code == 422
    assert client.post(f"{place}?page=1", both).status_code == 303
    first.refresh_from_db()
    assert (first.state, first.reference_page) == ("by_hand", 1)
    left_out = {"do": "ignore", "match": second.pk}
    client.post(f"{PLACE}layouts/{Layout.objects.get().pk}/", left_out)
    second.refresh_from_db()
    assert second.state == "ignored"

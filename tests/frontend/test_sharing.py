"""A campaign goes elsewhere: its card, its poster, its widget, its prepared texts."""

import re
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
from django.test import Client
from PIL import Image

from crowd.models import Campaign
from crowd.rules.lifecycle import CampaignState
from frontend.printing import press
from frontend.printing.card import Card, draw
from tests.frontend import drives

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return drives.open_drive()


def test_the_campaign_page_names_a_card_that_is_a_picture_of_the_size_it_says(
    client: Client, campaign: Campaign
) -> None:
    page = client.get("/c/letters/").content.decode()
    address = re.search(r'property="og:image" content="([^"]+)"', page)
    assert address
    assert address[1].startswith("http://testserver/")
    reply = client.get(urlsplit(address[1]).path)
    with Image.open(BytesIO(reply.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert reply["Content-Type"] == "image/png"


def test_a_card_shows_how_far_the_campaign_is() -> None:
    before = Card(
        title="Letters", status="", host="x", settled=0, contested=0, set_aside=0, open=50
    )
    after = Card(title="Letters", status="", host="x", settled=50, contested=0, set_aside=0, open=0)
    green = (0x1F, 0x65, 0x46)
    assert _pixels(draw(before), green) < 1000 < _pixels(draw(after), green)


@pytest.mark.parametrize(
    "title",
    ["W" * 500, "Ő" * 40, "", "Intérêts « œuvres » : l’été", "日本語の題", "a\n\tb", "🙂 two"],
)
def test_any_title_makes_a_card_and_a_poster(
    client: Client, campaign: Campaign, title: str
) -> None:
    Campaign.objects.update(title=title[:200], problem=title * 20, solution=title)
    assert client.get("/c/letters/card.png").status_code == 200
    reply = client.get("/c/letters/poster.pdf")
    assert len(pypdfium2.PdfDocument(reply.content)) == 1


def test_the_poster_says_the_cause_and_leads_to_the_campaign(
    client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(language="fr")
    reply = client.get("/c/letters/poster.pdf")
    text = pypdfium2.PdfDocument(reply.content)[0].get_textpage().get_text_range()
    assert "Nobody has read them." in text
    assert "http://testserver/c/letters/" in text
    assert "cinq minutes" in text.lower()
    assert "letters.pdf" in reply["Content-Disposition"]


def test_other_sites_may_frame_the_widget_and_nothing_else(
    client: Client, campaign: Campaign
) -> None:
    reply = client.get("/c/letters/widget/")
    page = reply.content.decode()
    assert "frame-ancestors *" in reply["Content-Security-Policy"]
    assert not reply.cookies
    assert "<script" not in page
    assert "frame-ancestors 'none'" in client.get("/c/letters/")["Content-Security-Policy"]


def test_the_widget_speaks_the_campaigns_language(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(language="fr")
    page = client.get("/c/letters/widget/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="fr"' in page
    assert "Participer" in page


def test_the_code_to_embed_can_be_pasted_whatever_the_title(
    client: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(title='A "quoted" <b>title</b>')
    page = client.get("/c/letters/share/").content.decode()
    assert "&amp;quot;quoted&amp;quot; &amp;lt;b&amp;gt;" in page


@pytest.mark.parametrize("typed", ["Piaille.fr", "https://piaille.fr/", "@wren@piaille.fr"])
def test_a_text_for_mastodon_goes_to_ones_own_server(
    client: Client, campaign: Campaign, typed: str
) -> None:
    page = client.get("/c/letters/share/", {"instance": typed}).content.decode()
    link = re.search(r'href="(https://piaille\.fr/share\?[^"]+)"', page)
    assert link
    (text,) = parse_qs(urlsplit(link[1]).query)["text"]
    assert text.endswith("http://testserver/c/letters/")


@pytest.mark.parametrize(
    "typed", ["my server", "javascript:alert(1)", "a.b/c", "localhost", "é.fr"]
)
def test_what_is_no_server_gets_a_sentence(client: Client, campaign: Campaign, typed: str) -> None:
    page = client.get("/c/letters/share/", {"instance": typed}).content.decode()
    assert "not the name of a server" in page
    assert "/share?" not in page


@pytest.mark.parametrize("path", ["share/", "card.png", "poster.pdf", "widget/"])
def test_a_draft_is_shown_to_nobody(client: Client, campaign: Campaign, path: str) -> None:
    Campaign.objects.update(state=CampaignState.DRAFT.value)
    assert client.get(f"/c/letters/{path}").status_code == 404


def test_letters_the_standard_fonts_lack_lose_their_accents_only() -> None:
    assert press.printable("Ťelefón, œuvre, 5 €") == "Telefón, œuvre, 5 €"


def _pixels(png: bytes, colour: tuple[int, int, int]) -> int:
    with Image.open(BytesIO(png)) as picture:
        found = picture.convert("RGB").getcolors(maxcolors=1 << 24) or []
    return sum(count for count, seen in found if seen == colour)

"""Pictures come through our own origin, and a withdrawal holds at once."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from crowd.models import Campaign, Excerpt
from tests.frontend import drives

pytestmark = pytest.mark.django_db
PICTURE = b"RIFF....WEBP"


@pytest.fixture
def excerpt() -> Iterator[Excerpt]:
    drives.open_drive()
    found = Excerpt.objects.order_by("position")[0]
    found.kind, found.image_key, found.image_widths = "page", f"cut/tests/{found.pk}", [480, 960]
    found.width, found.height = 960, 1300
    found.save()
    default_storage.save(f"{found.image_key}/480.webp", ContentFile(PICTURE))
    yield found
    default_storage.delete(f"{found.image_key}/480.webp")


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def test_a_picture_is_asked_for_anew_and_sent_once(client: Client, excerpt: Excerpt) -> None:
    address = f"/pictures/{excerpt.pk}/480.webp"
    reply = client.get(address)
    assert b"".join(reply.streaming_content) == PICTURE
    assert reply["Content-Type"] == "image/webp"
    assert reply["Cache-Control"] == "private, no-cache"
    assert reply["X-Content-Type-Options"] == "nosniff"
    again = client.get(address, headers={"If-None-Match": reply["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == "private, no-cache"


def test_a_withdrawn_picture_is_gone_even_for_who_has_it(client: Client, excerpt: Excerpt) -> None:
    address = f"/pictures/{excerpt.pk}/480.webp"
    tag = client.get(address)["ETag"]
    Excerpt.objects.update(hidden_at=timezone.now())
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_there_are_no_pictures_of_drafts_of_other_widths_or_lost_ones(
    client: Client, excerpt: Excerpt
) -> None:
    assert client.get(f"/pictures/{excerpt.pk}/481.webp").status_code == 404
    assert client.get(f"/pictures/{excerpt.pk}/960.webp").status_code == 404
    Campaign.objects.update(state="draft")
    assert client.get(f"/pictures/{excerpt.pk}/480.webp").status_code == 404


def test_the_play_page_offers_the_picture_in_its_widths(client: Client, excerpt: Excerpt) -> None:
    page = client.get(drives.start(client, excerpt.campaign)).content.decode()
    at = f"/pictures/{excerpt.pk}"
    assert f'srcset="{at}/480.webp 480w, {at}/960.webp 960w"' in page
    assert 'alt="Picture of: letters.csv, page 1"' in page
    assert "The picture is badly cut" in page

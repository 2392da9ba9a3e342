"""Files blacked out and comments read by a campaign's team, as forms without JavaScript."""

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from crowd.models import Comment, Upload
from crowd.services import comments
from tests import builders, collecting
from tests.builders import Drive
from tests.frontend import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Upload:
    made = collecting.drive()
    return collecting.check(collecting.prove(made, builders.guest()), collecting.PRIVATE)


def at(name: str, upload: Upload, *more: object) -> str:
    return reverse(f"workshop:{name}", args=[upload.microtask.campaign.slug, *more])


def test_a_reviewer_blacks_a_file_out_with_four_numbers(client: Client, sent: Upload) -> None:
    team.sign_in(client, sent.microtask.campaign, "reviewer")
    assert at("file", sent, sent.pk) in client.get(at("files", sent)).content.decode()
    there = at("file", sent, sent.pk)
    assert "Black boxes" in client.get(there).content.decode()
    assert client.post(there, {"do": "redact"}).status_code == 422
    box = {"zone-1-page": "1", "zone-1-x": "0", "zone-1-y": "0", "zone-1-w": "30", "zone-1-h": "30"}
    wrong = client.post(there, {**box, "zone-1-w": "wide", "do": "redact"})
    assert "Write the four places" in wrong.content.decode()
    assert client.post(there, {**box, "do": "redact"}).status_code == 303
    sent.refresh_from_db()
    assert sent.state == "redacted"
    shown = Client().get(reverse("upload_picture", args=[sent.pk, 1, 480]))
    kept = Image.open(io.BytesIO(b"".join(shown))).convert("RGB")  # type: ignore[call-overload]
    assert max(kept.getpixel((20, 20))) < 30
    assert not default_storage.exists(f"uploads/{sent.pk}/0/1/480.webp")
    assert "No file waits" in client.get(at("files", sent)).content.decode()


@pytest.mark.parametrize(("deed", "state"), [("publish", "published"), ("refuse", "refused")])
def test_a_reviewer_may_publish_or_refuse_it_as_it_is(
    client: Client, sent: Upload, deed: str, state: str
) -> None:
    team.sign_in(client, sent.microtask.campaign, "reviewer")
    client.post(at("file", sent, sent.pk), {"do": deed})
    sent.refresh_from_db()
    assert sent.state == state
    assert "volunteer sent" in client.get(at("log", sent)).content.decode()


def test_only_reviewers_are_shown_files_and_comments(client: Client, sent: Upload) -> None:
    pages = [at("files", sent), at("file", sent, sent.pk), at("comments", sent)]
    assert [client.get(page).status_code for page in pages] == [302] * 3
    team.sign_in(client, sent.microtask.campaign, "reader")
    assert [client.get(page).status_code for page in pages] == [403] * 3


def test_the_team_publishes_or_hides_a_comment(client: Client, sent: Upload) -> None:
    made: Drive = collecting.drive()
    team.sign_in(client, made.campaign, "reviewer")
    for text in ("They moved.", "Buy my shoes"):
        comments.write(
            excerpt=made.excerpts[0],
            contributor=builders.guest(),
            text=text,
            now=timezone.now(),
        )
    here = reverse("workshop:comments", args=[made.campaign.slug])
    assert "They moved." in client.get(here).content.decode()
    for said, deed in zip(Comment.objects.order_by("pk"), ("publish", "hide"), strict=True):
        client.post(reverse("workshop:comment", args=[made.campaign.slug, said.pk]), {"do": deed})
    assert list(Comment.objects.order_by("pk").values_list("state", flat=True)) == [
        "published",
        "hidden",
    ]
    assert "Nothing to read" in client.get(here).content.decode()

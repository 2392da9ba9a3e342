"""Targets on pages: chosen, taken on, proved with a photo without JavaScript, checked, followed."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crowd.models import Answer, Assignment, Comment, Upload
from crowd.services import comments, consensus
from tests import builders, collecting
from tests.builders import Drive
from tests.documents import images
from tests.frontend import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return collecting.drive()


def at(name: str, drive: Drive, *more: Any) -> str:
    return reverse(name, args=[drive.campaign.slug, *more])


def photo(data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("me at home.jpg", data or images.geotagged(), "image/jpeg")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def take_on(client: Client, drive: Drive, position: int = 1) -> Assignment:
    excerpt = drive.excerpts[position - 1]
    answer = client.post(at("target", drive, excerpt.pk), {"do": "take_on"})
    assert answer.status_code == 303
    return Assignment.objects.lent().latest("pk")


def settle() -> None:
    while consensus.settle_waiting(now=timezone.now()):
        pass


def test_a_target_is_chosen_taken_on_and_proved_without_javascript(
    client: Client, drive: Drive
) -> None:
    listed = client.get(at("targets", drive)).content.decode()
    assert "3 targets" in listed
    assert "row 1" in listed
    held = take_on(client, drive)
    there = at("assignment", drive, held.pk)
    page = client.get(there).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'capture="environment"' in page
    sent = {name: hidden(page, name) for name in ("answer_id", "q-proof", "upload-proof")}
    shown = client.post(
        there, {**sent, "do": "more:proof", "camera-proof": photo()}
    ).content.decode()
    pk = hidden(shown, "q-proof")
    assert (
        client.get(re.search(r'src="(/uploads/[^"]+)"', shown)[1].replace("&amp;", "&")).status_code
        == 200
    )  # type: ignore[index]
    again = {name: hidden(shown, name) for name in ("answer_id", "q-proof", "upload-proof")}
    done = client.post(there, {**again, "do": "answer"})
    assert done.status_code == 303
    assert Answer.objects.get().values == {"proof": pk}
    assert Upload.objects.count() == 1
    settle()
    page = client.get(at("target", drive, drive.excerpts[0].pk)).content.decode()
    assert "being checked" in page
    assert f"/uploads/{pk}" not in page  # not published yet


def test_a_form_sent_twice_with_its_photo_is_one_photo_and_one_answer(
    client: Client, drive: Drive
) -> None:
    held = take_on(client, drive)
    there = at("assignment", drive, held.pk)
    page = client.get(there).content.decode()
    sent = {name: hidden(page, name) for name in ("answer_id", "q-proof", "upload-proof")}
    for _ in range(2):
        client.post(there, {**sent, "do": "answer", "file-proof": photo()})
    assert Upload.objects.count() == Answer.objects.count() == 1


def test_a_wrong_file_is_refused_in_the_form_and_can_be_removed(
    client: Client, drive: Drive
) -> None:
    held = take_on(client, drive)
    there = at("assignment", drive, held.pk)
    page = client.post(
        there, {"do": "answer", "file-proof": SimpleUploadedFile("a.jpg", b"MZ" + bytes(99))}
    )
    assert page.status_code == 422
    assert "Only photos" in page.content.decode()
    send = reverse("send_file", args=[drive.campaign.slug, held.pk, "proof"])
    part = client.post(send, {"upload-proof": str(uuid.uuid4()), "file-proof": photo()})
    assert part.status_code == 200
    pk = hidden(part.content.decode(), "q-proof")
    gone = client.post(send, {"q-proof": pk})
    assert hidden(gone.content.decode(), "q-proof") == ""
    assert not Upload.objects.exists()


def test_a_private_photo_is_404_to_others_and_nothing_in_it_may_run(
    client: Client, drive: Drive
) -> None:
    held = take_on(client, drive)
    upload = collecting.send(held)
    there = reverse("upload_picture", args=[upload.pk, 1, 480])
    mine = client.get(there)
    assert mine.status_code == 200
    assert mine["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert mine["X-Content-Type-Options"] == "nosniff"
    assert "no-cache" in mine["Cache-Control"]
    assert client.get(f"{there}?file=1")["Content-Disposition"].startswith("attachment")
    assert client.get(there, headers={"if-none-match": mine["ETag"]}).status_code == 304
    assert Client().get(there).status_code == 404
    assert client.get(reverse("upload_picture", args=[upload.pk, 1, 481])).status_code == 404
    assert client.get(reverse("upload_picture", args=[upload.pk, 2, 480])).status_code == 404


def test_others_are_shown_the_photo_and_their_check_publishes_it(
    client: Client, drive: Drive
) -> None:
    held = take_on(client, drive)
    upload = collecting.send(held)
    builders.submit(held, {"proof": str(upload.pk)}, now=timezone.now())
    settle()
    for _ in range(2):
        other = Client()
        begun = other.post(at("play", drive))
        page = other.get(begun["Location"]).content.decode()
        assert f"/uploads/{upload.pk}/1/" in page
        assert "row 1" in page
        other.post(
            begun["Location"],
            {
                "answer_id": hidden(page, "answer_id"),
                "q-readable": "=yes",
                "q-private": "=no",
                "do": "answer",
            },
        )
    settle()
    page = Client().get(at("target", drive, drive.excerpts[0].pk)).content.decode()
    assert f"/uploads/{upload.pk}/1/" in page
    assert "checked and published" in page
    # The next step is kept for whoever began.
    assert "The next step is yours first" in client.get(reverse("my_targets")).content.decode()
    assert "kept for someone until" in Client().get(at("targets", drive)).content.decode()
    mine = client.get(at("target", drive, drive.excerpts[0].pk)).content.decode()
    assert "kept for someone until" not in mine
    stranger = Client().post(at("target", drive, drive.excerpts[0].pk), {"do": "take_on"})
    assert stranger.status_code == 422
    assert "kept for the person who began it" in stranger.content.decode()


def test_when_only_targets_are_left_the_page_points_to_the_list(
    client: Client, drive: Drive
) -> None:
    nothing = client.get(client.post(at("play", drive))["Location"]).content.decode()
    assert at("targets", drive) in nothing
    assert at("targets", drive) in client.get(at("campaign", drive)).content.decode()


def test_one_gives_back_extends_and_follows(client: Client, drive: Drive) -> None:
    here = at("target", drive, drive.excerpts[0].pk)
    take_on(client, drive)
    assert "Yours until" in client.get(here).content.decode()
    assert client.post(here, {"do": "extend"}).status_code == 303
    assert client.post(here, {"do": "follow"}).status_code == 303
    mine = client.get(reverse("my_targets")).content.decode()
    assert "To be done" in mine
    assert "I follow" in mine
    client.post(here, {"do": "return"})
    client.post(here, {"do": "unfollow"})
    assert "You have not taken anything on" in client.get(reverse("my_targets")).content.decode()


def test_a_comment_is_shown_once_the_team_has_read_it(client: Client, drive: Drive) -> None:
    here = at("target", drive, drive.excerpts[0].pk)
    for _ in range(2):  # a double click
        assert client.post(here, {"do": "comment", "text": " They moved. "}).status_code == 303
    said = Comment.objects.get()
    assert "only you see it" in client.get(here).content.decode()
    assert "They moved." not in Client().get(here).content.decode()
    reviewer = Client()
    user = team.sign_in(reviewer, drive.campaign, "reviewer")
    comments.publish(comment=said, by=user, now=timezone.now())
    assert "They moved." in Client().get(here).content.decode()
    comments.hide(comment=said, by=user, now=timezone.now())
    assert "They moved." not in client.get(here).content.decode()


def test_stages_and_searches_narrow_the_list(client: Client, drive: Drive) -> None:
    take_on(client, drive)
    taken = client.get(at("targets", drive) + "?stage=send:taken").content.decode()
    assert "row 1" in taken
    assert "row 2" not in taken
    found = client.get(at("targets", drive) + "?q=ROW+3").content.decode()
    assert "row 3" in found
    assert "row 1" not in found
    assert "No target fits" in client.get(at("targets", drive) + "?q=%25").content.decode()


def test_a_campaign_without_targets_has_no_such_page(client: Client) -> None:
    assert client.get(at("targets", builders.drive())).status_code == 404

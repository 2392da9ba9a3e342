"""Files given as answers: taken once, drawn anew, private until checked."""

import errno
import io
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from crowd.models import Answer, Assignment, Membership, Upload, User
from crowd.models.answers import SetAside
from crowd.rules.problems import Problem
from crowd.services import (
    assignments,
    belongings,
    drawings,
    proofs,
    sweeping,
    uploads,
    withdrawing,
)
from crowd.services.answers import InvalidAnswer
from tests import builders, collecting, rivals
from tests.builders import MINUTE, NOW, Drive
from tests.documents import images, pdfs

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return collecting.drive()


@pytest.fixture
def held(drive: Drive) -> Assignment:
    return collecting.take_on(drive, builders.guest())


def stored(upload: Upload, page: int = 1) -> bytes:
    with default_storage.open(
        f"{upload.key(page)}/{upload.pages[page - 1]['widths'][-1]}.webp"
    ) as file:
        return bytes(file.read())


def refusal(held: Assignment, data: bytes, **more: Any) -> str:
    with pytest.raises(Problem) as refused:
        collecting.send(held, data, **more)
    return refused.value.code


def reviewer(drive: Drive, role: str = "reviewer") -> User:
    user = User.objects.create_user(f"{uuid.uuid4().hex}@example.org")
    Membership.objects.create(campaign=drive.campaign, user=user, role=role)
    return user


# What is kept of a file


def test_a_photo_loses_place_camera_and_comment_and_stands_upright(held: Assignment) -> None:
    data = images.geotagged()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)  # it does say where
    sent = collecting.send(held, data)
    kept = Image.open(io.BytesIO(stored(sent)))
    assert not kept.getexif()
    assert set(kept.info) <= {"background", "loop", "timestamp", "duration"}
    for word in (b"Camera", b"kitchen", b"GPS", b"Exif"):
        assert word not in stored(sent)
    assert kept.size == (600, 400)
    assert kept.convert("RGB").getpixel((30, 30))[0] > 150  # the red corner is at the top left


def test_the_file_as_it_came_is_stored_nowhere(held: Assignment) -> None:
    sent = collecting.send(held)
    _, names = default_storage.listdir(f"uploads/{sent.pk}/0/1")
    assert sorted(names) == sorted(f"{width}.webp" for width in sent.pages[0]["widths"])


def test_a_pdf_is_drawn_page_by_page(held: Assignment) -> None:
    sent = collecting.send(held, pdfs.pdf(3))
    assert len(sent.pages) == 3
    assert all(stored(sent, page).startswith(b"RIFF") for page in (1, 2, 3))


def test_what_is_no_picture_is_refused_and_leaves_nothing(held: Assignment, settings: Any) -> None:
    settings.TAMIS_UPLOAD_PAGES = 2
    exe = b"MZ\x90\x00" + bytes(2000)
    assert refusal(held, exe) == "upload_type"
    assert refusal(held, b"<html><script>alert(1)</script></html>") == "upload_type"
    assert refusal(held, b"name,amount\n" * 20) == "upload_type"
    assert refusal(held, images.claiming(60_000, 60_000)) == "picture_too_large"
    assert refusal(held, images.geotagged()[:400]) in {
        "picture_unreadable",
        "picture_page_unreadable",
    }
    assert refusal(held, pdfs.pdf(3)) == "pdf_too_long"
    settings.TAMIS_UPLOAD_BYTES = 1000
    assert refusal(held, images.geotagged()) == "file_too_large"
    assert not Upload.objects.exists()


def test_a_full_disk_is_said_clearly_and_the_file_can_be_sent_again(
    held: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    name = uuid.uuid4()
    with monkeypatch.context() as away:
        away.setattr(default_storage, "save", full)
        assert refusal(held, images.geotagged(), upload_id=name) == "uploads_no_room"
    assert not Upload.objects.exists()
    assert collecting.send(held, upload_id=name).pages


# Limits


def test_a_person_and_a_site_have_their_limits(held: Assignment, settings: Any) -> None:
    settings.TAMIS_UPLOADS_PER_HOUR = 2
    collecting.send(held), collecting.send(held)
    assert refusal(held, images.geotagged()) == "uploads_too_many"
    later = NOW + timedelta(hours=1, seconds=1)
    collecting.send(held, now=later)
    settings.TAMIS_UPLOAD_QUOTA_BYTES = 10_000
    assert refusal(held, images.geotagged(), now=later) == "uploads_no_room"


# Exactly once


def test_the_same_file_sent_twice_is_one_upload(held: Assignment) -> None:
    name = uuid.uuid4()
    first = collecting.send(held, upload_id=name)
    assert collecting.send(held, upload_id=name).pk == first.pk
    assert Upload.objects.count() == 1
    assert refusal(held, images.held(3), upload_id=name) == "upload_id_taken"


@pytest.mark.django_db(transaction=True)
def test_the_same_request_sent_at_once_makes_one_upload() -> None:
    held = collecting.take_on(collecting.drive(), builders.guest())
    name = uuid.uuid4()
    made = rivals.at_once(*[lambda: collecting.send(held, upload_id=name)] * 3)
    assert {each.pk for each in made} == {name}
    assert Upload.objects.get().pages


def test_a_worker_that_died_over_a_file_leaves_it_to_be_sent_again(held: Assignment) -> None:
    name = uuid.uuid4()
    sent = collecting.send(held, upload_id=name)
    Upload.objects.filter(pk=name).update(pages=[])  # as before its pictures were stored
    drawings.delete(upload=sent)
    assert stored(collecting.send(held, upload_id=name))


# Answers name them


def test_an_answer_names_a_file_of_its_own_assignment_only(drive: Drive, held: Assignment) -> None:
    other = collecting.take_on(drive, builders.guest(), position=2)
    theirs = collecting.send(other)
    for pk in (uuid.uuid4(), theirs.pk):
        with pytest.raises(InvalidAnswer) as refused:
            builders.submit(held, {"proof": str(pk)})
        assert refused.value.problems["proof"].code == "file_unknown"
    mine = collecting.send(held)
    builders.submit(held, {"proof": str(mine.pk)})
    assert uploads.is_named(upload=mine)
    assert not uploads.discard(upload=mine)  # an answer is not undone behind its back


def test_what_is_never_answered_is_swept_after_its_lease(drive: Drive, held: Assignment) -> None:
    draft, named = collecting.send(held), collecting.send(held)
    month = NOW + timedelta(days=31)
    assert sweeping.sweep(now=month) == 0  # the lease is still theirs
    builders.submit(held, {"proof": str(named.pk)}, now=NOW + MINUTE)
    assert sweeping.sweep(now=NOW + timedelta(hours=20)) == 0
    assert sweeping.sweep(now=month) == 1
    assert not Upload.objects.filter(pk=draft.pk).exists()
    assert not default_storage.exists(f"{draft.key(1)}/480.webp")
    assert default_storage.exists(f"{named.key(1)}/480.webp")


# The check


def test_a_file_is_published_when_its_check_says_so(drive: Drive) -> None:
    sent = collecting.prove(drive, builders.guest())
    assert sent.state == "private"
    collecting.check(sent, collecting.FITS)
    assert sent.state == "published"
    assert drive.microtask(step="receive").state == "open"


def test_a_refused_file_opens_its_target_again_for_everyone(drive: Drive) -> None:
    person = builders.guest()
    sent = collecting.check(collecting.prove(drive, person), collecting.UNFIT)
    builders.settle()
    assert sent.state == "refused"
    assert drive.microtask(step="send").state == "open"
    answer = Answer.objects.get(assignment=sent.assignment)
    assert answer.set_aside_reason == SetAside.REFUSED
    # The same person proves it better; the second file has a check of its own.
    again = collecting.prove(drive, person, now=NOW + MINUTE)
    assert again.pk != sent.pk
    collecting.check(again, collecting.FITS, now=NOW + MINUTE)
    assert again.state == "published"
    assert drive.microtask(step="send").state == "settled"
    assert drive.microtask(step="check", about=str(sent.pk)).state == "withdrawn"


def test_private_data_waits_for_a_reviewer_who_blacks_it_out_for_good(drive: Drive) -> None:
    sent = collecting.check(collecting.prove(drive, builders.guest()), collecting.PRIVATE)
    assert sent.state == "to_redact"
    assert list(proofs.waiting(campaign=drive.campaign)) == [sent]
    before = sent.key(1)
    done = proofs.redact(
        upload=sent, boxes={1: [(0.0, 0.0, 0.3, 0.3)]}, by=reviewer(drive), now=NOW
    )
    assert done.state == "redacted"
    kept = Image.open(io.BytesIO(stored(done))).convert("RGB")
    assert max(kept.getpixel((30, 30))) < 30
    assert not default_storage.exists(f"{before}/480.webp")


def test_a_withdrawn_answer_takes_its_published_file_along(
    drive: Drive, django_capture_on_commit_callbacks: Any
) -> None:
    ana = builders.guest()
    sent = collecting.check(collecting.prove(drive, ana), collecting.FITS)
    assert sent.state == "published"
    assert default_storage.exists(f"{sent.key(1)}/{sent.pages[0]['widths'][0]}.webp")
    data = b"".join(belongings.zipped(contributor=ana, user=None, now=NOW))
    with zipfile.ZipFile(io.BytesIO(data)) as mine:
        picture = Image.open(io.BytesIO(mine.read(f"uploads/{sent.pk}/1.webp")))
    assert picture.width == max(sent.pages[0]["widths"])
    with django_capture_on_commit_callbacks(execute=True):
        assert withdrawing.withdraw(contributor_ids=[ana.pk], answer_ids=None, now=NOW) == 1
    assert not Upload.objects.exists()
    assert not default_storage.exists(f"{sent.key(1)}/{sent.pages[0]['widths'][0]}.webp")
    builders.settle()
    assert drive.microtask(1, step="send").state == "open"
    assert drive.microtask(1, step="check", about=str(sent.pk)).state == "withdrawn"


def test_nobody_is_given_the_check_of_their_own_file(drive: Drive) -> None:
    sender = builders.guest()
    sent = collecting.prove(drive, sender)
    assert drive.claim(sender).assignment is None
    other = builders.guest()
    given = drive.claim(other).assignment
    assert given is not None
    assert proofs.of_microtask(microtask=given.microtask) == sent
    # Even by its number, their word on it does not count.
    own = Assignment.objects.get(contributor=sender, microtask=given.microtask_id)
    mine = assignments.to_answer(contributor=sender, assignment_id=own.pk)
    said = builders.submit(mine, collecting.FITS).answer
    assert said.set_aside_reason == SetAside.OWN


# Who may see it


def test_who_may_see_a_file_in_which_state(drive: Drive) -> None:
    sender, checker, stranger = builders.guests(3)
    sent = collecting.prove(drive, sender)
    assert drive.claim(checker).assignment is not None
    reader, team = reviewer(drive, "reader"), reviewer(drive)

    def seeing() -> dict[str, bool]:
        upload = Upload.objects.get(pk=sent.pk)
        people: dict[str, Any] = {
            "sender": (sender, None),
            "checker": (checker, None),
            "stranger": (stranger, None),
            "nobody": (None, None),
            "reader": (None, reader),
            "reviewer": (None, team),
        }
        return {
            name: uploads.may_see(upload=upload, contributor=who, user=user)
            for name, (who, user) in people.items()
        }

    private = {
        "sender": True,
        "checker": True,
        "stranger": False,
        "nobody": False,
        "reader": False,
        "reviewer": True,
    }
    assert seeing() == private
    for state in ("to_redact", "refused"):
        Upload.objects.filter(pk=sent.pk).update(state=state)
        assert seeing() == private
    Upload.objects.filter(pk=sent.pk).update(state="private")
    collecting.check(sent, collecting.FITS)
    assert all(seeing().values())
    drive.excerpts[0].hidden_at = NOW
    drive.excerpts[0].save()
    assert seeing() == private | {"checker": False}

"""Uploads: files given as answers. Taken before the answer, drawn anew, private until checked.

What is stored are pictures made by us; the file as it came is only read at a desk, and forgotten.
"""

import errno
import hashlib
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from crowd.models import Answer, Assignment, Contributor, MicroTask, Question, Upload, User
from crowd.models.uploads import PUBLIC
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.rules.problems import Problem
from crowd.rules.splitting import media, types
from crowd.services import campaigns, contributors, drawings

TAKEN = (*media.PICTURES, media.PDF)
READ_AT_ONCE = 1024 * 1024
HOUR = timedelta(hours=1)
FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a file says of itself at first sight."""

    media_type: str
    sha256: str
    size: int


def take(
    *, assignment: Assignment, question: str, upload_id: uuid.UUID, file: BinaryIO, now: datetime
) -> Upload:
    """Take one file for one question of an assignment; the answer names it afterwards.

    Args:
        assignment: of the person who sends it, as loaded by `assignments.open_for`.
        question: the key of an upload question of its step.
        upload_id: made by the client; the same id with the same file is the same upload.
        file: seekable; its type is told from its content.

    Raises:
        Problem: it is no picture and no PDF, damaged, too large or long; too many came within the
            hour; the site has no room left; the id belongs to another file.
    """
    seen = _look(file)
    made = _known(upload_id, assignment, seen) or _begin(
        assignment, question, upload_id, seen, now=now
    )
    if made.pages:
        return made
    try:
        return _draw(made, file)
    except Problem:
        Upload.objects.filter(pk=made.pk, pages=[]).delete()
        raise


def discard(*, upload: Upload) -> bool:
    """Delete a file that its sender took back; False when an answer names it already."""
    with transaction.atomic():
        # Rivals: the sweep, and the same person's other tab.
        held = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if held is None:
            return True
        if is_named(upload=held):
            return False
        drawings.delete(upload=held)
        held.delete()
    return True


def forget(*, contributor_ids: Collection[int]) -> None:
    """Delete the files of these people that nobody may see; what is published stays unnamed."""
    private = Upload.objects.filter(contributor__in=contributor_ids).exclude(state__in=PUBLIC)
    for each in private:
        drawings.delete(upload=each)
    private.delete()


def withdraw(*, answer_ids: Collection[uuid.UUID]) -> int:
    """Delete the files that these answers name, published ones too: their senders take them back.

    Called before the answers' values go, in the same transaction; the pictures follow its commit.

    Returns:
        How many there were.
    """
    given = Answer.objects.filter(pk__in=answer_ids, assignment__uploads__isnull=False)
    assignments = set(given.values_list("assignment_id", flat=True))
    # Rivals: the verdict of a file's check, and a reviewer at it.
    held = list(Upload.objects.select_for_update().filter(assignment__in=assignments))
    for each in held:
        transaction.on_commit(partial(drawings.delete, upload=each), robust=True)
    Upload.objects.filter(pk__in=[each.pk for each in held]).delete()
    return len(held)


def is_named(*, upload: Upload) -> bool:
    """Whether an answer, set aside or not, names this file."""
    said = {f"values__{upload.question}": str(upload.pk)}
    return Answer.objects.filter(assignment=upload.assignment_id, **said).exists()


def unknown(
    *, asked: Sequence[Question], values: Mapping[str, Any], microtask: MicroTask, giver: int | None
) -> dict[str, Problem]:
    """What is wrong with the files that cleaned values name: by question key.

    Args:
        giver: the assignment they must have been sent for; None: any of this micro-task.
    """
    named = {
        question.key: values[question.key]
        for question in asked
        if question.kind == "upload" and values.get(question.key) is not None
    }
    if not named:
        return {}
    sent = Upload.objects.filter(microtask=microtask, pk__in=named.values()).exclude(pages=[])
    if giver is not None:
        sent = sent.filter(assignment=giver)
    there = {(key, str(pk)) for key, pk in sent.values_list("question", "pk")}
    return {
        key: Problem("file_unknown") for key, pk in named.items() if (key, str(pk)) not in there
    }


def may_see(*, upload: Upload, contributor: Contributor | None, user: User | None) -> bool:
    """Whether this person may look at a file: the only door to it."""
    if Upload.objects.public().filter(pk=upload.pk).exists():
        return True
    if campaigns.may_review(campaign=upload.microtask.campaign, user=user):
        return True
    if contributor is None:
        return False
    person = contributors.person_ids(contributor=contributor)
    return upload.contributor_id in person or _is_checking(upload, person)


def _is_checking(upload: Upload, person: Sequence[int]) -> bool:
    """Whether they hold its check, or have answered it and may still correct that."""
    return Assignment.objects.filter(
        contributor__in=person,
        state__in=[AssignmentState.LENT.value, AssignmentState.ANSWERED.value],
        microtask__excerpt=upload.microtask.excerpt_id,
        microtask__about=str(upload.pk),
        microtask__state=MicroTaskState.OPEN.value,
    ).exists()


def _look(file: BinaryIO) -> Seen:
    try:
        media_type = types.media_type(file)
    except Problem as wrong:
        raise wrong if wrong.code == "file_empty" else Problem("upload_type") from wrong
    if media_type not in TAKEN:
        raise Problem("upload_type")
    sha, size, most = hashlib.sha256(), 0, settings.TAMIS_UPLOAD_BYTES
    file.seek(0)
    while block := file.read(READ_AT_ONCE):
        sha.update(block)
        size += len(block)
        if size > most:
            raise Problem("file_too_large", megabytes=size // 2**20 + 1, most=most // 2**20)
    return Seen(media_type=media_type, sha256=sha.hexdigest(), size=size)


def _known(upload_id: uuid.UUID, assignment: Assignment, seen: Seen) -> Upload | None:
    known = Upload.objects.filter(pk=upload_id).first()
    if known and (known.assignment_id, known.sha256) != (assignment.pk, seen.sha256):
        raise Problem("upload_id_taken")
    return known


def _begin(
    assignment: Assignment, question: str, upload_id: uuid.UUID, seen: Seen, *, now: datetime
) -> Upload:
    """The row before the pictures: a worker that dies leaves no file that nobody knows of."""
    asked = assignment.microtask.step.questions.filter(key=question, kind="upload")
    if not asked.exists():
        raise Problem("question_unknown", key=question)
    try:
        with transaction.atomic():
            # Rival: the same person's other tabs, whose files are counted with this one.
            person = contributors.hold(contributor_id=assignment.contributor_id)
            _check_limits(person, seen, now=now)
            return Upload.objects.create(
                id=upload_id,
                assignment=assignment,
                microtask_id=assignment.microtask_id,
                contributor_id=assignment.contributor_id,
                question=question,
                sha256=seen.sha256,
                media_type=seen.media_type,
                byte_size=seen.size,
                made_at=now,
            )
    except IntegrityError:
        # Rival: the same request sent twice; both draw the same pictures.
        again = _known(upload_id, assignment, seen)
        if again is None:
            raise
        return again


def _check_limits(person: Sequence[int], seen: Seen, *, now: datetime) -> None:
    most = settings.TAMIS_UPLOADS_PER_HOUR
    recent = Upload.objects.filter(contributor__in=person, made_at__gt=now - HOUR)
    if recent.count() >= most:
        raise Problem("uploads_too_many", most=most)
    # People who send at this very moment are not counted: a quota leaves room for a few files.
    used = Upload.objects.aggregate(used=Sum("byte_size"))["used"] or 0
    if used + seen.size > settings.TAMIS_UPLOAD_QUOTA_BYTES:
        raise Problem("uploads_no_room")


def _draw(made: Upload, file: BinaryIO) -> Upload:
    try:
        pages, size = drawings.store(upload=made, file=file)
    except OSError as full:
        if full.errno not in FULL:
            raise
        raise Problem("uploads_no_room") from full
    Upload.objects.filter(pk=made.pk).update(pages=pages, byte_size=size)
    made.pages, made.byte_size = pages, size
    return made

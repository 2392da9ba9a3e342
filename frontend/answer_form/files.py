"""Files in a form: sent ahead by the page's script, or with the form itself, and shown again.

The answer names a file by its id (a hidden input); the file comes under a name of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, QueryDict

from crowd.models import Assignment, Question, Upload
from crowd.rules.problems import Problem
from crowd.services import uploads
from frontend.answer_form.names import camera_name, file_name, name_of, next_name

DROP = "drop:"  # the deed that takes a file back, before the key of its question


@dataclass(frozen=True, kw_only=True)
class File:
    """The file of one question as the page shows it.

    Attributes:
        upload: what was sent so far; None: nothing yet.
        next_id: the id the next file will have, so that sending it twice is harmless.
    """

    upload: Upload | None
    next_id: uuid.UUID
    next_name: str
    file_name: str
    camera_name: str


def file(question: Question, data: QueryDict) -> File:
    """The file that was sent, if it is still there, and the names of the inputs for another."""
    sent = _id_in(data.get(name_of(question.key), ""))
    known = Upload.objects.filter(question=question.key).exclude(pages=[])
    return File(
        upload=known.filter(pk=sent).first() if sent else None,
        next_id=uuid.uuid4(),
        next_name=next_name(question.key),
        file_name=file_name(question.key),
        camera_name=camera_name(question.key),
    )


def take_files(
    request: HttpRequest, *, held: Assignment, questions: Sequence[Question], now: datetime
) -> dict[str, Problem]:
    """Take the files that came with a form, and let `request.POST` name them.

    Returns:
        What is wrong with them: question key → problem.
    """
    asked = [question for question in questions if question.kind == "upload"]
    wrong: dict[str, Problem] = {}
    if not asked:
        return wrong
    data = request.POST.copy()
    for question in asked:
        try:
            sent = take_one(request, held=held, question=question, now=now)
        except Problem as problem:
            wrong[question.key] = problem
            continue
        if sent is not None:
            data[name_of(question.key)] = str(sent.pk)
        elif data.get("do") == f"{DROP}{question.key}":
            take_back(held=held, pk=data.get(name_of(question.key), ""))
            data[name_of(question.key)] = ""
    request.POST = data  # type: ignore[assignment]
    return wrong


def take_one(
    request: HttpRequest, *, held: Assignment, question: Question, now: datetime
) -> Upload | None:
    """The file that came for one question; None when none did.

    Raises:
        Problem: what is wrong with it.
    """
    names = (file_name(question.key), camera_name(question.key))
    came: Any = next((request.FILES[name] for name in names if name in request.FILES), None)
    if came is None:
        return None
    upload_id = _id_in(request.POST.get(next_name(question.key), "")) or uuid.uuid4()
    sent = uploads.take(
        assignment=held,
        question=question.key,
        upload_id=upload_id,
        file=cast(BinaryIO, came.file),
        now=now,
    )
    before = request.POST.get(name_of(question.key), "")
    if before != str(sent.pk):
        take_back(held=held, pk=before)
    return sent


def take_back(*, held: Assignment, pk: str) -> None:
    """Delete a file of this assignment that no answer names."""
    found = Upload.objects.filter(pk=_id_in(pk) or uuid.uuid4(), assignment=held).first()
    if found is not None:
        uploads.discard(upload=found)


def _id_in(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None

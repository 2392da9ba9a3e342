"""A drive as in 2017: take a target on, send a letter, prove it; others check; then the receipt."""

import io
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crowd.models import Assignment, Contributor, MicroTask, Upload
from crowd.services import targets, uploads
from tests import builders
from tests.builders import NOW, Drive
from tests.documents import images

DAY = 24 * 3600
FITS = {"readable": "yes", "private": "no"}
UNFIT = {"readable": "no"}
PRIVATE = {"readable": "yes", "private": "yes"}


def steps() -> list[dict[str, Any]]:
    """Send and prove, check it, prove the receipt, check that."""
    return [
        _taken_on("send", "proof"),
        _check("check", "send", "proof"),
        _taken_on("receive", "receipt", {"step": "check", "question": "private", "is": "no"}),
        _check("confirm", "receive", "receipt"),
    ]


def drive(*, excerpts: int = 3, **more: Any) -> Drive:
    return builders.drive(*steps(), excerpts=excerpts, **more)


def _taken_on(
    key: str, question: str, opens_when: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    described = builders.step(
        builders.upload(question), key=key, lease_seconds=7 * DAY, agree=1, at_most=1
    )
    return described | ({"opens_when": opens_when} if opens_when else {})


def _check(key: str, step: str, question: str) -> dict[str, Any]:
    readable = builders.choice(
        "readable", ("yes", "no"), settings={"decides": {"no": "refuse", "yes": "publish"}}
    )
    private = builders.choice(
        "private",
        ("yes", "no"),
        settings={
            "decides": {"yes": "redact", "no": "publish"},
            "shown_when": {"question": "readable", "is": "yes"},
        },
    )
    opens_when = {"step": step, "question": question, "each": True}
    return builders.step(readable, private, key=key, opens_when=opens_when, agree=2, at_most=3)


def take_on(
    made: Drive, person: Contributor, *, position: int = 1, step: str = "send", now: datetime = NOW
) -> Assignment:
    return targets.take_on(
        contributor=person, microtask=made.microtask(position, step=step), now=now
    )


def send(
    held: Assignment,
    data: bytes = b"",
    *,
    question: str = "proof",
    upload_id: uuid.UUID | None = None,
    now: datetime = NOW,
) -> Upload:
    """Upload a photo for an assignment, without answering yet."""
    return uploads.take(
        assignment=held,
        question=question,
        upload_id=upload_id or uuid.uuid4(),
        file=io.BytesIO(data or images.geotagged()),
        now=now,
    )


def prove(
    made: Drive, person: Contributor, *, position: int = 1, step: str = "send", now: datetime = NOW
) -> Upload:
    """Take a target on, upload the proof, answer; and let the cross-check see it."""
    held = take_on(made, person, position=position, step=step, now=now)
    question = {"send": "proof", "receive": "receipt"}[step]
    sent = send(held, question=question, now=now)
    builders.submit(held, {question: str(sent.pk)}, now=now)
    builders.settle(now=now)
    return sent


def check(
    upload: Upload, said: Mapping[str, str], *, people: int = 2, now: datetime = NOW
) -> Upload:
    """So many people check a file and say the same."""
    asked = MicroTask.objects.get(about=str(upload.pk))
    for _ in range(people):
        builders.say(asked, dict(said), by=builders.guest(), now=now)
    builders.settle(now=now)
    upload.refresh_from_db()
    return upload

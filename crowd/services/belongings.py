"""Belongings: all that a site keeps of one person, for that person, and of nobody else."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from crowd.models import (
    Answer,
    Award,
    Badge,
    Certificate,
    Comment,
    Complaint,
    Contributor,
    Draft,
    Find,
    Follow,
    Objection,
    Reliability,
    Report,
    Seat,
    TeamPlace,
    Upload,
    User,
    WeeklyGoal,
    Welcome,
)
from crowd.rules.opendata import cells
from crowd.services import apps, contributors

ABOUT_ME: tuple[str, ...] = (
    *("public_id", "kind", "pseudonym", "listed", "no_game", "no_ranks", "calm", "language"),
    *("reads", "no_handwriting", "no_sensitive", "made_at"),
)
OWNERS = {"drafts": "assignment__contributor", "welcomes": "inviter"}
AT_ONCE = 500  # rows in memory
PIECE = 64 * 1024  # bytes sent together


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of the file: named columns, and rows, read anew for each of its two forms."""

    name: str
    columns: Sequence[str]
    rows: QuerySet[Any, Any]


def zipped(*, contributor: Contributor | None, user: User | None, now: datetime) -> Iterator[bytes]:
    """A ZIP file in pieces: for each kind of thing one JSON and one CSV file.

    Held in memory is one piece, and of each table so many rows.
    """
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("me.json", _json(_me(contributor, user, now)))
        person = contributors.person_ids(contributor=contributor) if contributor else []
        for sheet in _sheets(person):
            yield from _written(archive, sheet, out)
        for upload in Upload.objects.filter(contributor__in=person).order_by("pk"):
            yield from _drawn(archive, upload, out)
    yield out.take()


def _written(archive: zipfile.ZipFile, sheet: Sheet, out: "_Pieces") -> Iterator[bytes]:
    """Both files of one table."""
    with archive.open(f"{sheet.name}.csv", "w") as entry:
        text = io.TextIOWrapper(entry, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(sheet.columns)
        for row in sheet.rows.iterator(chunk_size=AT_ONCE):
            writer.writerow([cells.cell(value) for value in row])
            if out.size > PIECE:
                yield out.take()
        text.flush()
        text.detach()
    with archive.open(f"{sheet.name}.json", "w") as entry:
        entry.write(b"[")
        for number, row in enumerate(sheet.rows.iterator(chunk_size=AT_ONCE)):
            line = _json(dict(zip(sheet.columns, row, strict=True)))
            entry.write((",\n" if number else "\n").encode() + line.encode())
            if out.size > PIECE:
                yield out.take()
        entry.write(b"\n]\n")
    yield out.take()


def _drawn(archive: zipfile.ZipFile, upload: Upload, out: "_Pieces") -> Iterator[bytes]:
    """The pictures of one file that this person sent, each page at its largest; packed already."""
    for number, page in enumerate(upload.pages, start=1):
        name = f"{upload.key(number)}/{max(page['widths'])}.webp"
        if not default_storage.exists(name):
            continue  # refused or swept between the row and here
        entry = zipfile.ZipInfo(f"uploads/{upload.pk}/{number}.webp")
        with default_storage.open(name) as picture, archive.open(entry, "w") as into:
            while block := picture.read(PIECE):
                into.write(block)
                yield out.take()


def _me(contributor: Contributor | None, user: User | None, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {"made_at": now}
    if contributor is not None:
        told["contributor"] = {name: getattr(contributor, name) for name in ABOUT_ME}
        told["devices_joined"] = contributor.joined.count()
    if user is not None:
        keys = Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
        told["account"] = {
            "email": user.email,
            "since": user.date_joined,
            "last_sign_in": user.last_login,
            "passkeys": list(keys),
            "api_keys": list(user.api_keys.values("name", "made_at", "expires_at")),
            "apps": [each.app.name for each in apps.acting_for(user=user, now=now)],
            "apps_registered": list(
                apps.registered_by(user=user).values("name", "redirect_uris", "created")
            ),
            "mails": list(user.mail_choices.values("topic", "agreed")),
            "roles": list(user.memberships.values("campaign__slug", "role")),
        }
    return told


def _sheets(person: Sequence[int]) -> Iterator[Sheet]:
    campaign = "microtask__campaign__slug"
    of_mine: Sequence[tuple[str, QuerySet[Any], Sequence[str]]] = (
        (
            "answers",
            Answer.objects.all(),
            (
                *("id", campaign, "microtask__step__key", "microtask__excerpt"),
                *("microtask__about", "values", "badly_cut", "given_at", "set_aside_reason"),
            ),
        ),
        (
            "awards",
            Award.objects.all(),
            (
                *("answer", "verdict", "campaign__slug", "points", "weight"),
                *("agreement", "chance", "made_at"),
            ),
        ),
        (
            "reliability",
            Reliability.objects.all(),
            ("question__step__campaign__slug", "question__key", "sums"),
        ),
        (
            "drafts",
            Draft.objects.all(),
            ("assignment__microtask__campaign__slug", "fields", "written_at"),
        ),
        (
            "uploads",
            Upload.objects.all(),
            ("id", campaign, "question", "sha256", "media_type", "byte_size", "state", "made_at"),
        ),
        ("teams", TeamPlace.objects.all(), ("team__name", "since", "until")),
        ("rooms", Seat.objects.all(), ("room__campaign__slug", "room__title", "joined_at")),
        ("goals", WeeklyGoal.objects.all(), ("answers", "paused", "chosen_at")),
        ("welcomes", Welcome.objects.all(), ("made_at",)),
        ("badges", Badge.objects.all(), ("kind", "campaign__slug", "earned_at")),
        (
            "certificates",
            Certificate.objects.all(),
            ("code", "bearer", "minutes", "answers", "confirmed", "made_at"),
        ),
        ("finds", Find.objects.all(), ("excerpt", "sentence", "state", "made_at")),
        ("comments", Comment.objects.all(), ("excerpt", "text", "state", "made_at")),
        ("follows", Follow.objects.all(), ("excerpt", "by_mail", "made_at")),
        ("objections", Objection.objects.all(), ("verdict", "reason", "state", "made_at")),
        ("reports", Report.objects.all(), ("excerpt", "kind", "note", "state", "made_at")),
        ("complaints", Complaint.objects.all(), ("subject", "note", "state", "made_at")),
    )
    for name, found, fields in of_mine:
        owner = OWNERS.get(name, "contributor")
        mine = found.filter(**{f"{owner}__in": person}).order_by("pk")
        columns = [field.replace("__slug", "").split("__")[-1] for field in fields]
        yield Sheet(
            name=name,
            columns=columns,
            rows=mine.values_list(*fields),
        )


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


class _Pieces(io.RawIOBase):
    """Where the archive is written; whoever sends it takes what is there so far."""

    def __init__(self) -> None:
        self._kept = bytearray()

    @property
    def size(self) -> int:
        return len(self._kept)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._kept += data
        return len(data)

    def take(self) -> bytes:
        piece = bytes(self._kept)
        self._kept.clear()
        return piece

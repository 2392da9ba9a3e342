"""Copies: a whole campaign as one file, and a campaign made of such a file on another Tamis.

Rows leave as PostgreSQL writes them, one JSON a line; they come in with every number moved by the
same distance, so that what pointed to each other still does. People come along as numbers without
names, accounts not at all. All of it comes in, in one transaction, or nothing does.
"""

import json
import re
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Q

from crowd import later
from crowd import models as nouns
from crowd.models import Campaign, Contributor, Excerpt, Membership, Move, Upload
from crowd.models.campaigns import Role
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import exports, flat_table, foreign

FORMAT = "tamis-campaign-1"
AT_ONCE = 1000  # rows written by one statement
HEADER = "tamis.json"
# What goes along, and how it hangs on the campaign.
GOES: Mapping[str, str] = {
    "Campaign": "pk",
    "Room": "campaign",
    "Step": "campaign",
    "Question": "step__campaign",
    "Delivery": "campaign",
    "Refusal": "delivery__campaign",
    "Layout": "campaign",
    "Document": "campaign",
    "Stretch": "document__campaign",
    "Zone": "layout__campaign",
    "PageMatch": "document__campaign",
    "Cutting": "document__campaign",
    "Excerpt": "campaign",
    "MicroTask": "campaign",
    "KnownAnswer": "microtask__campaign",
    "Review": "microtask__campaign",
    "Report": "excerpt__campaign",
    "Flag": "campaign",
    "Batch": "campaign",
    "Assignment": "microtask__campaign",
    "Upload": "microtask__campaign",
    "Answer": "microtask__campaign",
    "Machine": "campaign",
    "Suggestion": "microtask__campaign",
    "Verdict": "step__campaign",
    "VerdictAnswer": "verdict__step__campaign",
    "Award": "campaign",
    "QuestionKnowledge": "question__step__campaign",
    "Reliability": "question__step__campaign",
    "Belief": "microtask__campaign",
    "Habit": "question__step__campaign",
    "Amendment": "campaign",
    "Announcement": "campaign",
    "Objection": "verdict__step__campaign",
    "Comment": "excerpt__campaign",
    "Find": "excerpt__campaign",
}
# What belongs to people and to this site, and stays: accounts and their mails, names, games and
# goals, drafts and follows, invitations, the site's own texts; counts, which are made anew;
# snapshots, which name this site's addresses. A test sees to it that every noun is in one list.
STAYS = frozenset(
    {
        *("User", "ApiKey", "Membership", "Seat", "Change", "Invitation", "LaunchPermit"),
        *("Draft", "Team", "TeamPlace", "MailChoice", "Mail", "RollUp", "HourCount", "DayCount"),
        *("DocumentCount", "Audit", "AuditItem", "Complaint", "RefusedName", "LegalText"),
        *("RetentionRule", "Move", "Snapshot", "SnapshotFile", "Follow", "Badge", "Welcome"),
        *("WeeklyGoal", "CampaignGoal", "Experiment", "Subject", "Thanks", "Certificate"),
        *("Tryout", "Trial", "KeptReply"),
        *("Webhook", "WebhookDelivery"),  # their secrets never leave
    }
)
LEAVE_NAMES = {"pseudonym": None, "listed": None, "user_id": None, "room_id": None}


def model_of(name: str) -> type[models.Model]:
    found: type[models.Model] = getattr(nouns, name)
    return found


def write(*, campaign: Campaign | None, path: Path) -> dict[str, int]:
    """Write a campaign with everything that belongs to it; how many rows of what."""
    assert campaign is not None
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out, transaction.atomic():
        people = _people(campaign)
        rows = {name: _of(name, campaign) for name in GOES}
        rows["Contributor"] = Contributor.objects.filter(pk__in=people)
        for name, found in rows.items():
            counts[name] = found.count()
            if counts[name] and isinstance(found.model._meta.pk, models.AutoField):
                first[name] = found.aggregate(low=models.Min("pk"))["low"]
            with out.open(f"rows/{name}.jsonl", "w", force_zip64=True) as file:
                for piece in _lines(found) if counts[name] else ():
                    file.write(piece)
        for name in _files(campaign):
            _pack(out, name)
        header = {"format": FORMAT, "slug": campaign.slug, "title": campaign.title}
        out.writestr(HEADER, json.dumps(header | {"counts": counts, "first": first}))
    return counts


def _of(name: str, campaign: Campaign) -> "models.QuerySet[Any]":
    return model_of(name)._default_manager.filter(**{GOES[name]: campaign.pk}).order_by("pk")


def _people(campaign: Campaign) -> set[int]:
    """Everyone whom a row of it names, and the accounts that guests have joined."""
    found: set[int] = set()
    for name in GOES:
        for field in _references(model_of(name)):
            if field.related_model is Contributor:
                found |= set(_of(name, campaign).order_by().values_list(field.attname, flat=True))
    found.discard(None)
    joined = Contributor.objects.filter(pk__in=found).exclude(joined_into=None)
    return found | set(joined.values_list("joined_into_id", flat=True))


def _references(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field


def _lines(found: "models.QuerySet[Any]") -> Iterator[bytes]:
    columns = [field.attname for field in found.model._meta.concrete_fields]
    sql, params = found.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        told = cursor.mogrify(sql, params)
    rows = f"SELECT row_to_json(t)::text FROM ({told}) t"  # noqa: S608 (Django's own SQL)
    return flat_table.copied(flat_table.COPY_LINES.format(query=rows))


def _files(campaign: Campaign) -> Iterator[str]:
    """Every file that a row of it names."""
    for name in ("Document", "Delivery"):
        yield from _of(name, campaign).exclude(file="").values_list("file", flat=True)
    pictures = Excerpt.objects.filter(campaign=campaign).exclude(image_key="")
    for key, widths in pictures.values_list("image_key", "image_widths").iterator():
        yield from (f"{key}/{width}.webp" for width in widths)
    for upload in Upload.objects.filter(microtask__campaign=campaign):
        for page, about in enumerate(upload.pages, start=1):
            widths = about.get("widths", []) if isinstance(about, dict) else []
            yield from (f"{upload.key(page)}/{width}.webp" for width in widths)


def _pack(out: zipfile.ZipFile, name: str) -> None:
    try:
        held = default_storage.open(name)
    except FileNotFoundError:
        return  # gone here, too: its row says what it was
    with held, out.open(f"files/{name}", "w", force_zip64=True) as file:
        shutil.copyfileobj(held, file)


def is_copy(path: Path) -> bool:
    """Whether a file is a campaign that was copied by `write`."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as held:
        return HEADER in held.namelist()


class _Moving:
    """How the numbers and names of one copy become those of this site."""

    def __init__(self, move: Move, header: Mapping[str, Any]) -> None:
        self.move = move
        self.first: Mapping[str, int] = header["first"]
        self.distance: dict[type[models.Model], int] = {}

    def reserve(self, model: type[models.Model], first: int, last: int) -> None:
        """Keep numbers for all rows of a model, in the order they had."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(s, (SELECT nextval(s)) + %s) FROM"
                " pg_get_serial_sequence(%s, 'id') AS s",
                [last - first + 1, model._meta.db_table],
            )
            self.distance[model] = cursor.fetchone()[0] - last

    def row(self, model: type[models.Model], row: dict[str, Any]) -> dict[str, Any]:
        for field in _references(model):
            row[field.attname] = self._moved(field.related_model, row.get(field.attname))
        if model in self.distance:
            row["id"] = self._moved(model, row["id"])
        for field in model._meta.concrete_fields:
            column = str(field.column)
            if column not in row and field.has_default():
                row[column] = field.get_prep_value(field.get_default())
        return self._renamed(model, row)

    def _moved(self, model: type[models.Model], number: Any) -> Any:
        if not isinstance(number, int):
            return number if model.__name__ in GOES else None
        return number + self.distance[model] if model in self.distance else None

    def _renamed(self, model: type[models.Model], row: dict[str, Any]) -> dict[str, Any]:
        match model.__name__:
            case "Contributor":
                row |= LEAVE_NAMES | {"public_id": str(uuid.uuid4())}
            case "Campaign":
                row["slug"], row["owner_id"] = foreign.free_slug(row["slug"]), self.move.user_id
                if row["state"] == CampaignState.OPEN.value:
                    row["state"] = CampaignState.PAUSED.value  # its team here opens it
            case "Room":
                row["code"] = uuid.uuid4().hex[:10]
            case "Document" | "Delivery":
                row["file"] = self.file(row["file"])
            case "Excerpt":
                row["image_key"] = self.file(row["image_key"])
            case "Belief":
                people = row["share"].get("people", [])
                row["share"]["people"] = [
                    [self._moved(Contributor, person), *rest] for person, *rest in people
                ]
        return row

    def file(self, name: str) -> str:
        """Where a file of the other site is on this one."""
        return f"moved/{self.move.pk}/{name}" if name and not name.startswith("uploads/") else name


@transaction.atomic
def bring_in(*, move: Move, path: Path) -> None:
    """Make a campaign of a copy.

    Raises:
        Problem: `import_unreadable`, `import_here_already`.
    """
    try:
        with zipfile.ZipFile(path) as held:
            header = json.loads(held.read(HEADER))
            if header.get("format") != FORMAT:
                raise Problem("import_unreadable")
            moving = _Moving(move, header)
            _refuse_known(held)
            _store_files(held, moving)
            names = [*GOES, "Contributor"]
            for name in names:
                _reserve(held, name, moving)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for name in names:
                _bring(held, name, moving)
    except (zipfile.BadZipFile, KeyError, ValueError) as wrong:
        raise Problem("import_unreadable") from wrong
    move.campaign = Campaign.objects.get(pk=header["first"]["Campaign"] + moving.distance[Campaign])
    move.counts = {
        name.lower(): header["counts"][name] for name in ("Excerpt", "Answer", "Verdict")
    }
    move.total = move.done = header["counts"]["MicroTask"]
    Membership.objects.create(campaign=move.campaign, user=move.user, role=Role.OWNER)
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")


def _rows(held: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    place = f"rows/{name}.jsonl"
    if place not in held.namelist():
        return
    with held.open(place) as file:
        yield from exports.parsed(iter(lambda: file.read(flat_table.PIECE), b""))


def _refuse_known(held: zipfile.ZipFile) -> None:
    """An answer is the same everywhere: where it is, its campaign is."""
    rows = _rows(held, "Answer")
    while some := [row["id"] for row in islice(rows, AT_ONCE)]:
        if nouns.Answer.objects.filter(Q(pk__in=some)).exists():
            raise Problem("import_here_already")


def _reserve(held: zipfile.ZipFile, name: str, moving: _Moving) -> None:
    model = model_of(name)
    first = moving.first.get(name)
    if first is None or not isinstance(model._meta.pk, models.AutoField):
        return
    last = max(row["id"] for row in _rows(held, name))
    moving.reserve(model, first, last)


def _store_files(held: zipfile.ZipFile, moving: _Moving) -> None:
    for entry in held.infolist():
        if not entry.filename.startswith("files/"):
            continue
        name = entry.filename.removeprefix("files/")
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", name) or ".." in name:
            raise Problem("import_unreadable")
        with held.open(entry) as file:
            default_storage.save(moving.file(name), File(file))


def _bring(held: zipfile.ZipFile, name: str, moving: _Moving) -> None:
    model = model_of(name)
    table = model._meta.db_table
    rows = (moving.row(model, row) for row in _rows(held, name))
    while some := list(islice(rows, AT_ONCE)):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM"  # noqa: S608 (a table of ours)
                f" json_populate_recordset(NULL::{table}, %s::json)",
                [json.dumps(some)],
            )

"""Bringing a copy of a campaign in: rows get numbers of this site's, files their places."""

import json
import re
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
from crowd.models import Campaign, Contributor, Membership, Move
from crowd.models.campaigns import Role
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import exports, flat_table, foreign
from crowd.services.copies import AT_ONCE, FORMAT, GOES, HEADER, model_of, references

LEAVE_NAMES = {"pseudonym": None, "listed": None, "user_id": None, "room_id": None}


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
        for field in references(model):
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

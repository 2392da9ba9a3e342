"""Moving in and out: projects of other tools, and whole campaigns, go on their way in Celery.

What is to do is a row: a worker that dies leaves it, with how far it is, to the next.
"""

import json
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from crowd import later
from crowd.models import Campaign, Membership, Move, User
from crowd.models.campaigns import Role
from crowd.models.moves import MoveKind, MoveState
from crowd.rules.foreign import label_studio, pybossa
from crowd.rules.foreign.projects import Project
from crowd.rules.problems import Problem
from crowd.services import copies, copies_in, foreign, holds

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
MOST_FILES = 50  # in an archive of a foreign project


def may_bring_in(*, user: User) -> bool:
    """Whether an account may have drafts made of files: who runs this site, or a campaign here."""
    roles = Membership.objects.filter(user=user, role__in=[Role.OWNER, Role.EDITOR])
    return user.is_active and (user.is_staff or user.is_superuser or roles.exists())


def take(*, file: BinaryIO, name: str, title: str, user: User, now: datetime) -> Move:
    """Take what is to be brought in. What it is, its content says, when a worker reads it."""
    move = Move.objects.create(
        kind=MoveKind.PYBOSSA.value, user=user, name=name[:500], title=title[:200], made_at=now
    )
    move.file.save(name, File(file), save=False)
    move.byte_size = move.file.size
    move.save(update_fields=["file", "byte_size"])
    later.after_commit("tasks.moves.go_on", queue="documents")
    return move


def copy_out(*, campaign: Campaign, user: User, now: datetime) -> Move:
    """Have a copy of a whole campaign made; one on its way is given back instead of a second."""
    leaving = {"campaign": campaign, "kind": MoveKind.LEAVING.value}
    under_way = Move.objects.unfinished().filter(**leaving).first()
    if under_way is not None:
        return under_way
    move = Move.objects.create(
        **leaving, user=user, title=campaign.title, name=f"{campaign.slug}.zip", made_at=now
    )
    later.after_commit("tasks.moves.go_on", queue="documents")
    return move


def go_on(*, now: datetime) -> bool:
    """Go on with the moves that nobody is at.

    Returns:
        False when there was none.
    """
    found = list(Move.objects.unfinished().order_by("pk"))
    for move in found:
        with holds.hold("move", move.pk) as mine:
            if mine:
                _attempt(move, now=now)
    return bool(found)


def _attempt(move: Move, *, now: datetime) -> None:
    move.refresh_from_db()
    move.attempts += 1
    move.state = MoveState.MOVING.value
    move.save(update_fields=["attempts", "state"])
    try:
        if move.attempts > MOST_ATTEMPTS:
            raise Problem("move_failed")
        _move(move, now=now)
    except Problem as problem:
        move.state, move.finished_at = MoveState.FAILED.value, now
        move.problem_code, move.problem_params = problem.code, problem.params
        move.save()
    except Exception:
        # Tried again by the schedule, a few times.
        logger.exception("Move %s failed", move.pk)


def _move(move: Move, *, now: datetime) -> None:
    if move.kind == MoveKind.LEAVING.value:
        with tempfile.TemporaryDirectory(prefix="tamis-move-") as folder:
            path = Path(folder) / "campaign.zip"
            move.counts = copies.write(campaign=move.campaign, path=path)
            with path.open("rb") as file:
                move.file.save(move.name, File(file), save=False)
            move.byte_size = path.stat().st_size
    else:
        with _at_hand(move) as path:
            if copies_in.is_copy(path):
                move.kind = MoveKind.TAMIS.value
                copies_in.bring_in(move=move, path=path)
            else:
                move.kind, project = read(path)
                foreign.bring_in(move=move, project=project, now=now)
    move.state, move.finished_at = MoveState.MOVED.value, now
    move.save()


@contextmanager
def _at_hand(move: Move) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="tamis-move-") as copy:
        with default_storage.open(str(move.file.name)) as file:
            for chunk in file.chunks():
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def read(path: Path) -> tuple[str, Project]:
    """Which tool a file is from, and what it holds.

    Raises:
        Problem: `import_unreadable`, `import_without_tasks`, `file_too_large`.
    """
    parts = list(_parts(path))
    listed = [each for part in parts if isinstance(part, list) for each in part[:1]]
    if any(map(label_studio.is_task, [*listed, *parts])):
        return MoveKind.LABEL_STUDIO.value, label_studio.read(parts)
    return MoveKind.PYBOSSA.value, pybossa.read(parts)


def _parts(path: Path) -> Iterator[Any]:
    if not zipfile.is_zipfile(path):
        yield _parsed(path.open("rb"), path.stat().st_size)
        return
    with zipfile.ZipFile(path) as held:
        names = [each for each in held.infolist() if each.filename.lower().endswith(".json")]
        for each in names[:MOST_FILES]:
            yield _parsed(held.open(each), each.file_size)


def _parsed(file: Any, size: int) -> Any:
    most = settings.TAMIS_MAX_TEXT_BYTES
    with file:
        text = file.read(most + 1)
    if len(text) > most:
        megabytes = -(-max(size, len(text)) // 10**6)
        raise Problem("file_too_large", megabytes=megabytes, most=most // 1024**2)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise Problem("import_unreadable") from wrong

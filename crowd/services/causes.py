"""The cause of a campaign in words and a picture: what its page tells before anyone answers."""

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.rules.splitting import media, types
from crowd.rules.splitting.plans import By, Plan
from crowd.rules.wording import storable
from crowd.services import changes, outlines
from crowd.services.desks import ChildDesk, DeskDied, Reading

FIELDS = ("title", "problem", "solution", "story", "use", "licence", "language", "picture_says")
LONGEST = 20_000  # characters of a text
PICTURE_BYTES = 20 * 1024 * 1024
WIDTH = 960  # pixels, of the variants that documents have too
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@transaction.atomic
def edit(
    *,
    campaign: Campaign,
    fields: Mapping[str, Any],
    by: User | None,
    now: datetime,
    version: int | None = None,
) -> Campaign:
    """Change words of the cause. What is the same already is not a change.

    Args:
        fields: some of `FIELDS`, and `deadline` (a date or None).
        version: the one that whoever writes has seen; None: whatever is there.

    Raises:
        Problem: `someone_changed_it`, `text_too_long`, `cause_without_title` or
            `language_unknown`.
    """
    # Rival: another editor with the same page open. The later one is told, and loses nothing.
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    clean = cleaned(fields)
    changed = {name: value for name, value in clean.items() if getattr(held, name) != value}
    if changed and version is not None and version != held.version:
        raise Problem("someone_changed_it")
    if changed:
        for name, value in changed.items():
            setattr(held, name, value)
        held.version += 1
        held.save(update_fields=[*changed, "version"])
        told = {"fields": ", ".join(sorted(changed))}
        changes.record(campaign=held, user=by, what="campaign.edited", details=told, now=now)
        transaction.on_commit(outlines.forget)
    campaign.refresh_from_db()
    return campaign


def cleaned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Words of a cause as they would be stored.

    Raises:
        Problem: as `edit`.
    """
    return {name: _clean(name, value) for name, value in fields.items()}


def set_picture(
    *, campaign: Campaign, upload: BinaryIO, says: str, by: User | None, now: datetime
) -> None:
    """Give the story a picture: drawn anew as WebP, so that nothing else of the file is kept.

    Args:
        upload: a seekable binary file; what it is, its bytes say.
        says: what the picture shows, for those who don't see it.

    Raises:
        Problem: it is no picture, `file_too_large`, can't be read, or nothing says what it shows.
    """
    says = storable(says).strip()[:300]
    if not says:
        raise Problem("picture_without_words")
    data = _drawn(upload)
    name = default_storage.save(
        f"stories/{campaign.pk}/{secrets.token_hex(8)}.webp", ContentFile(data)
    )
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        _forget(held.picture)
        held.picture, held.picture_says = name, says
        held.version += 1
        held.save(update_fields=["picture", "picture_says", "version"])
        changes.record(campaign=held, user=by, what="campaign.picture_set", now=now)
    campaign.refresh_from_db()


@transaction.atomic
def remove_picture(*, campaign: Campaign, by: User | None, now: datetime) -> None:
    """Take the picture off; a second click changes nothing."""
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.picture:
        _forget(held.picture)
        held.picture = ""
        held.version += 1
        held.save(update_fields=["picture", "version"])
        changes.record(campaign=held, user=by, what="campaign.picture_removed", now=now)
    campaign.refresh_from_db()


def _forget(name: str) -> None:
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


def _drawn(upload: BinaryIO) -> bytes:
    """The picture as WebP, drawn by a process that may die of it."""
    media_type = types.media_type(upload)
    if media_type not in media.PICTURES:
        raise Problem("not_a_picture")
    upload.seek(0, 2)
    if upload.tell() > PICTURE_BYTES:
        megabytes, most = upload.tell() // 1024**2, PICTURE_BYTES // 1024**2
        raise Problem("file_too_large", megabytes=megabytes, most=most)
    upload.seek(0)
    desk = ChildDesk()
    try:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "picture"
            with path.open("wb") as copy:
                shutil.copyfileobj(upload, copy)
            reading = Reading(path=path, media_type=media_type, plan=Plan(by=By.PAGES))
            for batch in desk.batches(reading, start=0, stop=1, columns=[]):
                for drawn in batch.pictures.values():
                    return drawn[WIDTH] if WIDTH in drawn else drawn[max(drawn)]
    except DeskDied as death:
        raise Problem("not_a_picture") from death
    finally:
        desk.close()
    raise Problem("not_a_picture")


def _clean(name: str, value: Any) -> Any:
    if name == "deadline":
        return value if isinstance(value, date) or value is None else _date(str(value))
    if name not in FIELDS:
        raise KeyError(name)
    text = storable(str(value)).replace("\r\n", "\n").strip()
    field = Campaign._meta.get_field(name)
    most = getattr(field, "max_length", None) or LONGEST
    if len(text) > most:
        raise Problem("text_too_long", length=len(text), most=most)
    if name == "title" and not text:
        raise Problem("cause_without_title")
    if name == "language" and text not in LANGUAGES:
        raise Problem("language_unknown", known=", ".join(LANGUAGES))
    return text


def _date(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Problem("deadline_unreadable", text=text[:50]) from None

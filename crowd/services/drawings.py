"""Drawings: the pictures that are kept of an upload, made at a desk, and made anew under black.

A web server's process has one desk for what volunteers send, used by one request at a time: files
are small, and a desk per thread would hold many times the memory.
"""

import io
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from crowd.models import Upload
from crowd.rules.problems import Problem
from crowd.rules.splitting import pictures
from crowd.rules.splitting.parts import Box, Limits
from crowd.rules.splitting.plans import By, Plan
from crowd.services.desks import ChildDesk, DeskDied, Reading

Page = dict[str, Any]
"""One page's pictures: `{"widths": [480, …], "width": …, "height": …}`."""

_desk, _turn = ChildDesk(), threading.Lock()


def store(*, upload: Upload, file: BinaryIO) -> tuple[list[Page], int]:
    """Draw every page of a file and store its pictures; again after a crash, to the same keys.

    Returns:
        The pages, and how many bytes all pictures take.

    Raises:
        Problem: what is wrong with the file.
        OSError: there is no room to store it.
    """
    with tempfile.NamedTemporaryFile(prefix="tamis-upload-") as copy:
        file.seek(0)
        while block := file.read(1024 * 1024):
            copy.write(block)
        copy.flush()
        drawn = _drawn(Path(copy.name), upload.media_type)
    return _stored(upload, drawn)


def blacken(*, upload: Upload, boxes: Mapping[int, Sequence[Box]]) -> tuple[list[Page], int]:
    """Store the pages of a file's next edition, with boxes burnt in.

    Args:
        upload: with `edition` set to the next one already.
        boxes: page (from 1) → fractions of it.

    Raises:
        FileNotFoundError: a picture is gone.
    """
    drawn = []
    for number, page in enumerate(upload.pages, start=1):
        before = f"uploads/{upload.pk}/{upload.edition - 1}/{number}/{max(page['widths'])}.webp"
        with default_storage.open(before) as stored, Image.open(stored) as picture:
            flat = picture.convert("RGB")
        pen = ImageDraw.Draw(flat)
        for left, top, right, bottom in boxes.get(number, ()):
            wide, high = flat.size
            pen.rectangle((left * wide, top * high, right * wide, bottom * high), fill="black")
        drawn.append(pictures.variants(flat).variants)
    return _stored(upload, drawn)


def delete(*, upload: Upload, edition: int | None = None) -> None:
    """Delete the pictures of an upload, of one edition or of the one it has; twice is harmless."""
    of = upload.edition if edition is None else edition
    for number, page in enumerate(upload.pages, start=1):
        for width in page["widths"]:
            with suppress(FileNotFoundError):
                default_storage.delete(f"uploads/{upload.pk}/{of}/{number}/{width}.webp")


def _drawn(path: Path, media_type: str) -> list[dict[int, bytes]]:
    reading = Reading(
        path=path,
        media_type=media_type,
        plan=Plan(by=By.PAGES),
        limits=Limits(pages=settings.TAMIS_UPLOAD_PAGES, pixels=settings.TAMIS_UPLOAD_PIXELS),
        seconds=settings.TAMIS_UPLOAD_SECONDS,
    )
    with _turn:
        try:
            seen = _desk.survey(reading)
            made: list[dict[int, bytes]] = []
            for batch in _desk.batches(reading, start=0, stop=seen.parts, columns=[]):
                for problem in batch.gaps.values():
                    raise problem
                made += [batch.pictures[at] for at in sorted(batch.pictures)]
            return made
        except DeskDied as death:
            raise Problem("upload_too_heavy") from death


def _stored(upload: Upload, drawn: Sequence[Mapping[int, bytes]]) -> tuple[list[Page], int]:
    pages, size = [], 0
    for number, variants in enumerate(drawn, start=1):
        for width, data in variants.items():
            default_storage.save(f"{upload.key(number)}/{width}.webp", ContentFile(data))
            size += len(data)
        with Image.open(io.BytesIO(variants[max(variants)])) as largest:
            wide, high = largest.size
        pages.append({"widths": sorted(variants), "width": wide, "height": high})
    return pages, size

"""What a delivery holds, one entry after another: files of an archive, addresses to fetch."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.conf import settings

from crowd.models import Delivery
from crowd.rules import archives, iiif, tars, zips
from crowd.rules.archives import ArchiveLimits
from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings, media, types
from crowd.services import fetching

READ_AT_ONCE = 1024 * 1024
IN_MEMORY = 4 * 1024 * 1024  # bytes of an entry before it goes to disk
MANIFEST_BYTES = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Content:
    """One entry's file, and where it came from."""

    name: str
    source_url: str
    file: BinaryIO


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry; `open` raises Problem when it can't become a document."""

    name: str
    open: Callable[[], AbstractContextManager[Content]]


def listed(*, delivery: Delivery, file: BinaryIO) -> Iterator[Entry]:
    """The entries of a delivery, always the same ones in the same order.

    Raises:
        Problem: the delivery as a whole can't be read.
    """
    if delivery.kind == "archive":
        return _of_archive(delivery, file)
    if delivery.kind == "iiif":
        return _of_manifest(delivery, file)
    return _of_list(file)


def _of_archive(delivery: Delivery, file: BinaryIO) -> Iterator[Entry]:
    limits = ArchiveLimits(
        entries=settings.TAMIS_MAX_ENTRIES,
        total=settings.TAMIS_MAX_DELIVERY_BYTES,
        ratio=settings.TAMIS_MAX_ARCHIVE_RATIO,
    )
    if types.media_type(file) == media.ZIP:
        found = zips.entries(file, limits)
    else:
        found = tars.entries(file, limits, name=delivery.name)
    before = f"{delivery.name}/" if delivery.within_id else ""
    for entry in found:
        name = before + entry.name
        yield Entry(name=name, open=_unpacking(entry, name, delivery.source_url))


def _unpacking(
    entry: archives.Entry, name: str, source_url: str
) -> Callable[[], AbstractContextManager[Content]]:
    @contextmanager
    def unpacked() -> Iterator[Content]:
        if entry.problem or entry.open is None:
            raise entry.problem or Problem("archive_entry_unreadable")
        with SpooledTemporaryFile(IN_MEMORY) as file:
            with entry.open() as packed:
                _copy(packed, file)
            yield Content(name=name, source_url=source_url, file=cast(BinaryIO, file))

    return unpacked


def _copy(packed: IO[bytes], file: IO[bytes]) -> None:
    # What kind of file it is, and thus how large it may be, is known once it is there.
    most = settings.TAMIS_MAX_DELIVERY_BYTES
    while block := packed.read(READ_AT_ONCE):
        file.write(block)
        if file.tell() > most:
            size = file.tell() // 2**20 + 1
            raise Problem("file_too_large", megabytes=size, most=most // 2**20)


def _of_list(file: BinaryIO) -> Iterator[Entry]:
    text = encodings.opened(file)
    try:
        found = [line.strip() for line in text]
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong
    finally:
        text.detach()
    addresses = [line for line in found if line and not line.startswith("#")]
    if len(addresses) > settings.TAMIS_MAX_ENTRIES:
        raise Problem("list_too_long", most=settings.TAMIS_MAX_ENTRIES)
    for address in addresses:
        yield Entry(name=address, open=_fetching(address, name=""))


def _of_manifest(delivery: Delivery, file: BinaryIO) -> Iterator[Entry]:
    before = delivery.name.rpartition("/")[0] if delivery.within_id else ""
    links = iiif.links(_loaded(file), before=before)
    if len(links) > settings.TAMIS_MAX_ENTRIES:
        raise Problem("list_too_long", most=settings.TAMIS_MAX_ENTRIES)
    for link in links:
        yield Entry(name=link.name, open=_fetching(link.address, name=link.name))


def _loaded(file: BinaryIO) -> Any:
    file.seek(0)
    data = file.read(MANIFEST_BYTES)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as wrong:
        raise Problem("iiif_unreadable") from wrong


def _fetching(address: str, *, name: str) -> Callable[[], AbstractContextManager[Content]]:
    @contextmanager
    def got() -> Iterator[Content]:
        with fetching.fetched(address, most=settings.TAMIS_MAX_DELIVERY_BYTES) as found:
            file = cast(BinaryIO, found.file)
            yield Content(name=name or found.name, source_url=address, file=file)

    return got

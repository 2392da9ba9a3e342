"""ZIP: the directory at its end is read with bounds, each entry only as far as it says it goes."""

import contextlib
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO

from crowd.rules import archives
from crowd.rules.archives import ArchiveLimits, Entry
from crowd.rules.problems import Problem

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, UnicodeError, OverflowError),
)
END, END_SIZE, LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
ENTRY_BYTES = 512  # of the directory: 46, a name, and a little more
READ_AT_ONCE = 1024 * 1024
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1


def entries(file: BinaryIO, limits: ArchiveLimits) -> Iterator[Entry]:
    """The files of a ZIP, in the order of its directory.

    Raises:
        Problem: no readable directory, too many entries, or more bytes than are allowed.
    """
    with opened(file, limits) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        members = [each for each in members if not archives.is_litter(each.filename)]
        if len(members) > limits.entries:
            raise archives.too_many(limits)
        if sum(member.file_size for member in members) > limits.total:
            raise archives.too_large(limits)
        for member in members:
            yield _entry(archive, member, limits)


@contextlib.contextmanager
def opened(file: BinaryIO, limits: ArchiveLimits) -> Iterator[zipfile.ZipFile]:
    """A ZIP whose directory is small enough to be held in memory.

    Raises:
        Problem: `archive_unreadable` or `archive_too_many`.
    """
    if _directory_bytes(file) > (limits.entries + 1_000) * ENTRY_BYTES:
        raise archives.too_many(limits)
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as wrong:
        raise Problem("archive_unreadable") from wrong
    with archive:
        yield archive


def mentions(file: BinaryIO, names: Iterable[bytes]) -> set[bytes]:
    """Which of these names the directory of a ZIP holds, however large it is.

    Raises:
        Problem: `archive_unreadable`, there is no directory.
    """
    size = _directory_bytes(file)
    file.seek(max(0, file.seek(0, 2) - size - END_SIZE - LONGEST_COMMENT))
    found: set[bytes] = set()
    before = b""
    while block := file.read(READ_AT_ONCE):
        looked_at = before + block
        found |= {name for name in names if name in looked_at}
        before = looked_at[-100:]
    return found


def checked(file: BinaryIO, *, most: int, ratio: int) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every member of a ZIP that is a format of its own (a spreadsheet), read to its end.

    Whoever reads such a file with a library that trusts its directory reads it with this first:
    sizes that lie, contents that break off, and names that come twice are found.

    Args:
        most: bytes that all members may have together.

    Raises:
        Problem: `archive_unreadable` or `archive_bomb`, while being read.
    """
    limits = ArchiveLimits(total=most, ratio=ratio)
    with opened(file, limits) as archive:
        members = archive.infolist()
        if len({member.filename for member in members}) < len(members):
            raise Problem("archive_unreadable")
        packed = file.seek(0, 2)
        unpacked = sum(member.file_size for member in members)
        if unpacked > most or limits.is_bomb(packed=packed, unpacked=unpacked):
            raise Problem("archive_bomb")
        for member in members:
            yield member.filename, _blocks(archive, member)


def _blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as content:
            while block := content.read(READ_AT_ONCE):
                yield block
    except BROKEN as wrong:
        raise Problem("archive_unreadable") from wrong


def _directory_bytes(file: BinaryIO) -> int:
    """What the end of the file says about the size of its directory (APPNOTE.TXT 4.3.16)."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_SIZE - LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + END_SIZE:
        raise Problem("archive_unreadable")
    said = int(struct.unpack_from("<L", tail, at + 12)[0])
    # Of ZIP64 the number is elsewhere; what is before the end is more than it can be.
    return said if said < 0xFFFFFFFF else _zip64_directory_bytes(tail, at)


def _zip64_directory_bytes(tail: bytes, at: int) -> int:
    record = tail.rfind(b"PK\x06\x06", 0, at)
    if record < 0 or len(tail) < record + 56:
        raise Problem("archive_unreadable")
    return int(struct.unpack_from("<Q", tail, record + 40)[0])


def _entry(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: ArchiveLimits) -> Entry:
    raw = _raw_name(member)
    name = archives.entry_name(raw)
    if problem := _problem(member, raw, limits):
        return Entry(name=name, problem=problem)
    return Entry(name=name, open=lambda: _content(archive, member))


def _problem(member: zipfile.ZipInfo, raw: str, limits: ArchiveLimits) -> Problem | None:
    mode = member.external_attr >> 16
    if archives.leads_out(raw):
        return Problem("archive_path")
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return Problem("archive_not_a_file")
    if member.flag_bits & ENCRYPTED_FLAG:
        return Problem("archive_encrypted")
    if limits.is_bomb(packed=member.compress_size, unpacked=member.file_size):
        return Problem("archive_bomb")
    return None


@contextlib.contextmanager
def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    try:
        with archive.open(member) as content:
            yield content
    except BROKEN as wrong:
        raise Problem("archive_entry_unreadable") from wrong


def _raw_name(member: zipfile.ZipInfo) -> str:
    """The name in the characters its maker meant: without the flag, most write UTF-8 all the same,
    and Windows writes what it showed in its consoles."""
    if member.flag_bits & UTF8_FLAG:
        return member.orig_filename
    try:
        data = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.orig_filename
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp850")

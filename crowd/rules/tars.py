"""TAR, packed or not, and single packed files: read from front to back, never held as a whole."""

import bz2
import contextlib
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO

from crowd.rules import archives
from crowd.rules.archives import ArchiveLimits, Entry
from crowd.rules.problems import Problem

READ_AT_ONCE = 256 * 1024
LZMA_MEMORY = 256 * 1024 * 1024  # bytes that a dictionary of XZ may ask for
GZIP = 16 + zlib.MAX_WBITS  # window bits by which zlib knows gzip's header
MAGIC: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(GZIP),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(memlimit=LZMA_MEMORY),
}
BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
USTAR = slice(257, 262)
LONGEST_HEADER = 1024 * 1024  # bytes
EXTENDED = {
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE),
}


def is_packed(head: bytes) -> bool:
    """Whether a file that begins like this is packed with gzip, bzip2 or xz."""
    return head.startswith(tuple(MAGIC))


def is_tar(head: bytes) -> bool:
    return head[USTAR] == b"ustar"


def entries(file: BinaryIO, limits: ArchiveLimits, *, name: str) -> Iterator[Entry]:
    """The files of a TAR in their order; of a packed single file, that file.

    A TAR that breaks off gives what comes before, and one more entry that says so.

    Args:
        name: of the archive; a single file gets it without its last ending.

    Raises:
        Problem: unreadable from its start, too many entries, or more bytes than are allowed.
    """
    head = _start(file, limits)
    if not is_tar(head):
        yield _single(file, limits, name)
        return
    count = 0
    try:
        with _opened(file, limits) as archive:
            for member in archive:
                if member.isdir() or archives.is_litter(member.name):
                    continue
                count += 1
                if count > limits.entries:
                    raise archives.too_many(limits)
                yield _entry(archive, member)
    except BROKEN as wrong:
        if not count:
            raise Problem("archive_unreadable") from wrong
        yield Entry(name=archives.entry_name(name), problem=Problem("archive_cut_short"))


def _opened(file: BinaryIO, limits: ArchiveLimits) -> tarfile.TarFile:
    stream = _stream(file, limits)
    return tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", tarinfo=_Member)


class _Member(tarfile.TarInfo):
    """A member whose long name or other extended header has a length that makes sense.

    The library reads them into memory, however long they say they are.
    """

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in EXTENDED and self.size > LONGEST_HEADER:
            raise tarfile.ReadError("extended header too long")
        return super()._proc_member(archive)  # type: ignore[misc]


def _start(file: BinaryIO, limits: ArchiveLimits) -> bytes:
    try:
        return _stream(file, limits).read(512)
    except BROKEN as wrong:
        raise Problem("archive_unreadable") from wrong


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    raw = _raw_name(member.name)
    name = archives.entry_name(raw)
    if archives.leads_out(raw):
        return Entry(name=name, problem=Problem("archive_path"))
    if not member.isreg() or member.issparse():
        return Entry(name=name, problem=Problem("archive_not_a_file"))
    return Entry(name=name, open=lambda: _content(archive, member))


@contextlib.contextmanager
def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[IO[bytes]]:
    content = archive.extractfile(member)
    if content is None:
        raise Problem("archive_not_a_file")
    try:
        with content:
            yield content
    except BROKEN as wrong:
        raise Problem("archive_entry_unreadable") from wrong


def _single(file: BinaryIO, limits: ArchiveLimits, name: str) -> Entry:
    base, _, ending = name.rpartition(".")
    shown = base if base and len(ending) <= 4 else name

    @contextlib.contextmanager
    def content() -> Iterator[IO[bytes]]:
        try:
            yield _stream(file, limits)
        except BROKEN as wrong:
            raise Problem("archive_entry_unreadable") from wrong

    return Entry(name=archives.entry_name(shown), open=content)


def _raw_name(name: str) -> str:
    """The name as text; bytes that are no UTF-8 were written by an old Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return name


def _stream(file: BinaryIO, limits: ArchiveLimits) -> io.BufferedReader:
    """The file from its start, unpacked if it is packed."""
    file.seek(0)
    head = file.read(6)
    size = file.seek(0, 2)
    file.seek(0)
    unpacker = next((make for magic, make in MAGIC.items() if head.startswith(magic)), None)
    return io.BufferedReader(_Unpacked(file, size, unpacker, limits), READ_AT_ONCE)


class _Unpacked(io.RawIOBase):
    """What comes out of a packed file, up to what is allowed; it may have several streams."""

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        unpacker: Callable[[], Any] | None,
        limits: ArchiveLimits,
    ) -> None:
        self._file, self._size, self._make, self._limits = file, size, unpacker, limits
        self._unpacker = unpacker() if unpacker else None
        self._waiting, self._out = b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._next(len(buffer))
        self._out += len(data)
        if self._out > self._limits.total:
            raise archives.too_large(self._limits)
        if self._unpacker and self._limits.is_bomb(packed=self._size, unpacked=self._out):
            raise Problem("archive_bomb")
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        if self._unpacker is None:
            return self._file.read(size)
        while not self._unpacker.eof or self._begin_another():
            wants = not self._waiting and getattr(self._unpacker, "needs_input", True)
            fresh = self._file.read(READ_AT_ONCE) if wants else b""
            if data := self._unpack(self._waiting or fresh, size):
                return data
            if wants and not fresh and not self._unpacker.eof:
                raise EOFError
        return b""

    def _begin_another(self) -> bool:
        """Whether another stream follows the one that has ended; padding with NUL is none."""
        rest = self._unpacker.unused_data if self._unpacker else b""
        while not (begun := rest.lstrip(b"\x00")):
            if not (rest := self._file.read(READ_AT_ONCE)):
                return False
        self._unpacker = self._make() if self._make else None
        self._waiting = begun
        return True

    def _unpack(self, packed: bytes, size: int) -> bytes:
        """At most `size` bytes; what the unpacker leaves of the packed ones waits."""
        unpacker: Any = self._unpacker
        data = bytes(unpacker.decompress(packed, size))
        # zlib gives back what it has not read, the others keep it to themselves.
        self._waiting = getattr(unpacker, "unconsumed_tail", b"")
        return data

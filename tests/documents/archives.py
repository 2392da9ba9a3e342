"""Archives: plain ones, nested ones, and those that mean harm."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.documents.sheets import zipped

__all__ = ["encrypted_zip", "linked_zip", "lying_zip", "special", "tar", "zipped"]


def tar(
    members: Mapping[str, bytes | tarfile.TarInfo], *, packed: str = "", encoding: str = "utf-8"
) -> bytes:
    """A TAR of these members.

    Args:
        members: contents by name; a TarInfo is written as it is, without content.
        packed: "", "gz", "bz2" or "xz".
    """
    out = io.BytesIO()
    mode: Any = f"w:{packed}"
    with tarfile.open(fileobj=out, mode=mode, encoding=encoding, format=tarfile.GNU_FORMAT) as made:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                made.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return out.getvalue()


def special(name: str, kind: bytes, *, to: str = "") -> tarfile.TarInfo:
    """A member that is no file: a link to somewhere, a device, a pipe."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


def linked_zip(name: str, to: str) -> bytes:
    """A ZIP with one symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system = 3  # Unix
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, to)
    return out.getvalue()


def encrypted_zip(name: str, content: bytes) -> bytes:
    """A ZIP whose one entry says that it is protected by a password."""
    data = bytearray(zipped({name: content}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def lying_zip(name: str, content: bytes, *, says: int) -> bytes:
    """A ZIP whose one entry is larger than its directory says."""
    data = bytearray(zipped({name: content}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + at
        data[place : place + 4] = says.to_bytes(4, "little")
    return bytes(data)

"""Archives: what they hold comes out under its name, what means harm is refused, entry by entry."""

import bz2
import gzip
import io
import lzma
import tarfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules import archives, tars, zips
from crowd.rules.archives import ArchiveLimits
from crowd.rules.problems import Problem
from tests.documents.archives import encrypted_zip, linked_zip, lying_zip, special, tar, zipped

FILES = {"a.txt": b"un", "dossier/été/b.txt": b"deux"}


def read(data: bytes, **limits: int) -> dict[str, Any]:
    """Contents, or codes of problems, by name."""
    file, bounds = io.BytesIO(data), ArchiveLimits(**limits)
    is_zip = data[:2] == b"PK"
    found = zips.entries(file, bounds) if is_zip else tars.entries(file, bounds, name="z.csv.gz")
    return {entry.name: _content(entry) for entry in found}


def _content(entry: archives.Entry) -> Any:
    if entry.problem or entry.open is None:
        return entry.problem.code if entry.problem else None
    try:
        with entry.open() as file:
            return file.read()
    except Problem as problem:
        return problem.code


def problem(data: bytes, **limits: int) -> str:
    with pytest.raises(Problem) as refused:
        read(data, **limits)
    return refused.value.code


@pytest.mark.parametrize("packed", ["", "gz", "bz2", "xz"])
def test_a_tar_gives_its_files_with_their_folders(packed: str) -> None:
    assert read(tar(FILES, packed=packed)) == FILES


def test_a_zip_gives_its_files_with_their_folders() -> None:
    assert read(zipped({**FILES, "dossier/": b""})) == FILES


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_an_archive_of_one(pack: Any) -> None:
    assert read(pack(b"a,b\n")) == {"z.csv": b"a,b\n"}
    assert read(pack(b"a,") + pack(b"b\n")) == {"z.csv": b"a,b\n"}  # in several streams


def test_large_files_come_out_whole() -> None:
    large = bytes(range(256)) * 4_000
    for packed in ("", "gz", "bz2", "xz"):
        assert read(tar({"a": large, "b": b"b"}, packed=packed)) == {"a": large, "b": b"b"}


def test_names_in_old_encodings_are_read() -> None:
    assert list(read(tar({"été.txt": b""}, encoding="cp1252"))) == ["été.txt"]
    data = zipped({"ete.txt": b""}).replace(b"ete.txt", "été".encode("cp850") + b".txt")
    assert list(read(data)) == ["été.txt"]
    data = zipped({"aaaaa.txt": b""}).replace(b"aaaaa.txt", "été.txt".encode())
    assert list(read(data)) == ["été.txt"]


def test_names_have_no_control_characters_and_no_odd_parts() -> None:
    assert archives.entry_name("a\\b\x00/./\u202efdp.exe\n") == "a/b/fdp.exe"
    assert archives.entry_name("\x01") == "?"
    assert archives.entry_name("\udcff") == "?"


def test_what_computers_leave_behind_is_passed_over() -> None:
    litter = {"__MACOSX/._a": b"", "x/.DS_Store": b"", "Thumbs.db": b"", "x/._b.pdf": b""}
    assert read(zipped({"a": b"1", **litter})) == {"a": b"1"}
    assert read(tar({"a": b"1", **litter})) == {"a": b"1"}


OUT = ["../a", "x/../../a", "/etc/passwd", "C:\\a", "..\\a"]


@pytest.mark.parametrize("name", OUT)
def test_a_name_that_leads_out_is_refused_and_the_others_go_on(name: str) -> None:
    for data in (zipped({name: b"x", "b": b"2"}), tar({name: b"x", "b": b"2"})):
        (refused, code), (other, content) = read(data).items()
        assert (code, other, content) == ("archive_path", "b", b"2")
        assert not refused.startswith("/")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_refused(kind: bytes) -> None:
    data = tar({"x": special("x", kind, to="/etc/passwd"), "b": b"2"})
    assert read(data) == {"x": "archive_not_a_file", "b": b"2"}


def test_a_link_in_a_zip_is_refused() -> None:
    assert read(linked_zip("x", "/etc/passwd")) == {"x": "archive_not_a_file"}


def test_a_protected_entry_is_refused() -> None:
    assert read(encrypted_zip("x", b"secret")) == {"x": "archive_encrypted"}


def test_a_bomb_in_a_zip_is_refused_alone() -> None:
    data = zipped({"x": bytes(60_000_000), "b": b"2"})
    assert read(data, ratio=100) == {"x": "archive_bomb", "b": b"2"}


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    data = lying_zip("x", b"longer than five bytes", says=5)
    assert read(data) == {"x": "archive_entry_unreadable"}


@pytest.mark.parametrize("packed", ["gz", "bz2", "xz"])
def test_a_packed_bomb_is_not_unpacked(packed: str) -> None:
    data = tar({"x": bytes(60_000_000)}, packed=packed)
    assert problem(data) == "archive_bomb"
    assert problem(data, ratio=10**6, total=20_000_000) == "archive_too_large"


def test_a_header_of_enormous_length_is_not_read_into_memory() -> None:
    header = special("a", tarfile.GNUTYPE_LONGNAME)
    header.size = 2**31
    data = header.tobuf(tarfile.GNU_FORMAT) + b"x" * 4096
    assert problem(data) == "archive_unreadable"


def test_there_are_limits_to_how_much_an_archive_holds() -> None:
    many = {f"{number}.txt": b"x" for number in range(12)}
    for data in (zipped(many), tar(many)):
        assert problem(data, entries=11) == "archive_too_many"
        assert len(read(data, entries=12)) == 12
    assert problem(zipped({"a": b"x" * 100}), total=99) == "archive_too_large"


def test_a_zip_with_an_enormous_directory_is_refused_before_it_is_read() -> None:
    data = bytearray(zipped({"a": b"1"}))
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = (2**31).to_bytes(4, "little")
    assert problem(bytes(data)) == "archive_too_many"


def test_a_tar_that_breaks_off_gives_what_comes_before() -> None:
    whole = tar({"a": b"1", "b": bytes(range(256)) * 400}, packed="gz")
    assert read(whole[: len(whole) * 2 // 3]) == {
        "a": b"1",
        "b": "archive_entry_unreadable",
        "z.csv.gz": "archive_cut_short",
    }


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00", b"PK\x03\x04"])
def test_what_only_begins_like_an_archive_is_unreadable(data: bytes) -> None:
    assert problem(data) == "archive_unreadable"


@given(st.data())
def test_no_broken_archive_ends_in_anything_but_a_problem(data: st.DataObject) -> None:
    made = data.draw(
        st.sampled_from([zipped(FILES), *(tar(FILES, packed=p) for p in ("", "gz", "bz2", "xz"))])
    )
    broken = bytearray(made[: data.draw(st.integers(1, len(made)))])
    for place in data.draw(st.lists(st.integers(0, len(broken) - 1), max_size=4)):
        broken[place] ^= data.draw(st.integers(1, 255))
    try:
        read(bytes(broken))
    except Problem:
        pass

"""Local files are written whole or not at all, and replaced at once."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File

from crowd.storage import FORGOTTEN_SECONDS, HALVES, LocalStorage


class Breaking(File):  # type: ignore[type-arg]
    """A file that breaks off while it is read."""

    def chunks(self, chunk_size: int | None = None):  # type: ignore[no-untyped-def]
        yield b"half"
        raise OSError("connection lost")


def test_saving_to_a_name_that_is_taken_replaces_what_is_there(tmp_path: Path) -> None:
    storage = LocalStorage(location=tmp_path)
    assert storage.save("a/b.webp", ContentFile(b"one")) == "a/b.webp"
    assert storage.save("a/b.webp", ContentFile(b"two")) == "a/b.webp"
    assert storage.open("a/b.webp").read() == b"two"
    assert storage.listdir("a") == ([], ["b.webp"])


def test_whoever_reads_meanwhile_reads_the_old_one_to_its_end(tmp_path: Path) -> None:
    storage = LocalStorage(location=tmp_path)
    storage.save("a", ContentFile(b"one"))
    with storage.open("a") as reading:
        storage.save("a", ContentFile(b"two"))
        assert reading.read() == b"one"


def test_a_writer_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    storage = LocalStorage(location=tmp_path)
    storage.save("a", ContentFile(b"one"))
    with pytest.raises(OSError, match="connection lost"):
        storage.save("a", Breaking(None))
    assert storage.open("a").read() == b"one"
    assert not list((tmp_path / HALVES).iterdir())


def test_what_killed_writers_left_is_deleted_by_the_next_process(tmp_path: Path) -> None:
    LocalStorage(location=tmp_path).save("a", ContentFile(b"one"))
    old, young = tmp_path / HALVES / "old", tmp_path / HALVES / "young"
    for half in (old, young):
        half.write_bytes(b"half")
    long_ago = time.time() - 2 * FORGOTTEN_SECONDS
    os.utime(old, (long_ago, long_ago))
    LocalStorage(location=tmp_path).save("b", ContentFile(b"two"))
    assert not old.exists()
    assert young.exists()


def test_names_that_lead_out_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="Detected path traversal"):
        LocalStorage(location=tmp_path / "files").save("../out", ContentFile(b""))
    assert not (tmp_path / "out").exists()

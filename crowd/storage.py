"""Local files, written whole or not at all."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

HALVES = ".halves"  # on the same file system, so that a rename is all that is left to do
FORGOTTEN_SECONDS = 3600.0  # a half that old belongs to a process that was killed


class LocalStorage(FileSystemStorage):
    """Like S3: saving to a name that is taken replaces what is there, at once.

    Whoever reads meanwhile sees the old file or the new one; a writer that is killed leaves its
    half apart, where the next process to save anything finds and deletes it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._swept = False

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: our names are chosen, not sent."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=self._halves())
        half = Path(made)
        try:
            with open(handle, "wb") as out:
                out.writelines(content.chunks())
                out.flush()
                # PostgreSQL keeps what it promised: so must the files it names.
                os.fsync(out.fileno())
            half.chmod(self.file_permissions_mode or 0o644)
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        return name.replace("\\", "/")

    def _halves(self) -> Path:
        halves = Path(self.base_location) / HALVES
        halves.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            self._swept = True
            for half in halves.iterdir():
                _forget(half)
        return halves


def _forget(half: Path) -> None:
    try:
        if time.time() - half.stat().st_mtime > FORGOTTEN_SECONDS:
            half.unlink()
    except FileNotFoundError:  # another process was faster
        pass

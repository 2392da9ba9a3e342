"""Local files, written whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class LocalStorage(FileSystemStorage):
    """Like S3: saving to a name that is taken replaces what is there, at once.

    Whoever reads meanwhile sees the old file or the new one; a writer that dies leaves neither half
    of one nor its name.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: our names are chosen, not sent."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(prefix=".half-", dir=path.parent)
        half = Path(made)
        try:
            with open(handle, "wb") as out:
                out.writelines(content.chunks())
                out.flush()
                os.fsync(out.fileno())  # PostgreSQL keeps its promise: so must the file it names
            half.chmod(self.file_permissions_mode or 0o644)
            half.replace(path)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        return name.replace("\\", "/")

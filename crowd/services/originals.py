"""Originals: the files as they came, at hand for whoever has to read them."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crowd.models import Document
from crowd.rules.problems import Problem

_kept = threading.local()


@contextmanager
def at_hand(document: Document) -> Iterator[Path]:
    """A document's original as a local file.

    Where storage is elsewhere it is fetched, and kept until another one is asked for: a large
    document is split in many goes.

    Raises:
        Problem: `file_missing`.
    """
    storage, name = document.file.storage, str(document.file.name)
    try:
        local = Path(storage.path(name))
    except NotImplementedError:
        yield Path(_fetched(document).name)
        return
    if not local.exists():
        raise Problem("file_missing")
    yield local


def _fetched(document: Document) -> IO[bytes]:
    name = str(document.file.name)
    if getattr(_kept, "name", None) == name:
        kept: IO[bytes] = _kept.file
        return kept
    if hasattr(_kept, "file"):
        _kept.file.close()
        del _kept.file, _kept.name
    copy = tempfile.NamedTemporaryFile(prefix="tamis-original-")  # noqa: SIM115 (kept open)
    try:
        with document.file.storage.open(name) as file:
            shutil.copyfileobj(file, copy)
    except FileNotFoundError as gone:
        copy.close()
        raise Problem("file_missing") from gone
    copy.flush()
    _kept.file, _kept.name = copy, name
    return copy

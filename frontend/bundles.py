"""Bundles: scripts that one page always loads together come in one file, for slow lines.

Each script stays a file of its own to read and to change; a bundle is made of them when static
files are looked for or collected. A block around each keeps its names to itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

SOURCES = Path(__file__).parent / "static"
# In their order: the viewer and the kinds of questions listen to what `play.js` says on arrival.
BUNDLES = {
    "tamis/playing.js": (
        "tamis/viewer.js",
        "tamis/entries.js",
        "tamis/marks.js",
        "tamis/play.js",
        "tamis/draft.js",
    ),
}


class Bundles(BaseFinder):
    """Finds bundles as if they were files of ours (settings: STATICFILES_FINDERS)."""

    def __init__(self, *_args: Any, **_options: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR / "bundles")

    def check(self, **_options: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        if path not in BUNDLES:
            return []
        made = str(self._made(path))
        return [made] if find_all else made

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in BUNDLES:
            self._made(path)
            yield path, self.storage

    def _made(self, path: str) -> Path:
        """The bundle, written anew where a script has changed; two at once write the same."""
        sources = [(SOURCES / each).read_text(encoding="utf-8") for each in BUNDLES[path]]
        text = "\n".join(f"{{\n{source}}}" for source in sources)
        file = Path(self.storage.path(path))
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(f".{os.getpid()}")
            half.write_text(text, encoding="utf-8")
            half.replace(file)
        return file

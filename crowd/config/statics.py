"""Static files: which are collected, by what names, and how they are made small.

Each is kept under the name of its content alone, also where one of our modules imports another.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = ManifestFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]
# What libraries bring and no page of ours asks for. A page that did would fail in the tests: the
# manifest knows no such file.
UNUSED = (
    "rest_framework/*",  # the API speaks JSON; its description is shown by Swagger UI
    "drf_spectacular_sidecar/redoc/*",
    "django_htmx/ext/*",
    "django_htmx/htmax*",
    "django_htmx/htmx-4*",
    "django_htmx/htmx-2.js",  # these are asked for while debugging alone, when nothing is collected
    "admin/js/vendor/jquery/jquery.js",
    "admin/js/vendor/select2/select2.full.js",
    "admin/css/vendor/select2/select2.css",
    "admin/js/vendor/xregexp/xregexp.js",
)


class Apps(AppDirectoriesFinder):
    """Finds what apps bring; what no page uses is found by its name, but not listed."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield from super().list([*(ignore_patterns or ()), *UNUSED])


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's, with imports rewritten in our own modules: what others ship is left alone.

    A browser that kept half of the zone editor from before an update would run two versions at
    once.
    """

    patterns = (*ManifestFilesMixin.patterns, ("tamis/*.js", _IMPORTS))
    keep_only_hashed_files = True

    def create_compressor(self, **options: Any) -> Compressor:
        # Nobody waits for a source map, and one is larger than all else together.
        skipped = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
        return _Compressor(**options | {"extensions": skipped})

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those that have not been: a name tells a content, so what it became is still right."""
        yield from super().compress_files([each for each in paths if not self._is_small(each)])

    def _is_small(self, path: str) -> bool:
        return bool(self.exists(f"{path}.gz"))  # written last


class _Compressor(Compressor):  # type: ignore[misc]
    """WhiteNoise's, whose files appear whole: they are never made again."""

    def write_data(self, path: str, data: bytes, suffix: str, stat_result: os.stat_result) -> str:
        half: str = super().write_data(path, data, f"{suffix}.half", stat_result)
        return str(Path(half).replace(f"{path}{suffix}"))

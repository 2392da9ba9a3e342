"""Static files by their content's name, also where one of our modules imports another."""

from django.contrib.staticfiles.storage import ManifestFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = ManifestFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's, with imports rewritten in our own modules: what others ship is left alone.

    A browser that kept half of the zone editor from before an update would run two versions at
    once.
    """

    patterns = (*ManifestFilesMixin.patterns, ("tamis/*.js", _IMPORTS))

"""Limits of what comes in: documents, archives, what is fetched; each with a safe default."""

from crowd.config import environment

TAMIS_MAX_UPLOAD_BYTES = environment.whole(
    "TAMIS_MAX_UPLOAD_MB", default=200, least=1, most=10_000
) * (1024 * 1024)
TAMIS_MAX_PAGES = environment.whole("TAMIS_MAX_PAGES", default=5_000, least=1, most=1_000_000)
TAMIS_MAX_ROWS = environment.whole("TAMIS_MAX_ROWS", default=1_000_000, least=1, most=100_000_000)
TAMIS_MAX_CELLS = environment.whole(
    "TAMIS_MAX_CELLS", default=50_000_000, least=1, most=10_000_000_000
)
# Of one JSON or HTML file, which is held in memory (JSON Lines and plain text are not).
TAMIS_MAX_TEXT_BYTES = environment.whole("TAMIS_MAX_TEXT_MB", default=50, least=1, most=2_000) * (
    1024 * 1024
)
# Of a picture, or of one page of it.
TAMIS_MAX_PIXELS = environment.whole("TAMIS_MAX_MEGAPIXELS", default=150, least=1, most=5_000) * (
    1000 * 1000
)
# Of processor time: for drawing one page, and for looking through a whole file first.
TAMIS_PAGE_SECONDS = environment.whole("TAMIS_PAGE_SECONDS", default=60, least=1, most=3_600)
TAMIS_SURVEY_SECONDS = environment.whole("TAMIS_SURVEY_SECONDS", default=300, least=1, most=36_000)
# Memory of the process that reads foreign files for a worker (address space).
TAMIS_DESK_BYTES = environment.whole("TAMIS_DESK_MB", default=3_000, least=300, most=1_000_000) * (
    1024 * 1024
)
TAMIS_MAX_ENTRIES = environment.whole("TAMIS_MAX_ENTRIES", default=10_000, least=1, most=1_000_000)
# Of an archive, packed, and of an archive or a list unpacked, with all that is nested in it.
TAMIS_MAX_DELIVERY_BYTES = environment.whole(
    "TAMIS_MAX_DELIVERY_MB", default=5_000, least=1, most=1_000_000
) * (1024 * 1024)
TAMIS_MAX_ARCHIVE_RATIO = environment.whole(
    "TAMIS_MAX_ARCHIVE_RATIO", default=200, least=2, most=100_000
)
TAMIS_MAX_NESTING = environment.whole("TAMIS_MAX_NESTING", default=3, least=0, most=10)
# Of one address that is fetched.
TAMIS_FETCH_SECONDS = environment.whole("TAMIS_FETCH_SECONDS", default=300, least=1, most=3_600)
TAMIS_FETCH_REDIRECTS = environment.whole("TAMIS_FETCH_REDIRECTS", default=5, least=0, most=20)
# Nightly snapshots of a campaign that are kept; those a team asked for all are.
TAMIS_SNAPSHOTS_KEPT = environment.whole("TAMIS_SNAPSHOTS_KEPT", default=7, least=1, most=1_000)

"""Limits of what volunteers send in as answers; each with a safe default."""

from crowd.config import environment

# Of one file as it comes, and of the pictures that are drawn of it.
TAMIS_UPLOAD_BYTES = environment.whole("TAMIS_UPLOAD_MB", default=20, least=1, most=1_000) * (
    1024 * 1024
)
TAMIS_UPLOAD_PIXELS = environment.whole(
    "TAMIS_UPLOAD_MEGAPIXELS", default=100, least=1, most=5_000
) * (1000 * 1000)
TAMIS_UPLOAD_PAGES = environment.whole("TAMIS_UPLOAD_PAGES", default=10, least=1, most=1_000)
# Of processor time, for one file: someone waits for it.
TAMIS_UPLOAD_SECONDS = environment.whole("TAMIS_UPLOAD_SECONDS", default=30, least=1, most=3_600)
# Of one person, and of the whole site.
TAMIS_UPLOADS_PER_HOUR = environment.whole(
    "TAMIS_UPLOADS_PER_HOUR", default=40, least=1, most=1_000_000
)
TAMIS_UPLOAD_QUOTA_BYTES = environment.whole(
    "TAMIS_UPLOAD_QUOTA_MB", default=5_000, least=1, most=1_000_000_000
) * (1024 * 1024)
# Files that no answer names are deleted so long after their lease, refused ones so long after that.
TAMIS_UPLOAD_DRAFT_HOURS = environment.whole(
    "TAMIS_UPLOAD_DRAFT_HOURS", default=24, least=1, most=10_000
)
TAMIS_UPLOAD_REFUSED_DAYS = environment.whole(
    "TAMIS_UPLOAD_REFUSED_DAYS", default=30, least=1, most=10_000
)
# How many targets one person may hold at once, and how long the next step is kept for them.
TAMIS_TARGETS_AT_ONCE = environment.whole("TAMIS_TARGETS_AT_ONCE", default=5, least=1, most=1_000)
TAMIS_KEPT_DAYS = environment.whole("TAMIS_KEPT_DAYS", default=7, least=0, most=1_000)
# Comments of one person.
TAMIS_COMMENTS_PER_HOUR = environment.whole(
    "TAMIS_COMMENTS_PER_HOUR", default=10, least=1, most=1_000_000
)
# A lease of days is reminded of when so much of it is left, at most.
TAMIS_REMIND_HOURS = environment.whole("TAMIS_REMIND_HOURS", default=48, least=1, most=10_000)

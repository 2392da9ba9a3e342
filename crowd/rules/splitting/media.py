"""The media types that come in: documents, and what holds documents."""

PDF, CSV, JSON, JSON_LINES = "application/pdf", "text/csv", "application/json", "application/jsonl"
TEXT, MARKDOWN, HTML = "text/plain", "text/markdown", "text/html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
WORKBOOKS = frozenset({XLSX, ODS})
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/heic")

ZIP, TAR, PACKED = "application/zip", "application/x-tar", "application/gzip"
ARCHIVES = frozenset({ZIP, TAR, PACKED})
ADDRESSES, IIIF = "text/uri-list", "application/ld+json"
HOLDERS = ARCHIVES | {ADDRESSES, IIIF}

"""Parts as PostgreSQL's COPY reads them: one line each, made where the parts are."""

import json
import re
from json.encoder import encode_basestring
from typing import Any

from crowd.rules.splitting.parts import Part

COLUMNS = (
    "position",
    "page",
    "box",
    "text",
    "cells",
    "metadata",
    "image_widths",
    "width",
    "height",
)
"""What a line holds, in this order (COPY's text format)."""

NULL = r"\N"


def line(part: Part) -> str:
    """One part as a line, without its end."""
    if not part.picture and not part.page:
        # Nearly every line there is, when there are many: a row, or a paragraph.
        return (
            f"{part.position}\t\\N\t\\N\t{_text(part.text)}\t{_cells(part.cells)}\t"
            f"{_json(part.metadata)}\t[]\t\\N\t\\N"
        )
    picture = part.picture
    fields = [
        str(part.position),
        NULL if part.page is None else str(part.page),
        NULL if part.box is None else _json(part.box),
        _text(part.text),
        _json(part.cells),
        _json(part.metadata),
        _json(list(picture.variants) if picture else []),
        str(picture.width) if picture else NULL,
        str(picture.height) if picture else NULL,
    ]
    return "\t".join(fields)


def fields(written: str) -> dict[str, Any]:
    """What a line says, by the names of COLUMNS."""
    values = dict(zip(COLUMNS, written.split("\t"), strict=True))
    texts = {name: _read(value) for name, value in values.items()}
    as_json = {name: json.loads(text) for name, text in texts.items() if name != "text" and text}
    return {**dict.fromkeys(COLUMNS), **as_json, "text": texts["text"] or ""}


ESCAPES = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def _read(value: str) -> str | None:
    if value == NULL:
        return None
    return re.sub(r"\\(.)", lambda found: ESCAPES[found[0]], value)


def _cells(cells: list[str]) -> str:
    """Like `_json`, in a third of the time: a table has millions of them."""
    return _storable("[" + ", ".join(map(encode_basestring, cells)) + "]", cells)


def _json(value: Any) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    return _storable(json.dumps(value, ensure_ascii=False), value)


def _storable(text: str, value: Any) -> str:
    if "\\" not in text:
        return text
    # PostgreSQL can't hold NUL, which JSON writes like this (unless that backslash is text).
    if "\\u0000" in text:
        text = json.dumps(_without_nul(value), ensure_ascii=False)
    return text.replace("\\", "\\\\")


def _text(text: str) -> str:
    if not text:
        return ""
    text = text.replace("\x00", "").replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return [_without_nul(each) for each in value] if isinstance(value, list) else value

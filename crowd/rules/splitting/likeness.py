"""Kinds of text, told by what they look like."""

import json
import re

from crowd.rules import iiif
from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings, media, tables

MARKUP = re.compile(
    r"<(!doctype\s+html|html|head|body|meta|title|div|p|h[1-6]|table|ul|ol|section|article|main"
    r"|span|a|br|b|i)\b",
    re.IGNORECASE,
)
OTHER_MARKUP = re.compile(r"<(\?xml|!doctype|svg|[a-z]{1,40}:[a-z])", re.IGNORECASE)
DECLARATION = re.compile(r"<\?xml[^>]{0,200}>\s*", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
MARKDOWN_MARK = re.compile(
    r"^(#{1,6} \S|```|[*+-] \[[ x]\] |> \S)"
    r"|\[[^\]\[\n]{1,200}\]\([^)\s]{1,500}\)|\*\*\S[^*\n]{0,200}\*\*",
    re.MULTILINE,
)
MARKDOWN_LOOK = 20_000  # characters


def of_text(head: bytes) -> str:
    """The type of a text.

    Args:
        head: its first encodings.LOOK bytes, or all of it if it is shorter.

    Raises:
        Problem: no text at all, or of a kind that can't be read.
    """
    if not encodings.is_text(head):
        raise Problem("type_unsupported")
    text = encodings.decoded(head).lstrip()
    if told := _of_json(text, whole=len(head) < encodings.LOOK) or _of_markup(text):
        return told
    if _is_addresses(text):
        return media.ADDRESSES
    if tables.looks_like_table(text):
        return media.CSV
    marks = MARKDOWN_MARK.findall(text[:MARKDOWN_LOOK])
    return media.MARKDOWN if len(marks) > 1 else media.TEXT


def _of_json(text: str, *, whole: bool) -> str | None:
    """JSON of some kind; None for a text that only begins like it ("[sic] …")."""
    if not text.startswith(("{", "[")):
        return None
    first, _, rest = text.partition("\n")
    if text.startswith("{") and rest.strip() and _parses(first):
        return media.JSON_LINES
    if iiif.looks_like_presentation(text):
        return media.IIIF
    if text.startswith("[") and whole and not _parses(text):
        return None
    return media.JSON


def _of_markup(text: str) -> str | None:
    text = DECLARATION.sub("", text, count=1) if DECLARATION.match(text) else text
    declared = text
    while text.startswith("<!--"):
        text = text.partition("-->")[2].lstrip()
    if MARKUP.match(text):
        return media.HTML
    if OTHER_MARKUP.match(text) or OTHER_MARKUP.match(declared):
        raise Problem("markup_unsupported")
    return None


def _is_addresses(text: str) -> bool:
    """Whether every line is a web address, or a remark behind "#"."""
    lines = [line.strip() for line in text.splitlines()]
    said = [line for line in lines if line and not line.startswith("#")]
    return bool(said) and all(ADDRESS.fullmatch(line) for line in said)


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True

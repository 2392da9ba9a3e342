"""HTML: what a reader would read of it, paragraph by paragraph, or whole. No markup comes in."""

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

import nh3

from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings, texts
from crowd.rules.splitting.parts import Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan

HEADINGS = {f"h{level}" for level in range(1, 7)}
# Each of these stands on lines of its own.
BLOCKS = HEADINGS | {
    *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav", "ol", "p"),
    *("pre", "section", "table", "tbody", "thead", "tfoot", "tr", "ul", "caption", "summary"),
}
CELLS = {"td", "th"}
UNREAD = {
    *("script", "style", "template", "head", "title", "noscript", "select", "svg", "math"),
    "textarea",
}
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
SAID = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{3,20})", re.IGNORECASE)
READ_AT_ONCE = 1024 * 1024


class HtmlSplitter:
    ways = (By.PARAGRAPHS, By.WHOLE)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Read the whole page once.

        Raises:
            Problem: too large, unreadable characters, nothing to read, or a text too long.
        """
        size = file.seek(0, 2)
        if size > limits.text_bytes:
            most = limits.text_bytes // 2**20
            raise Problem("text_too_large", megabytes=size // 2**20 + 1, most=most)
        return texts.survey(self._texts(file, plan), limits)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        return texts.parts(self._texts(file, plan), start)

    def _texts(self, file: BinaryIO, plan: Plan) -> Iterator[str]:
        file.seek(0)
        read = blocks(_decoded(file.read()))
        if plan.by is By.WHOLE:
            return texts.whole(f"{text}\n\n" for text, _ in read)
        return _with_headings(read)


def blocks(page: str) -> Iterator[tuple[str, bool]]:
    """Each paragraph, heading, list item or table row of a page, and whether it is a heading.

    The page is taken apart as browsers do (nh3, made on html5ever), which knows neither entities
    of its own nor anything to fetch; what comes back has only tags of ours, and no attributes.
    """
    tags = BLOCKS | CELLS | {"br"}
    clean = nh3.clean(page.replace("\x00", ""), tags=tags, clean_content_tags=UNREAD, attributes={})
    held: list[str] = []
    heading, preformatted, end = False, False, 0
    for tag in TAG.finditer(clean):
        _hold(held, clean[end : tag.start()], preformatted)
        end, name = tag.end(), tag[2]
        if name == "br":
            held.append("\n")
        elif name in CELLS:
            held.append("" if tag[1] else "\t")
        else:
            yield from _told(held, heading)
            held = []
            heading = name in HEADINGS and not tag[1]
            preformatted = name == "pre" and not tag[1]
    _hold(held, clean[end:], preformatted)
    yield from _told(held, heading)


def _hold(held: list[str], text: str, preformatted: bool) -> None:
    text = html.unescape(text)
    held.append(text if preformatted else re.sub(r"\s+", " ", text))


def _told(held: list[str], heading: bool) -> Iterator[tuple[str, bool]]:
    cells = [cell.strip() for cell in "".join(held).strip().split("\t")]
    text = "\n".join(line.strip() for line in " | ".join(cells).splitlines()).strip()
    if len(text) > texts.LONGEST:
        raise Problem("paragraph_too_long", most=texts.LONGEST)
    if text.strip(" |"):
        yield text, heading


def _with_headings(read: Iterator[tuple[str, bool]]) -> Iterator[str]:
    """Headings joined to what stands under them."""
    held: list[str] = []
    for text, heading in read:
        held.append(text)
        if not heading:
            yield "\n\n".join(held)
            held = []
    if held:
        yield "\n\n".join(held)


def _decoded(data: bytes) -> str:
    """The characters of a page: as its first bytes say, else as they look."""
    said = None if data.startswith(tuple(encodings.MARKS)) else SAID.search(data[:2048])
    for name in filter(None, [said and said[1].decode(), encodings.encoding(data)]):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    raise Problem("text_encoding")

"""Plain text and Markdown: paragraph by paragraph, or whole."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings
from crowd.rules.splitting.parts import Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan

LONGEST = 200_000  # characters that one excerpt may have
HEADING = re.compile(r"#{1,6}\s+\S")
UNDERLINE = re.compile(r"(=+|-+)\s*$")
FENCE = re.compile(r"\s{0,3}(```|~~~)")


class TextSplitter:
    """Paragraphs are what stands between blank lines; without blank lines, each line is one."""

    ways = (By.PARAGRAPHS, By.WHOLE)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Read the whole text once.

        Raises:
            Problem: unreadable characters, no text, too many paragraphs, or one that is too long.
        """
        return survey(self._texts(file, plan), limits)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        return parts(self._texts(file, plan), start)

    def _texts(self, file: BinaryIO, plan: Plan) -> Iterator[str]:
        file.seek(0)
        by_line = "\n\n" not in _even(encodings.decoded(file.read(encodings.LOOK)))
        lines = _lines(file)
        return whole(lines) if plan.by is By.WHOLE else self._paragraphs(lines, by_line)

    def _paragraphs(self, lines: Iterator[str], by_line: bool) -> Iterator[str]:
        return paragraphs(lines, by_line=by_line)


class MarkdownSplitter(TextSplitter):
    """Like plain text; a heading goes with what stands under it, fenced blocks stay whole."""

    def _paragraphs(self, lines: Iterator[str], by_line: bool) -> Iterator[str]:
        return with_headings(paragraphs(lines, by_line=False, fenced=True))


def survey(texts: Iterator[str], limits: Limits) -> Survey:
    """How many excerpts these texts make.

    Raises:
        Problem: none, or more than a document may have.
    """
    count = 0
    for count, _ in enumerate(texts, start=1):
        if count > limits.rows:
            raise Problem("text_too_many", most=limits.rows)
    if not count:
        raise Problem("text_empty")
    return Survey(parts=count)


def parts(texts: Iterator[str], start: int) -> Iterator[Part]:
    for position, text in enumerate(texts, start=1):
        if position > start:
            yield Part(position=position, text=text)


def whole(lines: Iterable[str]) -> Iterator[str]:
    """All of it as one text.

    Raises:
        Problem: longer than one excerpt may be.
    """
    text = _joined(list(_bounded(lines)))
    if text:
        yield text


def paragraphs(lines: Iterable[str], *, by_line: bool, fenced: bool = False) -> Iterator[str]:
    """What stands between blank lines.

    Args:
        by_line: each line is a paragraph.
        fenced: blank lines between fences of Markdown do not count.

    Raises:
        Problem: a paragraph longer than an excerpt may be.
    """
    held: list[str] = []
    length, in_fence = 0, False
    for line in lines:
        in_fence ^= fenced and bool(FENCE.match(line))
        if line.strip() or in_fence:
            held.append(line)
            length += len(line)
            if length > LONGEST:
                raise Problem("paragraph_too_long", most=LONGEST)
        if held and (by_line or not (line.strip() or in_fence)):
            yield _joined(held)
            held, length = [], 0
    if held:
        yield _joined(held)


def with_headings(blocks: Iterable[str]) -> Iterator[str]:
    """Headings joined to the block after them: nobody can say anything about a heading alone."""
    held = ""
    for block in blocks:
        held = f"{held}\n\n{block}" if held else block
        if not _is_heading(block) or len(held) > LONGEST // 2:
            yield held
            held = ""
    if held:
        yield held


def _is_heading(block: str) -> bool:
    lines = block.splitlines()
    if len(lines) == 2 and UNDERLINE.match(lines[1]):
        return True
    return len(lines) == 1 and bool(HEADING.match(block))


def _lines(file: BinaryIO) -> Iterator[str]:
    text = encodings.opened(file)
    try:
        while line := text.readline(LONGEST + 1):
            yield line
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong
    finally:
        text.detach()


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    length = 0
    for line in lines:
        length += len(line)
        if length > LONGEST:
            raise Problem("paragraph_too_long", most=LONGEST)
        yield line


def _joined(lines: list[str]) -> str:
    """Without blank lines around, and without spaces at the ends of lines."""
    return "\n".join(line.rstrip() for line in "".join(lines).strip("\n").split("\n")).strip()


def _even(text: str) -> str:
    """Every end of line as one newline, nothing on blank lines."""
    return re.sub(r"[ \t]*\r?\n|\r", "\n", text)

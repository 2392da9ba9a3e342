"""Legal texts: the site's own words where it wrote some, sound ones of ours until then."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import nh3
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from crowd.models import LegalText, User
from crowd.models.legal import Topic
from crowd.rules.problems import Problem
from crowd.rules.wording import storable

DEFAULTS = Path(__file__).resolve().parents[1] / "legal"  # TOPIC.LANGUAGE.md
LONGEST = 50_000  # characters
LANGUAGES = ("en", "fr")
# No pictures: a page of ours makes no browser contact another site (DESIGN, rule 9).
TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "strong", "em", "code", "blockquote", "br"}
TAGS |= {"hr", "table", "thead", "tbody", "tr", "th", "td"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A text as readers see it.

    Attributes:
        version: None while it is the one that comes with Tamis.
    """

    html: SafeString
    body: str
    version: LegalText | None


def shown(*, topic: Topic, language: str) -> Shown:
    """The newest version in this language, or the text that comes with Tamis."""
    language = language if language in LANGUAGES else "en"
    newest = versions(topic=topic, language=language).first()
    body = newest.body if newest else default(topic, language)
    return Shown(html=as_html(body), body=body, version=newest)


def versions(*, topic: Topic, language: str) -> QuerySet[LegalText]:
    """Every version of a text, newest first."""
    found = LegalText.objects.filter(topic=topic.value, language=language)
    return found.select_related("made_by").order_by("-pk")


def write(*, topic: Topic, language: str, body: str, by: User | None, now: datetime) -> LegalText:
    """A new version. The same words again make none: the newest is returned.

    Raises:
        Problem: `legal_text_length`.
    """
    words = storable(body).replace("\r\n", "\n").strip()
    if not 1 <= len(words) <= LONGEST:
        raise Problem("legal_text_length", most=LONGEST)
    newest = versions(topic=topic, language=language).first()
    if newest is not None and newest.body == words:
        return newest
    return LegalText.objects.create(
        topic=topic.value, language=language, body=words, made_at=now, made_by=by
    )


def as_html(body: str) -> SafeString:
    """Markdown as safe HTML: no foreign HTML, no pictures, links that tell nobody whence."""
    drawn = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    clean = nh3.clean(drawn, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES)
    return mark_safe(clean)  # noqa: S308 (cleaned)


SCHEMES = {"http", "https", "mailto", "tel"}


@cache
def default(topic: Topic, language: str) -> str:
    """The words that come with Tamis."""
    return (DEFAULTS / f"{topic.value}.{language}.md").read_text(encoding="utf-8")

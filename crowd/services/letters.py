"""Letters: a mail as it is sent, in text and in simple HTML with nothing from elsewhere."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from crowd.models import Mail

BLANK = re.compile(r"\n\s*\n")


def letter(
    mail: Mail, address: str, stop_token: str, connection: Any = None
) -> EmailMultiAlternatives:
    """One waiting mail.

    Args:
        stop_token: for the link that ends mails of this topic; "" for none.
    """
    stop = _ours(reverse("stop_mails", args=[stop_token])) if stop_token else ""
    return written(
        template=mail.template,
        context=mail.context,
        language=mail.language,
        to=[address],
        headers=_headers(mail, stop),
        stop=stop,
        connection=connection,
    )


def written(
    *,
    template: str,
    context: Mapping[str, Any],
    language: str,
    to: Sequence[str],
    headers: Mapping[str, str],
    stop: str = "",
    connection: Any = None,
) -> EmailMultiAlternatives:
    """A mail in a language.

    Args:
        template: `mails/<template>.txt`: the subject, an empty line, the text. Its one act is a
            paragraph of two lines, what it is called and `link`; what follows that says why one
            gets the mail. Where there is none, the last paragraph does.
        stop: where one says that no more such mails are wanted; "" for none.
    """
    with translation.override(language):
        link = _ours(context["link"]) if context.get("link") else ""
        ends: dict[str, Any] = {"origin": settings.TAMIS_ORIGIN, "host": _host(), "stop": stop}
        subject, text = _words(template, {**context, **ends, "link": link})
        made = EmailMultiAlternatives(
            subject=subject,
            body=_rendered("mails/letter.txt", {**ends, "text": text}, autoescape=False),
            to=list(to),
            headers=dict(headers),
            connection=connection,
        )
        ends |= {"subject": subject, "code": context.get("code"), "link": link}
        ends |= _parts([part.strip() for part in BLANK.split(text) if part.strip()], link)
        made.attach_alternative(_rendered("mails/letter.html", ends, autoescape=True), "text/html")
    return made


def _parts(paragraphs: list[str], link: str) -> dict[str, Any]:
    """What is said, what the act is called, and why one is written to."""
    acts = [at for at, each in enumerate(paragraphs) if link and each.endswith(f"\n{link}")]
    if not acts:
        return {"said": paragraphs[:-1], "label": "", "why": paragraphs[-1:]}
    at = acts[-1]
    label = paragraphs[at].removesuffix(link).strip().removesuffix(":").strip()  # no-break, too
    return {"said": paragraphs[:at], "label": label, "why": paragraphs[at + 1 :]}


def _words(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and text. Foreign line breaks in the subject are blanks."""
    rendered = _rendered(f"mails/{template}.txt", context, autoescape=False).strip()
    subject, _, text = rendered.partition("\n\n")
    return " ".join(subject.split()), text.strip()


def _rendered(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    template: Any = get_template(name)
    rendered: str = template.template.render(Context(context, autoescape=autoescape))
    return rendered


def _headers(mail: Mail, stop: str) -> dict[str, str]:
    headers = {
        "Message-ID": f"<mail-{mail.pk}@{_host()}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answers from holidays
    }
    if stop:
        # RFC 8058: mail programs offer a button that needs one click and no page.
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _ours(path: str) -> str:
    """An address of this site, whatever was asked for: no mail leads elsewhere."""
    parts = urlsplit(path)
    query = f"?{parts.query}" if parts.query else ""
    return urljoin(settings.TAMIS_ORIGIN, f"/{parts.path.lstrip('/')}{query}")


def _host() -> str:
    return urlsplit(settings.TAMIS_ORIGIN).hostname or "localhost"

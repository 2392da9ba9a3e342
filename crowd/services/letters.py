"""Letters: a waiting mail as it is sent, in text and in simple HTML with nothing from elsewhere."""

import re
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
    """One mail, in its language.

    Args:
        stop_token: for the link that ends mails of this topic; "" for none.
    """
    with translation.override(mail.language):
        stop = _ours(reverse("stop_mails", args=[stop_token])) if stop_token else ""
        context = {**mail.context, "origin": settings.TAMIS_ORIGIN, "host": _host()}
        link = _ours(mail.context["link"]) if mail.context.get("link") else ""
        subject, text = _words(mail.template, {**context, "link": link})
        ends: dict[str, Any] = {"text": text, "stop": stop, "host": _host()}
        made = EmailMultiAlternatives(
            subject=subject,
            body=_rendered("mails/letter.txt", ends, autoescape=False),
            to=[address],
            headers=_headers(mail, stop),
            connection=connection,
        )
        paragraphs = [part.strip() for part in BLANK.split(text) if part.strip()]
        ends |= {"paragraphs": paragraphs, "link": link, "subject": subject}
        made.attach_alternative(_rendered("mails/letter.html", ends, autoescape=True), "text/html")
    return made


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

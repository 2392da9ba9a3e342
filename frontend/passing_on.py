"""Passing a page on: link, e-mail, Mastodon, QR code. Nothing is loaded from anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend.printing import qr

HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True, kw_only=True)
class Links:
    """What `parts/passing_on.html` shows of one page.

    Attributes:
        mastodon: "" until someone has said where their account is.
        instance: as typed, or the host that was understood.
    """

    address: str
    mail: str
    qr: SafeString
    instance: str
    instance_is_wrong: bool
    mastodon: str


def links(*, address: str, title: str, text: str, instance: str = "") -> Links:
    """The ways to pass a page on.

    Args:
        text: what is sent, the address included.
        instance: a Mastodon server as people type it ("@me@piaille.fr", "https://piaille.fr/").
    """
    typed = instance.strip().lower()
    host = typed.removeprefix("https://").rstrip("/").rpartition("@")[2]
    known = bool(HOST.fullmatch(host))
    return Links(
        address=address,
        mail="mailto:?" + _query(subject=title, body=text),
        qr=qr.inline(address, title=_("QR code of this page")),
        instance=host if known else typed,
        instance_is_wrong=bool(typed) and not known,
        mastodon=f"https://{host}/share?" + _query(text=text) if known else "",
    )


def _query(**values: str) -> str:
    return urlencode(values).replace("+", "%20")

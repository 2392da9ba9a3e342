"""Files that volunteers sent, on pages: their pictures, page by page."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crowd.models import Upload

register = template.Library()


@register.simple_tag
def upload_picture(upload: Upload, page: int, sizes: str, lazy: bool = False) -> SafeString:
    """One page's picture in the widths that were drawn, none wider than the screen needs."""
    drawn = upload.pages[page - 1]
    addresses = [(_address(upload, page, width), width) for width in drawn["widths"]]
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" {}>',
        addresses[-1][0],
        ", ".join(f"{address} {width}w" for address, width in addresses),
        sizes,
        drawn["width"],
        drawn["height"],
        _("The file that was sent, page {n} of {of}").format(n=page, of=len(upload.pages)),
        format_html('{}="{}"', *(("loading", "lazy") if lazy else ("decoding", "async"))),
    )


@register.simple_tag
def upload_address(upload: Upload, page: int, which: str = "largest") -> str:
    """Where one page's largest picture is; "file" to be kept as a file."""
    address = _address(upload, page, max(upload.pages[page - 1]["widths"]))
    return f"{address}&file=1" if which == "file" else address


def _address(upload: Upload, page: int, width: int) -> str:
    # Redacted, it is another picture: a page that is still open must not mix the two.
    return f"{reverse('upload_picture', args=[upload.pk, page, width])}?{upload.edition}"

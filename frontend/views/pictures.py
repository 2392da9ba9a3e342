"""Pictures of excerpts, through our own origin, asked for anew each time (DESIGN, rule 12)."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from crowd.models import Excerpt
from frontend.views.campaign import visible
from frontend.views.excerpts import shown_excerpt


@require_safe
def picture(request: HttpRequest, excerpt_id: int, width: int) -> HttpResponseBase:
    """One width of an excerpt's picture; 304 when the browser has it, 404 once withdrawn."""
    return send(request, shown_excerpt(excerpt_id), width)


def send(request: HttpRequest, excerpt: Excerpt, width: int) -> HttpResponseBase:
    """One width of the picture of an excerpt that this person may see."""
    if not excerpt.image_key or width not in excerpt.image_widths:
        raise Http404
    # Pictures never change under their key, so the key is all the entity tag has to say.
    tag = f'"{excerpt.image_key}-{width}"'
    unchanged = get_conditional_response(request, etag=tag)
    if isinstance(unchanged, HttpResponseNotModified):
        return _private(unchanged)
    try:
        stored = default_storage.open(f"{excerpt.image_key}/{width}.webp")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type="image/webp")
    response.headers["ETag"] = tag
    return _private(response)


@require_safe
def story(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The picture of a campaign's story, for whoever may see the campaign."""
    campaign = visible(request, slug)
    if not campaign.picture:
        raise Http404
    tag = f'"{campaign.picture}"'
    unchanged = get_conditional_response(request, etag=tag)
    if isinstance(unchanged, HttpResponseNotModified):
        return _private(unchanged)
    try:
        stored = default_storage.open(campaign.picture)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type="image/webp")
    response.headers["ETag"] = tag
    return _private(response)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response

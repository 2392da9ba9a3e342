"""The link under a mail: no more of these, without signing in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crowd.services import mails


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed address says whose
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mails(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more (a mail scanner opens links, too); POST stops these mails at once."""
    found = mails.read_stop_token(token)
    if found is None:
        raise Http404
    user, topic = found
    if request.method == "POST":
        agreed = "again" in request.POST
        mails.choose(user=user, topic=topic, agreed=agreed, now=timezone.now())
    gets = mails.choices(user=user)[topic]
    return render(request, "pages/stop_mails.html", {"topic": topic, "gets": gets})

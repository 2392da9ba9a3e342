"""How reliable I am, in kind words: a page that nobody else can open."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd.services import reliability as services
from frontend.visitor import TamisRequest


@never_cache
@require_safe
def reliability(request: TamisRequest) -> HttpResponse:
    """What one's own answers have come to, by kind of question."""
    contributor = request.visitor.contributor
    kinds = services.of(contributor=contributor) if contributor else []
    return render(request, "pages/reliability.html", {"kinds": kinds})

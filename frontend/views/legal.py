"""Privacy, legal notice, and how long things are kept: read by anyone, written by the staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import LegalText
from crowd.models.legal import Topic
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import legal as services
from crowd.services import retention
from frontend.views import redirects


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _page(request, Topic.PRIVACY)


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return _page(request, Topic.IMPRINT)


@require_safe
def retention_page(request: HttpRequest) -> HttpResponse:
    return _page(request, Topic.RETENTION)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, topic: str, language: str) -> HttpResponse:
    """Write a text anew; every version stays. `?version=` shows an earlier one to start from."""
    if not _may_edit(request) or topic not in Topic.values or language not in services.LANGUAGES:
        raise Http404
    chosen = Topic(topic)
    context: dict[str, Any] = {
        "topic": chosen,
        "language": language,
        "languages": services.LANGUAGES,
        "versions": services.versions(topic=chosen, language=language)[:30],
        "rules": retention.rules() if chosen is Topic.RETENTION else (),
        "body": _start(request, chosen, language),
    }
    if request.method == "POST":
        context["body"] = request.POST.get("body", "")
        if request.POST.get("do") == "preview":
            context["preview"] = services.as_html(context["body"])
            return render(request, "pages/legal_edit.html", context)
        try:
            _keep(request, chosen, language)
        except Problem as problem:
            context["problem"] = sentence(problem)
            return render(request, "pages/legal_edit.html", context, status=422)
        messages.success(request, _("The text is published."))
        return redirects.SeeOther(reverse(chosen.value))
    return render(request, "pages/legal_edit.html", context)


def _page(request: HttpRequest, topic: Topic) -> HttpResponse:
    language = (get_language() or "en")[:2]
    context = {
        "topic": topic,
        "text": services.shown(topic=topic, language=language),
        "rules": retention.rules() if topic is Topic.RETENTION else (),
        "may_edit": _may_edit(request),
        "edit_language": language if language in services.LANGUAGES else "en",
    }
    return render(request, "pages/legal.html", context)


def _start(request: HttpRequest, topic: Topic, language: str) -> str:
    version = request.GET.get("version", "")
    if version.isdecimal() and len(version) < 18:
        known = LegalText.objects.filter(topic=topic.value, language=language)
        return str(get_object_or_404(known, pk=int(version)).body)
    return services.shown(topic=topic, language=language).body


def _keep(request: HttpRequest, topic: Topic, language: str) -> None:
    now = timezone.now()
    if topic is Topic.RETENTION:
        retention.choose(days=_days(request))
    user = request.user if request.user.is_authenticated else None
    services.write(
        topic=topic, language=language, body=request.POST.get("body", ""), by=user, now=now
    )


def _days(request: HttpRequest) -> dict[str, int]:
    typed = {rule.key: request.POST.get(f"days-{rule.key}", "") for rule in retention.rules()}
    return {
        key: int(each) if each.isdecimal() and len(each) < 6 else 0
        for key, each in typed.items()
        if each
    }


def _may_edit(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_active and (user.is_staff or user.is_superuser)

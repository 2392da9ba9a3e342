"""The site's addresses, and four where something is wrong: to see what people are told then."""

from allauth.core.internal.ratelimit import respond_429
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.csrf import csrf_failure

from crowd.config.urls import urlpatterns as addresses


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("errors/403/", forbidden),
    path("errors/500/", broken),
    path("errors/csrf/", csrf_failure),
    path("errors/429/", respond_429),
    *addresses,
]

"""The API's description of itself, and the page that shows it without loading anything foreign."""

import functools
from typing import Any

from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.described import problems
from api.kinds import KINDS
from api.shapes.problems import KindSerializer
from crowd.models.users import Scope
from crowd.services import apps


class _KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.KeyAuthentication"
    name = ["key", "app"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        key = {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key (tamis_…) acts for the account that made it.",
        }
        flow = {
            "authorizationUrl": "/oauth/authorize/",
            "tokenUrl": "/oauth/token/",
            "refreshUrl": "/oauth/token/",
            "scopes": {scope.value: SCOPES_SAID[scope] for scope in apps.SCOPES},
        }
        app = {
            "type": "oauth2",
            "description": "An app that somebody allowed to act for them: OAuth 2, PKCE (S256).",
            "flows": {"authorizationCode": flow},
        }
        return [key, app]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        view, method = auto_schema.view, auto_schema.method
        needed = getattr(view, "scope", Scope.MANAGE)
        scope = Scope.READ if method in SAFE_METHODS else needed
        if method in getattr(view, "people_only", ()):
            return []
        return [{"key": []}, {"app": [scope.value]}] if scope in apps.SCOPES else [{"key": []}]


SCOPES_SAID = {
    Scope.READ: "read what the account may see",
    Scope.CONTRIBUTE: "take part as the account: claim, answer, correct",
}


class _GuestScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.GuestTokenAuthentication"
    name = "guest"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The token that POST /contributors gave.",
        }


class _BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.BrowserAuthentication"
    name = ["session", "browser"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        why = "Our own pages. What changes anything needs their CSRF token in X-CSRFToken too."
        cookies = (settings.SESSION_COOKIE_NAME, settings.TAMIS_GUEST_COOKIE)
        return [
            {"type": "apiKey", "in": "cookie", "name": name, "description": why} for name in cookies
        ]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        return [{name: []} for name in self.name]  # one of them is enough


class Schema(SpectacularJSONAPIView):
    """OpenAPI, as JSON."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(_described())


@functools.cache
def _described() -> dict[str, Any]:
    """The whole description: made once, since it takes a second and never changes."""
    with translation.override("en"):
        described: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return described


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own origin, its script in a file of its own (CSP)."""

    url_name = "api:schema"
    template_name = "api/docs.html"
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **more: Any) -> HttpResponseBase:
        told: Response = super().get(request, *args, **more)  # type: ignore[no-untyped-call]
        if "script" in request.GET:
            return told
        # As any page: its head knows who is signed in, which the API does not ask here.
        return render(request._request, self.template_name, told.data)


class OneProblem(APIView):
    """What one kind of problem means: the page behind a problem's `type`."""

    authentication_classes = ()

    @extend_schema(operation_id="problem", responses={200: KindSerializer, **problems("not_found")})
    def get(self, request: Request, code: str) -> Response:
        kind = KINDS.get(code)
        if kind is None:
            raise Http404
        said = {"title": str(kind.title), "detail": str(kind.detail)}
        return Response({"code": code, "status": kind.status, **said})


class NotThere(APIView):
    """Any other address under /api/: a problem document too, whatever the method."""

    schema = None
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        raise Http404

    head = options = post = put = patch = delete = trace = get

"""Where apps get and give back their tokens, which RFC 6749 describes, and not our API."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.views import RevokeTokenView, TokenView


class Token(TokenView):  # type: ignore[misc]
    """A code, or a renewal, for a token. The library's, without the grant for devices."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _refused(request) or self.authorization_flow_token_response(request)


class Revoke(RevokeTokenView):  # type: ignore[misc]
    """A token given back (RFC 7009)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = _refused(request)
        response: HttpResponse = refused or super().post(request, *args, **kwargs)
        return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    """What PostgreSQL can't even be asked for (NUL) is told as what it is, not as our failure."""
    sent = (value for _, values in request.POST.lists() for value in values)
    if any("\x00" in value for value in sent):
        return JsonResponse({"error": "invalid_request"}, status=400)
    return None

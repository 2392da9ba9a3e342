"""`Idempotency-Key`: a POST that is sent again is answered as the first time, and not done twice.

After draft-ietf-httpapi-idempotency-key-header: the same key with another request is 422, while the
first is being worked on 409. What names itself (an answer's UUID, a file's digest) needs no key.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import authentication, identity
from api.problems import Refusal
from api.renderers import QuickJson
from crowd.services import repeats
from crowd.services.repeats import Reply

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
FITS = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = ("Content-Type", "Location")


def is_asked(request: HttpRequest, view: Any) -> bool:
    """Whether this request to this view wants to be done once (`view`: what is routed to)."""
    shape = getattr(view, "cls", None)
    asked = request.method == "POST" and HEADER in request.headers
    return asked and shape is not None and not getattr(shape, "names_itself", False)


def respond(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase:
    """The reply of a view to a request that is to be done once.

    The view's own doors come first, also for what is only repeated: who asks, what they may do,
    limits.
    """
    made: APIView = view.cls(**view.initkwargs)
    made.setup(request, *args, **kwargs)
    done: Callable[..., Any] = getattr(made, "post", made.http_method_not_allowed)

    def post(asked: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _once(asked, lambda: done(asked, *args, **kwargs))

    made.post = post  # type: ignore[attr-defined]
    return made.dispatch(request, *args, **kwargs)


def _once(request: Request, act: Callable[[], Response]) -> HttpResponseBase:
    first: list[Response] = []

    def acted() -> Reply:
        first.append(act())
        return _kept(first[0])

    caller = _caller(request)
    kept = repeats.once(
        caller=caller,
        key=_key(request, caller),
        request=_digest(request),
        act=acted,
        now=timezone.now(),
    )
    if kept is None:
        return first[0]
    return HttpResponse(kept.body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _caller(request: Request) -> str:
    key = authentication.key_of(request)
    if key is not None:
        return key.name
    user = identity.account(request)
    if user is not None:
        return f"account-{user.pk}"
    guest = identity.contributor(request)
    return f"guest-{guest.public_id}" if guest else ""


def _key(request: Request, caller: str) -> str:
    """What the header says; without an identity, it must be what nobody guesses: a UUID.

    Raises:
        Refusal: `invalid_header`.
    """
    given = request.headers[HEADER].strip().strip('"')
    if not FITS.fullmatch(given):
        raise _refusal(_("Give 1 to 255 letters, digits or signs, without spaces."))
    if not caller:
        try:
            UUID(given)
        except ValueError:
            told = _("Without a key or token, this must be a UUID, which nobody else guesses.")
            raise _refusal(told) from None
    return given


def _refusal(told: str) -> Refusal:
    return Refusal("invalid_header", [{"header": HEADER, "code": "invalid", "detail": told}])


def _digest(request: Request) -> bytes:
    """A digest of the address and what was sent there, files by their content."""
    found = hashlib.sha256(request.get_full_path().encode())
    sent: Any = request.data
    if not isinstance(sent, QueryDict):
        found.update(QuickJson().render(sent))
        return found.digest()
    for name, values in sorted(sent.lists()):
        for value in values:
            found.update(repr(name).encode())
            for chunk in value.chunks() if isinstance(value, UploadedFile) else [value.encode()]:
                found.update(chunk)
            if isinstance(value, UploadedFile):
                found.update(repr(value.name).encode())
                value.seek(0)
    return found.digest()


def _kept(response: Response) -> Reply:
    headers = {name: response.headers[name] for name in KEPT if name in response.headers}
    if response.data is not None:
        headers["Content-Type"] = QuickJson.media_type
    return Reply(
        status=response.status_code,
        headers=headers,
        body=QuickJson().render(response.data),
    )

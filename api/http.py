"""What HTTP itself asks of every reply under /api/v1: tags, other origins, compression, limits."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_string

Handler = Callable[[HttpRequest], HttpResponseBase]
ROOT = "/api/v1/"
READS = ("GET", "HEAD")
WORTH_COMPRESSING = 1024  # bytes; below, the headers cost more than is saved
RANDOM = 100  # bytes that hide the length of what is compressed (Heal the BREACH, 2022)
# What replies to reading depend on, besides the address.
VARY = ("Accept", "Accept-Language", "Authorization", "Cookie")
MAY_SEND = "Authorization, Accept-Language, If-None-Match"
MAY_SEE = "ETag, RateLimit, RateLimit-Policy, Retry-After"


class ApiHttpMiddleware:
    """Tags what is read, so that a copy is only sent where it changed; lets scripts of other
    origins read what is public; says how much may still be asked.

    Nothing may be shown from a copy without asking (`no-cache`): a withdrawal holds at once.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        if _is_preflight(request):
            return _allowed(request)
        response = self.get_response(request)
        standing = getattr(request, "rate", None)
        if standing is not None:
            response.headers["RateLimit-Policy"] = standing.policy
            response.headers["RateLimit"] = standing.told
        if request.method in READS:
            response = _read(request, response)
        return response


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _allowed(request: HttpRequest) -> HttpResponse:
    """Other origins may read, by a key or without; what changes anything is for our own pages and
    for programs that are no browser.
    """
    response = HttpResponse(status=204)
    patch_vary_headers(response, ["Access-Control-Request-Method", "Origin"])
    if request.headers["Access-Control-Request-Method"] in READS:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = ", ".join(READS)
        response.headers["Access-Control-Allow-Headers"] = MAY_SEND
        response.headers["Access-Control-Max-Age"] = "3600"
    return response


def _read(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    by_cookie = bool(request.COOKIES)
    if not by_cookie:  # what a person's cookies open is never shown to another origin's script
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = MAY_SEE
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if response.streaming or not isinstance(response, HttpResponse):
        return response
    patch_vary_headers(response, VARY)
    if response.status_code != 200 or not _is_json(response):
        return response
    if not response.has_header("ETag"):
        digest = hashlib.blake2b(response.content, digest_size=16).hexdigest()
        response.headers["ETag"] = f'W/"{digest}"'
    told = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    if told is not None and told is not response:
        for name in KEPT:
            if name in response.headers:
                told.headers[name] = response.headers[name]
        return told
    # Compressing what somebody else can have asked for with a person's cookies would let its
    # length tell its content (BREACH): not with cookies, and with a random length otherwise.
    return response if by_cookie else _compressed(request, response)


KEPT = (
    *("Access-Control-Allow-Origin", "Access-Control-Expose-Headers"),
    *("RateLimit", "RateLimit-Policy", "Vary"),
)


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").split(";")[0] == "application/json"


def _compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept-Encoding"])
    asked = [each.partition(";") for each in request.headers.get("Accept-Encoding", "").split(",")]
    wanted = any(name.strip() == "gzip" and q.strip() != "q=0" for name, _, q in asked)
    long = len(response.content) >= WORTH_COMPRESSING
    if wanted and long and not response.has_header("Content-Encoding"):
        response.content = compress_string(response.content, max_random_bytes=RANDOM)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
    return response

"""What HTTP itself asks of every reply under /api/v1: tags, other origins, compression, limits."""

import hashlib
from collections.abc import Callable
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_string

from api import repeats

Handler = Callable[[HttpRequest], HttpResponseBase]
ROOT = "/api/v1/"
READS = ("GET", "HEAD")
WORTH_COMPRESSING = 1024  # bytes; below, the headers cost more than is saved
RANDOM = 100  # bytes that hide the length of what is compressed (Heal the BREACH, 2022)
MINIMAL = "return=minimal"
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

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(ROOT) and repeats.is_asked(request, view):
            return repeats.respond(request, view, args, kwargs)
        return None

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
            return _read(request, response)
        return _minimal(response) if _wants_little(request) else response


def _wants_little(request: HttpRequest) -> bool:
    """`Prefer: return=minimal` (RFC 7240): whoever writes need not be told what is there now."""
    asked = (each.strip() for each in request.headers.get("Prefer", "").split(","))
    return MINIMAL in asked


def _minimal(response: HttpResponseBase) -> HttpResponseBase:
    if response.streaming or response.status_code not in {200, 201, 202}:
        return response
    little = HttpResponse(status=204)
    del little.headers["Content-Type"]
    for name in ("Location", "Content-Language", *KEPT):
        if name in response.headers:
            little.headers[name] = response.headers[name]
    little.headers["Preference-Applied"] = MINIMAL
    return little


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
    short = len(response.content) < WORTH_COMPRESSING
    coding = None if short else _coding(request.headers.get("Accept-Encoding", ""))
    if coding is not None and not response.has_header("Content-Encoding"):
        response.content = CODINGS[coding](response.content)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = coding
    return response


def _coding(asked: str) -> str | None:
    """The best of our codings that the caller takes."""
    each = (one.partition(";") for one in asked.split(","))
    taken = {name.strip() for name, _, q in each if q.replace(" ", "") not in NEVER}
    return next((name for name in CODINGS if name in taken), None)


def _brotli(content: bytes) -> bytes:
    """Its length is not hidden as that of gzip: whoever could make use of it needs cookies."""
    return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))


def _gzip(content: bytes) -> bytes:
    return compress_string(content, max_random_bytes=RANDOM)


BROTLI_QUALITY = 5  # about as quick as gzip
NEVER = {"q=0", "q=0.0", "q=0.00", "q=0.000"}
CODINGS = {"br": _brotli, "gzip": _gzip}  # the best first

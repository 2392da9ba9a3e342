"""Where requests that changed something lead: a page that a reload does not send again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class SeeOther(HttpResponseRedirect):
    """303: "it is done, now look there"; the browser follows with GET."""

    status_code = 303


class SameAgain(HttpResponseRedirect):
    """307: "ask there, in the same way"; what was posted here is posted there."""

    status_code = 307


def back(request: HttpRequest) -> str:
    """The form's own `next`, if it stays on this site; the home page otherwise."""
    there = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return there if safe else reverse("home")

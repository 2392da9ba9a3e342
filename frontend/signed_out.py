"""Signed out meanwhile: what was typed waits in the browser's session until its sender is back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from crowd.models import Assignment, Campaign
from crowd.rules.problems import Problem
from crowd.services import drafts
from frontend import answer_form
from frontend.views import redirects
from frontend.visitor import TamisRequest

UNSENT = "unsent"
LASTS = 24 * 3600  # seconds that it waits: the session is nobody's yet
OF_AN_ACCOUNT = Q(contributor__user__isnull=False) | Q(contributor__joined_into__user__isnull=False)


def ask_to_sign_in(request: TamisRequest, campaign: Campaign, assignment_id: int) -> HttpResponse:
    """Nobody we know asks for an account's assignment: sign in first, then it goes on here.

    Raises:
        Http404: there is no such assignment, or a guest's.
    """
    known = Assignment.objects.filter(OF_AN_ACCOUNT, microtask__campaign=campaign)
    if not known.filter(pk=assignment_id).exists():
        raise Http404
    there = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    if request.method != "POST":
        return redirects.SeeOther(there)
    if request.headers.get("Accept") == "application/json" or request.POST.get("do") == "keep":
        return HttpResponse(status=401)  # the page's script keeps it on the device meanwhile
    typed = answer_form.typed(request.POST)
    if sum(len(value) for values in typed.values() for value in values) <= drafts.LONGEST:
        request.session[UNSENT] = {"assignment": assignment_id, "typed": typed}
        request.session.set_expiry(LASTS)
    messages.info(request, _("You were signed out. Sign in again: what you typed is kept."))
    return HttpResponseClientRedirect(there) if request.htmx else redirects.SeeOther(there)


def bring_back(request: TamisRequest, held: Assignment) -> None:
    """Make what waited the draft of the assignment it was typed for; once."""
    unsent = request.session.get(UNSENT)
    if unsent is None or unsent["assignment"] != held.pk:
        return
    del request.session[UNSENT]
    request.session.set_expiry(None)
    try:
        drafts.save(assignment=held, fields=unsent["typed"], seen=0, now=timezone.now())
    except Problem:
        return  # longer than a draft may be; checked before it was put by

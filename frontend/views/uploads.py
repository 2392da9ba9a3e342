"""Files that volunteers send: taken while the form is filled in, shown to who may see them."""

from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Assignment, Question, Upload
from crowd.rules.problems import Problem
from crowd.services import assignments, uploads
from frontend import answer_form
from frontend.answer_form import files
from frontend.answer_form.names import name_of
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest

# Nothing in it may run, even if a browser took our picture for something else.
POLICY = "sandbox; default-src 'none'"


@never_cache
@require_POST
def send(request: TamisRequest, slug: str, assignment_id: int, key: str) -> HttpResponse:
    """Take one file, or take it back; what comes back is its part of the form."""
    campaign = visible(request, slug)
    held = _held(request, assignment_id, slug)
    question = get_object_or_404(Question, step=held.microtask.step_id, key=key, kind="upload")
    wrong: dict[str, Problem] = {}
    data = request.POST.copy()
    try:
        sent = files.take_one(request, held=held, question=question, now=timezone.now())
        if sent is None:
            files.take_back(held=held, pk=data.get(name_of(key), ""))
        data[name_of(key)] = str(sent.pk) if sent else ""
    except Problem as problem:
        wrong[key] = problem
    form = answer_form.again([question], data, uuid.uuid4(), wrong)
    field = form.fields[0]
    context = {"campaign": campaign, "assignment": held, "field": field, "file": field.file}
    return render(request, "parts/upload_answer.html", context, status=422 if wrong else 200)


@require_safe
def picture(request: TamisRequest, pk: uuid.UUID, page: int, width: int) -> HttpResponseBase:
    """One page of a file in one width: 404 for whoever may not see it, 304 when they have it."""
    upload = _seen(request, pk)
    if not 1 <= page <= len(upload.pages) or width not in upload.pages[page - 1]["widths"]:
        raise Http404
    tag = f'"{upload.key(page)}-{width}"'
    unchanged = get_conditional_response(request, etag=tag)
    if isinstance(unchanged, HttpResponseNotModified):
        return _guarded(unchanged, request, upload, page)
    try:
        stored = default_storage.open(f"{upload.key(page)}/{width}.webp")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, content_type="image/webp")
    response.headers["ETag"] = tag
    return _guarded(response, request, upload, page)


def _guarded(
    response: HttpResponseBase, request: HttpRequest, upload: Upload, page: int
) -> HttpResponseBase:
    kept = f'attachment; filename="proof-{str(upload.pk)[:8]}-{page}.webp"'
    response.headers["Content-Disposition"] = kept if "file" in request.GET else "inline"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _seen(request: TamisRequest, pk: uuid.UUID) -> Upload:
    upload = get_object_or_404(Upload.objects.select_related("microtask__campaign"), pk=pk)
    user = request.user if request.user.is_authenticated else None
    if not uploads.may_see(upload=upload, contributor=request.visitor.contributor, user=user):
        raise Http404
    return upload


def _held(request: TamisRequest, assignment_id: int, slug: str) -> Assignment:
    contributor = request.visitor.contributor
    try:
        if contributor is None:
            raise Http404
        held = assignments.open_for(contributor=contributor, assignment_id=assignment_id)
    except Assignment.DoesNotExist:
        raise Http404 from None
    if held.microtask.campaign.slug != slug:
        raise Http404
    return held

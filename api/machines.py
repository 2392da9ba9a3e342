"""Machine volunteers: made by the team; given work and heard line by line."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

import orjson
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.exports import AnyRenderer
from api.problems import Refusal
from api.records import NDJSON, Lines, lines_of
from api.shapes.excerpts import ExcerptSerializer
from api.shapes.machines import (
    MachineChangeSerializer,
    MachineSerializer,
    MadeMachineSerializer,
    NewMachineSerializer,
)
from crowd import sentences
from crowd.models import Campaign, Contributor, Machine, MicroTask
from crowd.models.contributors import ContributorKind
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import machines
from crowd.services.machines import Heard, Said

TEAM = (*IDENTITY, "permission_denied", "not_found")
OWN = (*IDENTITY, "not_a_machine", "machine_stopped", "machine_elsewhere", "not_found")
MOST_OF_A_LINE = 64 * 1024  # bytes
AT_ONCE = 100  # lines that are sent together


class Machines(APIView):
    """The machines that take part in a campaign. Only for its team."""

    @extend_schema(
        operation_id="machines_list",
        responses={200: MachineSerializer(many=True), **problems(*TEAM)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = machines.of_campaign(campaign=editable(request, slug))
        return Response(MachineSerializer(found, many=True).data)

    @extend_schema(
        operation_id="machines_create",
        request=NewMachineSerializer,
        responses={201: MadeMachineSerializer, **problems(*TEAM, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let a machine take part: it never decides alone, and is on no board."""
        campaign = editable(request, slug)
        asked = NewMachineSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        name, by = asked.validated_data["name"], identity.account(request)
        machine, token = machines.make(campaign=campaign, name=name, by=by, now=timezone.now())
        told = MachineSerializer(machine).data
        at = f"/campaigns/{slug}/machines/{machine.pk}"
        return created({**told, "token": token}, at=at)


class OneMachine(APIView):
    """One machine of a campaign. Only for its team."""

    @extend_schema(
        operation_id="machines_change",
        request=MachineChangeSerializer,
        responses={200: MachineSerializer, **problems(*TEAM, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Have what it says suggested to people, or not; stop it, or let it go on."""
        campaign = editable(request, slug)
        machine = get_object_or_404(machines.of_campaign(campaign=campaign), pk=pk)
        asked = MachineChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        by = identity.account(request)
        machines.change(machine=machine, by=by, now=timezone.now(), **asked.validated_data)
        return Response(MachineSerializer(machine).data)


class MachineWork(APIView):
    """What a machine has not answered yet: one open micro-task a line, for its own token."""

    scope = Scope.CONTRIBUTE
    renderer_classes = (AnyRenderer,)
    http_method_names = ("get",)

    @extend_schema(
        operation_id="machine_work",
        parameters=[
            OpenApiParameter("after", int, description="The number of the last one you have.")
        ],
        responses={(200, NDJSON): OpenApiTypes.STR, **problems(*OWN, "invalid_parameter")},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """`{"microtask", "step", "about", "excerpt"}`, in the order of their numbers."""
        machine = own(request, campaigns.find(request, slug))
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > 18:
            raise Refusal("invalid_parameter")
        found = machines.work(machine=machine, after=int(after))
        told = (_line(each, request) for each in found)
        return StreamingHttpResponse(_together(told), content_type=NDJSON)


class MachineAnswers(APIView):
    """What a machine says: one JSON object a line: `microtask`, `values`, perhaps `id`.

    The reply has a line for each: `accepted`, `repeated` (it was said before; nothing changed) or
    `refused`, with what is wrong. A line that does not fit does not stop the others.
    """

    scope = Scope.CONTRIBUTE
    names_itself = True  # a line is known by its micro-task
    parser_classes = (Lines,)
    renderer_classes = (AnyRenderer,)
    http_method_names = ("post",)

    @extend_schema(
        operation_id="machine_answers",
        request={NDJSON: OpenApiTypes.STR},
        responses={
            (200, NDJSON): OpenApiTypes.STR,
            **problems(*OWN, *CHANGE, *BODY, "campaign_not_open"),
        },
    )
    def post(self, request: Request, slug: str) -> StreamingHttpResponse:
        campaign, now = campaigns.find(request, slug), timezone.now()
        machine = own(request, campaign)
        if (request.content_type or "").split(";")[0].strip() != NDJSON:
            raise UnsupportedMediaType(request.content_type or "")
        if not campaign.is_open:
            raise Problem("campaign_not_open")
        told = _heard(machine, lines_of(request._request), now)
        return StreamingHttpResponse(_together(told), content_type=NDJSON)


def own(request: Request, campaign: Campaign) -> Machine:
    """The machine whose token this is.

    Raises:
        NotAuthenticated, Refusal, Problem: nobody, a person, stopped, or of another campaign.
    """
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    auth = cast(Contributor | None, request.auth)
    if auth is None or auth.kind != ContributorKind.MACHINE:
        raise Refusal("not_a_machine")
    return machines.in_campaign(contributor=auth, campaign=campaign)


def _line(microtask: MicroTask, request: Request) -> bytes:
    excerpt = ExcerptSerializer(microtask.excerpt, context={"request": request}).data
    told = {"microtask": microtask.pk, "step": microtask.step.key, "about": microtask.about}
    return orjson.dumps({**told, "excerpt": excerpt}, default=str)


def _heard(machine: Machine, lines: Iterable[bytes], now: datetime) -> Iterator[bytes]:
    """One result a line: those that can't be read in their place among the others."""
    unread: list[Heard] = []
    for heard in machines.take(machine=machine, lines=_said(lines, unread), now=now):
        while unread and unread[0].number < heard.number:
            yield _told(unread.pop(0))
        yield _told(heard)
    yield from map(_told, unread)


def _said(lines: Iterable[bytes], unread: list[Heard]) -> Iterator[Said]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _read(number, line)
        except (ValueError, KeyError, TypeError):
            wrong = {"": Problem("machine_line_unreadable")}
            unread.append(Heard(number=number, outcome="refused", problems=wrong))


def _read(number: int, line: bytes) -> Said:
    if len(line) > MOST_OF_A_LINE:
        raise ValueError
    told = orjson.loads(line)
    microtask, values = told["microtask"], told["values"]
    if type(microtask) is not int or not isinstance(values, dict):
        raise TypeError
    given = uuid.UUID(told["id"]) if "id" in told else None
    return Said(number=number, microtask=microtask, values=values, id=given)


def _told(heard: Heard) -> bytes:
    wrong: list[dict[str, Any]] = [
        {"question": key, "code": each.code, "detail": sentences.sentence(each)}
        for key, each in heard.problems.items()
    ]
    return orjson.dumps({"line": heard.number, "outcome": heard.outcome, "errors": wrong})


def _together(lines: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    for line in lines:
        held.append(line + b"\n")
        if len(held) == AT_ONCE:
            yield b"".join(held)
            held = []
    yield b"".join(held)

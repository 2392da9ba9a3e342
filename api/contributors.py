"""Who am I: guests are made here, and everyone may choose a name and a language."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.pagination import ByCursor, cursor_of, limit_of, next_page, page
from api.problems import Refusal, error
from api.shapes.answers import MyAnswerSerializer
from api.shapes.contributors import (
    ContributorChangeSerializer,
    ContributorSerializer,
    GuestRequestSerializer,
    GuestSerializer,
)
from api.shapes.reviews import StandingSerializer
from crowd.models import Answer, Contributor
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import contributors, history, reliability, wishes


class Contributors(APIView):
    """Take part without an account: a new guest, and the token that is their identity."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="contributors_create",
        request=GuestRequestSerializer,
        responses={201: GuestSerializer, **problems(*CHANGE, *BODY)},
    )
    def post(self, request: Request) -> Response:
        asked = GuestRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        language = asked.validated_data.get("language") or get_language() or "en"
        guest, token = contributors.start_guest(
            language=language, now=timezone.now(), address=request.META.get("REMOTE_ADDR", "")
        )
        made = {"contributor": guest, "token": token}
        return created(GuestSerializer(made).data, at="/contributors/me")


class Me(APIView):
    """Yourself: your name on the boards, your language, what your answers came to."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me",
        responses={200: ContributorSerializer, **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request) -> Response:
        return Response(ContributorSerializer(identity.known(request)).data)

    @extend_schema(
        operation_id="contributors_me_change",
        request=ContributorChangeSerializer,
        responses={200: ContributorSerializer, **problems(*IDENTITY, *CHANGE, *BODY)},
    )
    def patch(self, request: Request) -> Response:
        contributor = identity.taking_part(request, now=timezone.now())
        asked = ContributorChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        _change(contributor, asked.validated_data)
        return Response(ContributorSerializer(contributor).data)


class MyAnswers(GenericAPIView[Answer]):
    """Your answers, the newest first, and what became of them."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    pagination_class = ByCursor  # for the schema; the page is cut by `history`
    filter_backends = ()

    @extend_schema(
        operation_id="contributors_me_answers",
        responses={
            200: MyAnswerSerializer(many=True),
            **problems(*IDENTITY, "invalid_parameter", "not_found"),
        },
    )
    def get(self, request: Request) -> Response:
        contributor, limit = identity.known(request), limit_of(request)
        items = history.of(
            contributor=contributor, before=cursor_of(request, UUID), limit=limit + 1
        )
        following = next_page(request, [item.answer for item in items], limit)
        return page(MyAnswerSerializer(items[:limit], many=True).data, following)


class MyReliability(APIView):
    """How reliable you have been, by kind of question, in words. Nobody else is told."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_reliability",
        responses={200: StandingSerializer(many=True), **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request) -> Response:
        found = reliability.of(contributor=identity.known(request))
        return Response(StandingSerializer(found, many=True).data)


def _change(contributor: Contributor, asked: dict[str, Any]) -> None:
    if "language" in asked:
        contributors.speak(contributor=contributor, language=asked["language"])
    if {"reads", "no_handwriting", "no_sensitive"} & asked.keys():
        wishes.choose(
            contributor=contributor,
            reads=asked.get("reads", contributor.reads.split(",")),
            no_handwriting=asked.get("no_handwriting", contributor.no_handwriting),
            no_sensitive=asked.get("no_sensitive", contributor.no_sensitive),
        )
    if not {"pseudonym", "listed"} & asked.keys():
        return
    try:
        contributors.choose_name(
            contributor=contributor,
            pseudonym=asked.get("pseudonym", contributor.pseudonym) or "",
            listed=asked.get("listed", contributor.listed),
        )
    except Problem as problem:
        raise Refusal("invalid", [error(problem, "pseudonym")]) from problem

"""What is kept of you: all of it, which devices are you, and being forgotten."""

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.people import (
    CodeSerializer,
    ForgettingSerializer,
    JoinedSerializer,
    JoiningSerializer,
    MailChoicesSerializer,
)
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.services import belongings, contributors, devices, forgetting, mails


class ZipRenderer(BaseRenderer):
    """Says that there is a ZIP file here; the view streams it itself."""

    media_type = "application/zip"
    format = "zip"

    def render(self, data: object, *args: object, **kwargs: object) -> bytes:
        raise AssertionError("the view streams its file itself")


class MyData(APIView):
    """All that is kept of you, and of nobody else: a ZIP file of CSV and JSON tables."""

    beyond_campaigns = True
    people_only = ("GET", "HEAD")
    renderer_classes = (ZipRenderer,)
    http_method_names = ("get", "head")

    @extend_schema(
        operation_id="contributors_me_data",
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            **problems(*IDENTITY, "not_found", "people_only"),
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        contributor = identity.known(request)
        return StreamingHttpResponse(
            belongings.zipped(
                contributor=contributor, user=identity.account(request), now=timezone.now()
            ),
            content_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="tamis.zip"'},
        )


class Forgetting(APIView):
    """Be forgotten: an account is deleted, a guest's token is worth nothing from then on.

    Answers stay without any link to you. Those with free text or files can be withdrawn.
    """

    beyond_campaigns = True
    people_only = ("POST",)

    @extend_schema(
        operation_id="contributors_me_forget",
        request=ForgettingSerializer,
        responses={204: None, **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "people_only")},
    )
    def post(self, request: Request) -> Response:
        contributor = identity.known(request)
        asked = ForgettingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        withdrawn = asked.validated_data["withdraw"]
        forgetting.forget(
            contributor=contributor,
            user=identity.account(request),
            answer_ids=None if withdrawn == "all" else asked.validated_data["answers"],
            now=timezone.now(),
        )
        return Response(status=204)


class JoiningCodes(APIView):
    """A code that joins another device to you: it works once, for some minutes."""

    beyond_campaigns = True
    people_only = ("POST",)

    @extend_schema(
        operation_id="joining_codes_create",
        request=None,
        responses={201: CodeSerializer, **problems(*IDENTITY, *CHANGE, "invalid", "people_only")},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        try:
            code = devices.make_code(contributor=contributor, now=now)
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "")]) from problem
        return created(CodeSerializer(code).data, at="/contributors/me/joining-codes")


class Joining(APIView):
    """Open the code of another device: both are one person from then on.

    Of two answers to one micro-task the earlier one counts. Where both are guests, the reply has
    the token that speaks for both; where the other is an account, sign in to it.
    """

    beyond_campaigns = True
    people_only = ("POST",)

    @extend_schema(
        operation_id="contributors_me_join",
        request=JoiningSerializer,
        responses={
            200: JoinedSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "people_only"),
        },
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        asked = JoiningSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            joined = devices.join(
                letters=asked.validated_data["code"],
                contributor=contributor,
                user=identity.account(request),
                now=now,
            )
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "code")]) from problem
        token = None
        if joined.person.user_id is None:
            token = contributors.token_of(contributor=joined.person)
        return Response(JoinedSerializer({"contributor": joined.person, "token": token}).data)


class MyMails(APIView):
    """Which mails you agreed to, by topic. Guests have no address, and get none."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_mails",
        responses={200: MailChoicesSerializer, **problems(*IDENTITY)},
    )
    def get(self, request: Request) -> Response:
        return Response(self._said(request))

    @extend_schema(
        operation_id="contributors_me_mails_change",
        request=MailChoicesSerializer,
        responses={200: MailChoicesSerializer, **problems(*IDENTITY, *CHANGE, *BODY)},
    )
    def patch(self, request: Request) -> Response:
        user = identity.signed_in(request)
        asked = MailChoicesSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        for topic, agreed in asked.validated_data.items():
            mails.choose(user=user, topic=Topic(topic), agreed=agreed, now=timezone.now())
        return Response(self._said(request))

    def _said(self, request: Request) -> dict[str, bool]:
        said = mails.choices(user=identity.signed_in(request))
        return {topic.value: agreed for topic, agreed in said.items()}

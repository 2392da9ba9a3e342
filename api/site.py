"""What is the site's, and no campaign's: its legal texts, and who may launch on it."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.site import (
    LaunchAskSerializer,
    LaunchingSerializer,
    LegalTextSerializer,
    NewLegalTextSerializer,
)
from crowd.models import User
from crowd.models.legal import Topic
from crowd.services import launching, legal


class Legal(APIView):
    """The privacy notice, the legal notice, or how long things are kept. Markdown."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="legal_retrieve",
        responses={200: LegalTextSerializer, **problems("not_found", "key_of_one_campaign")},
    )
    def get(self, request: Request, topic: str) -> Response:
        """The words that stand now, in the language of Accept-Language."""
        return _text(_topic(topic), (get_language() or "en")[:2])

    @extend_schema(
        operation_id="legal_update",
        request=NewLegalTextSerializer,
        responses={
            200: LegalTextSerializer,
            **problems(
                *IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found", "key_of_one_campaign"
            ),
        },
    )
    def put(self, request: Request, topic: str) -> Response:
        """Write it anew in one language, for this site's staff. Every version is kept."""
        by = identity.signed_in(request)
        if not (by.is_staff or by.is_superuser):
            raise PermissionDenied
        asked = NewLegalTextSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = _topic(topic)
        legal.write(topic=known, by=by, now=timezone.now(), **asked.validated_data)
        return _text(known, asked.validated_data["language"])


class Launching(APIView):
    """Whether this account may start campaigns here, and what it asked for."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="launching_retrieve",
        responses={200: LaunchingSerializer, **problems(*IDENTITY, "key_of_one_campaign")},
    )
    def get(self, request: Request) -> Response:
        return _launching(identity.signed_in(request))

    @extend_schema(
        operation_id="launching_ask",
        request=LaunchAskSerializer,
        responses={
            201: LaunchingSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "key_of_one_campaign"),
        },
    )
    def post(self, request: Request) -> Response:
        """Ask this site's staff for it, where they approve who launches. Twice is once."""
        user = identity.signed_in(request)
        asked = LaunchAskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        launching.ask(user=user, about=asked.validated_data["about"], now=timezone.now())
        return created(_launching(user).data, at="/contributors/me/launching")


def _topic(name: str) -> Topic:
    if name not in Topic.values:
        raise Http404
    return Topic(name)


def _text(topic: Topic, language: str) -> Response:
    language = language if language in legal.LANGUAGES else "en"
    shown = legal.shown(topic=topic, language=language)
    made_at = shown.version.made_at if shown.version else None
    told = {"topic": topic.value, "language": language, "body": shown.body, "made_at": made_at}
    return Response(LegalTextSerializer(told).data)


def _launching(user: User) -> Response:
    permit = launching.permits(user=user).first()
    told = {
        "may_launch": launching.may_launch(user=user),
        "may_ask": launching.may_ask(user=user),
        "state": permit.state if permit else None,
        "about": permit.about if permit else "",
    }
    return Response(LaunchingSerializer(told).data)

"""The whole set-up of a campaign as one document, in JSON or YAML."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.parsers import PlainJson
from api.renderers import QuickJson
from api.roles import looking
from crowd.services import setup_files, setups
from crowd.services.setup_schema import SCHEMA

YAML = "application/yaml"
OURS = (*IDENTITY, "permission_denied", "not_found")


class YamlText(BaseRenderer):
    """YAML that the service has written already."""

    media_type = YAML
    format = "yaml"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return str(data).encode()


class YamlSetup(BaseParser):
    """A set-up in YAML, bounded and without aliases."""

    media_type = YAML

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        length = parser_context["request"].META.get("CONTENT_LENGTH") if parser_context else None
        # Without a length there is no body: WSGI servers read as many bytes as they are told.
        most = min(int(length or 0), setup_files.MOST_BYTES + 1)
        return setup_files.parse(data=stream.read(most))


class Setup(APIView):
    """A campaign's cause, steps, questions, policies and way of splitting, for its team."""

    renderer_classes = (QuickJson, YamlText)
    parser_classes = (PlainJson, YamlSetup)

    @extend_schema(
        operation_id="setup_retrieve",
        responses={200: SCHEMA, **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The set-up; as YAML with `Accept: application/yaml`."""
        return self._told(request, looking(request, slug))

    @extend_schema(
        operation_id="setup_update",
        request={"application/json": SCHEMA, YAML: SCHEMA},
        responses={200: SCHEMA, **problems(*OURS, *CHANGE, *BODY, "steps_in_play")},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Replace a draft's steps and questions, and the words of the cause that are given."""
        campaign = editable(request, slug)
        described = setup_files.check(request.data)
        by = identity.account(request)
        setups.replace(campaign=campaign, description=described, by=by, now=timezone.now())
        return self._told(request, campaign)

    def _told(self, request: Request, campaign: Any) -> Response:
        if request.accepted_renderer.media_type == YAML:
            return Response(setups.as_yaml(campaign=campaign))
        return Response(setups.describe(campaign=campaign))

"""The public streams' addresses, as the web processes answer them.

The socket process serves streams (`api.sockets.events`); where a proxy makes one origin of both, a
request for one never comes here. Without a proxy (`make run`) the sockets are next door, and
listeners are sent on. Behind a proxy that knows of no streams they are given what there is, and
come back: less lively, and nothing is missed.
"""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from api.campaigns import find
from api.described import problems
from api.exports import AnyRenderer
from api.problems import Refusal
from api.sockets import events
from crowd import valkey
from crowd.models import Campaign
from crowd.services import streams
from crowd.services.streams import Message

TOLD = (
    "`event: news` at once and whenever verdicts become public, at most once a second: `data` is a "
    "JSON object with `campaign`, `state`, `at`, `progress` (as at `/progress`) and `verdicts`, a "
    "list of `{id, revision, outcome, step, about, microtask, excerpt, links}`. Values are behind "
    "the links. `event: missed`: what was told since your place is not kept any more; read "
    "`/verdicts?since=…`. Lines that begin with a colon only keep the connection alive."
)
PLACE = "The `id` of the last event you have heard; what was told since then comes first."


class CampaignStream(APIView):
    """News of a campaign as they come: counts, and links to new verdicts, for everyone."""

    authentication_classes = ()
    renderer_classes = (AnyRenderer,)
    http_method_names = ("get",)

    @extend_schema(
        operation_id="campaigns_stream",
        description="Server-Sent Events. The same messages by WebSocket: "
        "`/ws/campaigns/{slug}/stream/`.",
        parameters=[
            OpenApiParameter("Last-Event-ID", str, "header", description=PLACE),
            OpenApiParameter("after", str, description=f"{PLACE} For who can send no header."),
        ],
        responses={
            (200, "text/event-stream"): OpenApiResponse(OpenApiTypes.STR, description=TOLD),
            307: OpenApiResponse(description="The same stream, at another port of this host."),
            **problems("not_found", "unavailable"),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        campaign = find(request, slug)
        if not settings.TAMIS_SOCKETS_PORT:
            return _told(request, campaign)
        host = split_domain_port(request.get_host())[0]
        origin = f"{request.scheme}://{host}:{settings.TAMIS_SOCKETS_PORT}"
        return HttpResponseRedirect(f"{origin}{request.get_full_path()}", preserve_request=True)


def _told(request: Request, campaign: Campaign) -> HttpResponse:
    """What was told since the listener's place, and the word to come back."""
    now = timezone.now()
    asked = request.headers.get("Last-Event-ID", ""), request.query_params.get("after", "")
    after = next(filter(events.PLACE.match, asked), None)
    try:
        streams.listen(campaign=campaign, now=now)
        place = after or streams.newest(campaign_id=campaign.pk)
        told: list[Message | None] = [
            Message(id=place, text=streams.standing(campaign=campaign, now=now))
        ]
        if after and not streams.reaches_back(campaign_id=campaign.pk, to=after):
            told.append(None)
        told += streams.since(campaign_id=campaign.pk, after=place)
    except valkey.Unreachable as away:
        raise Refusal("unavailable") from away
    text = events.begun() + "".join(map(events.event, told))
    return HttpResponse(text, content_type=events.SENT["Content-Type"])

"""Open data: what is public now, in several formats, streamed."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api import campaigns
from api.described import problems
from api.renderers import QuickJson
from api.shapes.exports import FormatsSerializer
from crowd.models import Campaign
from crowd.services import exports

CHOOSE = [
    OpenApiParameter("fields", str, description="Names of columns, with commas between."),
    OpenApiParameter("steps", str, description="Keys of steps, with commas between."),
]


class AnyRenderer(QuickJson):
    """Says that there is something else than JSON here, which the view streams itself; the answer
    to OPTIONS is JSON all the same.
    """

    media_type = "*/*"
    format = "any"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        renderer_context["response"].headers["Content-Type"] = QuickJson.media_type
        return super().render(data, QuickJson.media_type, renderer_context)


class Exports(APIView):
    """The formats in which the verdicts of a campaign can be had, at any moment."""

    @extend_schema(
        operation_id="exports_list", responses={200: FormatsSerializer, **problems("not_found")}
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = campaigns.find(request, slug)
        return Response(
            {
                "licence": campaign.licence,
                "formats": [
                    {
                        "format": each.key,
                        "media_type": each.media_type,
                        "streamed": each.streams,
                        "url": reverse(
                            "api:campaign-export", args=[slug, each.key], request=request
                        ),
                    }
                    for each in exports.FORMATS.values()
                ],
            }
        )


class Export(APIView):
    """The verdicts of one campaign as they are now: a row per excerpt, a column per question.

    `csv`: UTF-8, one column per question and table cell, then how it ended, how sure it is and how
    many people answered; a text that a spreadsheet would run as a formula has a leading `'`.
    `rows`: the tables and marks, one line a cell. `jsonl`: one excerpt a line, lists as lists (with
    `fields`, flat). `xlsx`, `parquet` and `sqlite` hold the same columns as `csv`, texts as they
    are; of large campaigns they come with the snapshots.
    """

    renderer_classes = (AnyRenderer,)
    http_method_names = ("get", "head")  # what OPTIONS would tell is no table

    @extend_schema(
        operation_id="export",
        parameters=CHOOSE,
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/x-ndjson"): OpenApiTypes.STR,
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            **problems("not_found", "invalid"),
        },
    )
    def get(self, request: Request, slug: str, name: str) -> StreamingHttpResponse:
        campaign = campaigns.find(request, slug)
        if name not in exports.FORMATS:
            raise Http404
        told = exports.stream(
            campaign=campaign,
            format=name,
            fields=_list(request, "fields"),
            steps=_list(request, "steps"),
        )
        return streamed(campaign, exports.FORMATS[name], told)


class Csv(APIView):
    """The verdicts of one campaign as CSV, at the address it always had: see `exports/csv`."""

    renderer_classes = (AnyRenderer,)
    http_method_names = ("get", "head")

    @extend_schema(
        operation_id="verdicts_csv",
        parameters=CHOOSE,
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            **problems("not_found", "invalid"),
        },
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        campaign = campaigns.find(request, slug)
        fields, steps = _list(request, "fields"), _list(request, "steps")
        told = exports.stream(campaign=campaign, format="csv", fields=fields, steps=steps)
        return streamed(campaign, exports.FORMATS["csv"], told)


def _list(request: Request, name: str) -> list[str]:
    return [each for each in request.query_params.get(name, "").split(",") if each]


def streamed(
    campaign: Campaign, format: exports.Format, told: Iterator[bytes]
) -> StreamingHttpResponse:
    """A file that leaves while it is read."""
    name = f"{campaign.slug}-verdicts.{format.ending}"
    return StreamingHttpResponse(
        told,
        content_type=format.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

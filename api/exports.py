"""Open data: the verdicts of a campaign as one flat table, streamed."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from api import campaigns
from api.described import problems
from crowd.services import exports

AT_ONCE = 200  # rows sent together


class CsvRenderer(BaseRenderer):
    """Says that there is CSV here; the view streams it itself."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        raise AssertionError("the view streams its text itself")


class Csv(APIView):
    """The verdicts of one campaign: a row per excerpt, a column per question (UTF-8, RFC 4180).

    For each question its value, outcome, confidence and number of answers.
    """

    renderer_classes = (CsvRenderer,)
    http_method_names = ("get", "head")  # what OPTIONS would tell is no CSV

    @extend_schema(
        operation_id="verdicts_csv",
        responses={(200, "text/csv"): OpenApiTypes.STR, **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        campaign = campaigns.find(request, slug)
        return StreamingHttpResponse(
            _lines(exports.verdict_rows(campaign=campaign)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{campaign.slug}-verdicts.csv"'},
        )


def _lines(rows: Iterator[list[str]]) -> Iterator[str]:
    """CSV text in pieces; the header leaves at once."""
    header = [next(rows)]
    for batch in chain([header], iter(lambda: list(islice(rows, AT_ONCE)), [])):
        piece = io.StringIO()
        csv.writer(piece).writerows(batch)
        yield piece.getvalue()

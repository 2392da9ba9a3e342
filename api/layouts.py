"""Layouts and their zones: group, draw, look at cuts, apply. Only for the campaign's team."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal, error
from api.shapes.layouts import (
    LayoutChangeSerializer,
    LayoutSerializer,
    MergeSerializer,
    PreviewsSerializer,
    RegroupSerializer,
    ZonesSerializer,
)
from api.splitting import found as found_document
from crowd.models import Document, Layout
from crowd.rules.problems import Problem
from crowd.services import changes, cut_previews, cutting, layouts, zones
from crowd.services.zones import InvalidZones, ZoneSpec

OURS = (*IDENTITY, "permission_denied", "not_found")
MOST_PREVIEWS = 24


class Layouts(APIView):
    """The layouts that a campaign's documents fall into."""

    @extend_schema(
        operation_id="layouts_list",
        responses={200: LayoutSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        return Response(LayoutSerializer(layouts.of_campaign(campaign=campaign), many=True).data)

    @extend_schema(
        operation_id="layouts_group",
        description="Group the documents that have no layout yet, by how their pages look.",
        request=None,
        responses={202: None, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, slug: str) -> Response:
        layouts.group(campaign=editable(request, slug))
        return Response(status=202)


class OneLayout(APIView):
    """One layout and how far its documents are cut."""

    @extend_schema(responses={200: LayoutSerializer, **problems(*OURS)})
    def get(self, request: Request, pk: int) -> Response:
        return _told(found(request, pk))

    @extend_schema(
        request=LayoutChangeSerializer,
        responses={200: LayoutSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        asked = _valid(LayoutChangeSerializer, request)
        told = {"layout": layout.name, "name": asked["name"]}
        rename = partial(layouts.rename, layout=layout, name=asked["name"])
        _written(request, layout, rename, "layout.renamed", told)
        return _told(layout)


class LayoutZones(APIView):
    """The zones drawn on a layout's reference document."""

    @extend_schema(
        operation_id="layouts_zones", responses={200: ZonesSerializer, **problems(*OURS)}
    )
    def get(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        drawn = layout.zones.drawn().select_related("step")
        return Response(ZonesSerializer({"zones": drawn}).data)

    @extend_schema(
        operation_id="layouts_zones_save",
        description="Draw these zones and take off all others. Nothing is cut before `apply`.",
        request=ZonesSerializer,
        responses={200: ZonesSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def put(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        asked = _valid(ZonesSerializer, request)["zones"]
        try:
            drawn = zones.save(
                layout=layout,
                zones=_specs(layout, asked),
                by=identity.account(request),
                now=timezone.now(),
            )
        except InvalidZones as wrong:
            told = [
                error(problem, "zones", index)
                for index, found_ in wrong.problems.items()
                for problem in found_
            ]
            raise Refusal("invalid", told) from wrong
        return Response(ZonesSerializer({"zones": drawn}).data)


class Previews(APIView):
    """Cuts of documents taken at random, as the zones are drawn now; nothing is stored."""

    @extend_schema(
        operation_id="layouts_previews",
        parameters=[
            OpenApiParameter("count", int, description=f"At most {MOST_PREVIEWS}."),
            OpenApiParameter("seed", int, description="Another one shows other documents."),
        ],
        responses={200: PreviewsSerializer, **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        shown = cut_previews.some(
            layout=layout,
            count=_number(request, "count", default=12, least=1, most=MOST_PREVIEWS),
            seed=_number(request, "seed", default=0, least=0, most=2**31),
        )
        return Response(PreviewsSerializer({"results": shown}).data)


class Apply(APIView):
    """Cut all documents of this layout; what people have answered stays. Workers do it."""

    @extend_schema(
        request=None, responses={202: LayoutSerializer, **problems(*OURS, *CHANGE, "invalid")}
    )
    def post(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        cutting.apply(layout=layout, by=identity.account(request), now=timezone.now())
        return _told(layout, status=202)


class StopCutting(APIView):
    """Cut no further: what is cut stays, and can be played."""

    @extend_schema(request=None, responses={200: LayoutSerializer, **problems(*OURS, *CHANGE)})
    def post(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        stop = partial(cutting.stop, layout=layout, now=timezone.now())
        _written(request, layout, stop, "layout.stop", {"layout": layout.name})
        return _told(layout)


class ResumeCutting(APIView):
    """Go on cutting where it was stopped."""

    @extend_schema(request=None, responses={200: LayoutSerializer, **problems(*OURS, *CHANGE)})
    def post(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        told = {"layout": layout.name}
        _written(request, layout, partial(cutting.resume, layout=layout), "layout.resume", told)
        return _told(layout)


class Merge(APIView):
    """Put all documents of this layout into another one, and drop it with its zones."""

    @extend_schema(
        request=MergeSerializer,
        responses={200: LayoutSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, pk: int) -> Response:
        layout = found(request, pk)
        into = found(request, _valid(MergeSerializer, request)["into"])
        told = {"layout": layout.name, "into": into.name}
        merge = partial(layouts.merge, layout=layout, into=into)
        _written(request, layout, merge, "layout.merged", told)
        return _told(into)


class MoveDocument(APIView):
    """Put one document into another layout, or make it the reference of one of its own."""

    @extend_schema(
        operation_id="documents_layout",
        request=RegroupSerializer,
        responses={200: LayoutSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def put(self, request: Request, pk: int) -> Response:
        document = found_document(request, pk)
        asked = _valid(RegroupSerializer, request)["layout"]
        into = found(request, asked) if asked is not None else None
        move = partial(layouts.move, document=document, layout=into, now=timezone.now())
        told = {"name": document.name}
        return _told(_written(request, document, move, "layout.moved", told))


def _written(
    request: Request,
    of: Layout | Document,
    verb: Callable[..., Any],
    what: str,
    told: dict[str, str],
) -> Any:
    """Do something, with its line in the log."""
    by, now = identity.account(request), timezone.now()
    return changes.written(verb, campaign=of.campaign, user=by, what=what, details=told, now=now)


def found(request: Request, pk: int) -> Layout:
    """A layout that whoever asks may change.

    Raises:
        Http404, NotAuthenticated, PermissionDenied: not visible, or not theirs.
    """
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    shown = Layout.objects.filter(campaign__in=campaign_views.visible(request))
    layout = get_object_or_404(shown.select_related("campaign", "reference"), pk=pk)
    editable(request, layout.campaign.slug)
    return layout


def _told(layout: Layout, *, status: int = 200) -> Response:
    return Response(LayoutSerializer(layouts.summary(layout=layout)).data, status=status)


def _valid(shape: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    valid: dict[str, Any] = asked.validated_data
    return valid


def _specs(layout: Layout, asked: list[dict[str, Any]]) -> list[ZoneSpec]:
    steps = dict(layout.campaign.steps.values_list("key", "pk"))
    specs = []
    for index, zone in enumerate(asked):
        key = (zone.get("step") or {}).get("key")
        if key is not None and key not in steps:
            raise Refusal("invalid", [error(Problem("zone_step"), "zones", index, "step")])
        named = {name: zone[name] for name in ("name", "page", "box", "mask")}
        step_id = steps[key] if key is not None else None
        specs.append(ZoneSpec(**named, id=zone.get("id"), step_id=step_id))
    return specs


def _number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    try:
        number = int(request.query_params.get(name, default))
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        told = _("Between %(least)s and %(most)s, please.") % {"least": least, "most": most}
        raise ValidationError({name: [told]})
    return number

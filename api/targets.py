"""Targets: listed with their stage, taken on, followed, talked about."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity, pagination
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.assignments import AssignmentSerializer
from api.shapes.targets import (
    CommentingSerializer,
    CommentSerializer,
    FollowingSerializer,
    MyTargetsSerializer,
    StageSerializer,
    TargetInFullSerializer,
    TargetSerializer,
    TargetsSerializer,
)
from crowd.models import Excerpt
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import comments, following, pasts, stages
from crowd.services import targets as verbs
from crowd.services.stages import Target

PARAMETERS = [
    OpenApiParameter("cursor", str, description="As in `next` of the page before."),
    OpenApiParameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": pagination.LARGEST_PAGE}
    ),
    OpenApiParameter("stage", str, description="The key of a stage."),
    OpenApiParameter("q", str, description="What one of its cells holds."),
]


class Targets(APIView):
    """The targets of a campaign, with the stage each is in; none where nothing is taken on."""

    @extend_schema(
        operation_id="targets_list",
        parameters=PARAMETERS,
        responses={
            200: TargetsSerializer,
            **problems("invalid_parameter", "not_found"),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = campaign_views.find(request, slug)
        limit = pagination.limit_of(request)
        asked = request.query_params
        search, stage = asked.get("q", "")[:100].replace("\x00", ""), asked.get("stage", "")
        known = {each.key for each in stages.of_campaign(campaign=campaign)}
        if stage and stage not in known:
            message = _("This campaign has no stage “%(key)s”.") % {"key": stage[:50]}
            raise ValidationError({"stage": [message]}, code="stage_unknown")
        found = stages.page(
            campaign=campaign,
            stage=stage,
            search=search,
            after=pagination.cursor_of(request, int) or 0,
            limit=limit + 1,
        )
        rows = [each.excerpt for each in found.targets]
        some = found.targets[:limit]
        kept = verbs.kept(targets=some, now=timezone.now())
        told = TargetSerializer(some, many=True, context={"kept": kept}).data
        return pagination.page(told, pagination.next_page(request, rows, limit))


class Stages(APIView):
    """How many targets are in each stage."""

    @extend_schema(
        operation_id="stages_list",
        responses={200: StageSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = stages.counted(campaign=campaign_views.find(request, slug))
        return Response(StageSerializer(found, many=True).data)


class OneTarget(APIView):
    """One target: its stage, what happened, the files that were published."""

    @extend_schema(responses={200: TargetInFullSerializer, **problems("not_found")})
    def get(self, request: Request, pk: int) -> Response:
        target = _found(request, pk)
        told: dict[str, Any] = {
            "excerpt": target.excerpt,
            "title": target.title,
            "stage": target.stage,
            "due_at": target.due_at,
            "events": pasts.of_target(excerpt=target.excerpt),
            "proofs": pasts.published(excerpt=target.excerpt),
        }
        kept = verbs.kept(targets=[target], now=timezone.now())
        context = {"request": request, "kept": kept}
        return Response(TargetInFullSerializer(told, context=context).data)


class TakeOn(APIView):
    """Take a target on: its open step is lent to you for days. Again, it is the same lease."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="targets_take_on",
        request=None,
        responses={
            201: AssignmentSerializer,
            **problems(*IDENTITY, *CHANGE, "not_found", "not_now"),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        target = _found(request, pk)
        microtask = verbs.of_excerpt(excerpt=target.excerpt)
        try:
            if microtask is None:
                raise Problem("target_gone")
            held = verbs.take_on(contributor=contributor, microtask=microtask, now=now)
        except Problem as problem:
            raise Refusal("not_now", [error(problem)]) from problem
        held = verbs.loaded(lease=held)
        told = AssignmentSerializer(held, context={"request": request}).data
        return created(told, at=f"/assignments/{held.pk}")


class FollowTarget(APIView):
    """Follow a target, or not any more. Twice is harmless."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="targets_follow",
        request=FollowingSerializer,
        responses={204: None, **problems(*IDENTITY, *CHANGE, *BODY, "not_found")},
    )
    def put(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        target = _found(request, pk)
        asked = FollowingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        following.follow(
            excerpt=target.excerpt,
            contributor=contributor,
            by_mail=asked.validated_data["by_mail"],
            now=now,
        )
        return Response(status=204)

    @extend_schema(
        operation_id="targets_unfollow",
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request, pk: int) -> Response:
        contributor = identity.known(request)
        following.unfollow(excerpt=_found(request, pk).excerpt, contributor=contributor)
        return Response(status=204)


class Comments(APIView):
    """What people say of a target; the team reads it before it is shown."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="comments_list",
        responses={200: CommentSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, pk: int) -> Response:
        target = _found(request, pk)
        found = comments.of_target(
            excerpt=target.excerpt, contributor=identity.contributor(request)
        )
        return Response(CommentSerializer(found, many=True).data)

    @extend_schema(
        operation_id="comments_create",
        request=CommentingSerializer,
        responses={201: CommentSerializer, **problems(*IDENTITY, *CHANGE, *BODY, "not_found")},
    )
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        target = _found(request, pk)
        asked = CommentingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = comments.write(
            excerpt=target.excerpt,
            contributor=contributor,
            text=asked.validated_data["text"],
            now=now,
        )
        return created(CommentSerializer(made).data, at=f"/targets/{pk}/comments")


class MyTargets(APIView):
    """What you have taken on, and what you follow."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="my_targets",
        responses={200: MyTargetsSerializer, **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request) -> Response:
        contributor = identity.known(request)
        followed = following.of_contributor(contributor=contributor)
        told = {
            "held": verbs.held_by(contributor=contributor),
            "followed": [each.target for each in followed],
        }
        return Response(MyTargetsSerializer(told).data)


def _found(request: Request, pk: int) -> Target:
    shown = Excerpt.objects.filter(hidden_at=None, campaign__in=campaign_views.visible(request))
    excerpt = get_object_or_404(shown.select_related("document", "campaign", "zone"), pk=pk)
    target = stages.of_target(excerpt=excerpt)
    if target is None:
        raise Http404
    return target

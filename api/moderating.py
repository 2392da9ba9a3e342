"""Words of volunteers that a campaign's reviewers look at first: finds and comments."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.cuts import reviewable
from api.described import BODY, CHANGE, IDENTITY, problems
from api.permissions import within_reach
from api.shapes.finds import FindSerializer
from api.shapes.moderating import ShowingSerializer, WaitingWordsSerializer
from api.shapes.targets import CommentSerializer
from crowd.models import Comment, Find
from crowd.models.users import Scope
from crowd.services import comments, finds

OURS = (*IDENTITY, "permission_denied", "not_found")
MOST = 200  # of each kind; what is decided makes room for the next


class WaitingWords(APIView):
    """Finds and comments that nobody of the team has looked at, the oldest first."""

    @extend_schema(
        operation_id="waiting_words",
        responses={200: WaitingWordsSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = reviewable(request, slug)
        told = {
            "finds": finds.waiting(campaign=campaign)[:MOST],
            "comments": comments.waiting(campaign=campaign)[:MOST],
        }
        return Response(WaitingWordsSerializer(told).data)


class OneFind(APIView):
    """One find."""

    @extend_schema(
        operation_id="finds_decide",
        request=ShowingSerializer,
        responses={200: FindSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Show it on the campaign's page, or not. For reviewers."""
        found = get_object_or_404(Find.objects.select_related("excerpt__campaign"), pk=pk)
        reviewable(request, found.excerpt.campaign.slug)
        finds.decide(
            find=found,
            show=_shown(request),
            by=identity.account(request),
            now=timezone.now(),
        )
        return Response(FindSerializer(found).data)


class MyFind(APIView):
    """A find of yours."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="finds_take_back",
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it."""
        contributor = identity.known(request)
        found = get_object_or_404(Find.objects.select_related("excerpt"), pk=pk)
        within_reach(request, campaign_id=found.excerpt.campaign_id)
        if not finds.take_back(find=found, contributor=contributor):
            raise Http404
        return Response(status=204)


class OneComment(APIView):
    """One comment on a target."""

    @extend_schema(
        operation_id="comments_decide",
        request=ShowingSerializer,
        responses={200: CommentSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Publish it, or hide it. For reviewers."""
        known = Comment.objects.select_related("excerpt__campaign", "contributor")
        found = get_object_or_404(known, pk=pk)
        reviewable(request, found.excerpt.campaign.slug)
        verb = comments.publish if _shown(request) else comments.hide
        verb(comment=found, by=identity.account(request), now=timezone.now())
        found.refresh_from_db()
        return Response(CommentSerializer(found).data)


def _shown(request: Request) -> bool:
    asked = ShowingSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return bool(asked.validated_data["shown"])

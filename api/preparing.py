"""What else a campaign's team says: what is missing, game, goal and thanks, the outcome."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import game, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.roles import looking
from api.shapes.game import TogetherSerializer
from api.shapes.preparing import (
    CampaignGameSerializer,
    MissingSerializer,
    NewGoalSerializer,
    OutcomeSerializer,
    SaidThanksSerializer,
    ThanksSerializer,
)
from crowd.services import campaign_games, goals, outcomes, progress, readiness, thanks

OURS = (*IDENTITY, "permission_denied", "not_found")
WRITES = (*OURS, *CHANGE, *BODY)


class Readiness(APIView):
    """What a draft lacks before it can open, and what would be good to have. For its team."""

    @extend_schema(
        operation_id="readiness_retrieve",
        responses={200: MissingSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = readiness.missing(campaign=looking(request, slug))
        return Response(MissingSerializer(found, many=True).data)


class Game(APIView):
    """How a campaign plays."""

    @extend_schema(
        operation_id="campaign_game_update",
        request=CampaignGameSerializer,
        responses={200: CampaignGameSerializer, **problems(*WRITES)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Choose it anew. Everyone sees it within seconds."""
        campaign, by = editable(request, slug), identity.signed_in(request)
        asked = CampaignGameSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        chosen = asked.validated_data["game"]
        campaign_games.choose(campaign=campaign, game=chosen, by=by, now=timezone.now())
        return Response({"game": chosen})


class Goal(game.CampaignGoal):
    """What everyone of a campaign fills together."""

    @extend_schema(
        operation_id="campaigns_goal_update",
        request=NewGoalSerializer,
        responses={200: TogetherSerializer, **problems(*WRITES)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Ask everyone to confirm so many more excerpts; an earlier goal ends."""
        campaign = editable(request, slug)
        asked = NewGoalSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        goals.set_together(campaign=campaign, now=timezone.now(), **asked.validated_data)
        settled = progress.of_campaign(campaign).settled
        return Response(TogetherSerializer(goals.together(campaign=campaign, settled=settled)).data)

    @extend_schema(
        operation_id="campaigns_goal_delete", responses={204: None, **problems(*OURS, *CHANGE)}
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Take the goal down; twice is harmless."""
        goals.end_together(campaign=editable(request, slug), now=timezone.now())
        return Response(status=204)


class Thanks(APIView):
    """Thanks to everyone whose answers count."""

    @extend_schema(
        operation_id="campaign_thanks_create",
        request=ThanksSerializer,
        responses={201: SaidThanksSerializer, **problems(*WRITES)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say it on their pages, and by mail to those who want mails."""
        campaign, by = editable(request, slug), identity.signed_in(request)
        asked = ThanksSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        words = asked.validated_data["words"]
        said = thanks.say(campaign=campaign, author=by, words=words, now=timezone.now())
        return created(SaidThanksSerializer(said).data, at=f"/campaigns/{slug}/thanks")


class Outcome(APIView):
    """What the work has changed."""

    @extend_schema(
        operation_id="campaign_outcome_update",
        request=OutcomeSerializer,
        responses={200: OutcomeSerializer, **problems(*WRITES)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Publish it on the campaign's page, or correct it; an empty text takes it back."""
        campaign, by = editable(request, slug), identity.signed_in(request)
        asked = OutcomeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        text = asked.validated_data["outcome"]
        outcomes.tell(campaign=campaign, text=text, user=by, now=timezone.now())
        return Response({"outcome": campaign.outcome})

"""Claim the next micro-task, and what else one can do with it but answer."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, examples, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.permissions import within_reach
from api.problems import Refusal
from api.shapes.assignments import (
    AssignmentSerializer,
    ClaimRequestSerializer,
    ClaimSerializer,
    LeaseSerializer,
)
from api.shapes.light import shown
from crowd.models import Assignment, Campaign
from crowd.models.contributors import ContributorKind
from crowd.models.users import Scope
from crowd.services import assignments, leases, machines

MACHINES = ("machine_stopped", "machine_elsewhere")


class Claims(APIView):
    """Claim the next micro-task of a campaign.

    You hold one at a time: asked again, you get the same one (200). The lease ends at `due_at`.
    When there is nothing for you, `assignment` is null and `nothing` says why.
    """

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="assignments_claim",
        request=ClaimRequestSerializer,
        responses={
            201: ClaimSerializer,
            200: ClaimSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, *MACHINES, "not_found"),
        },
        examples=[examples.CLAIM, examples.CLAIMED, examples.NOTHING],
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign, now = campaigns.find(request, slug), timezone.now()
        contributor = identity.taking_part(request, now=now)
        if contributor.kind == ContributorKind.MACHINE:
            machines.in_campaign(contributor=contributor, campaign=campaign)
        asked = ClaimRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        claim = assignments.claim_next(
            contributor=contributor,
            campaign=campaign,
            now=now,
            prefer_step_id=_step_id(campaign, asked.validated_data["step"]),
        )
        told = shown(ClaimSerializer, claim, request=request)
        if claim.assignment is None or claim.resumed:
            return Response(told)
        return created(told, at=f"/assignments/{claim.assignment.pk}")


class OneAssignment(APIView):
    """One of your assignments, with the excerpt and the questions."""

    scope = Scope.CONTRIBUTE

    @extend_schema(responses={200: AssignmentSerializer, **problems(*IDENTITY, "not_found")})
    def get(self, request: Request, pk: int) -> Response:
        found = find(request, pk)
        if found.microtask.excerpt.hidden_at is not None:  # withdrawn since: for everybody
            raise Http404
        return Response(AssignmentSerializer(found, context={"request": request}).data)


class Skip(APIView):
    """“Another one, please”: you are not asked this again, others are. Twice is harmless."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="assignments_skip",
        request=None,
        responses={200: LeaseSerializer, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def post(self, request: Request, pk: int) -> Response:
        leases.skip(assignment=find(request, pk), now=timezone.now())
        return Response(LeaseSerializer(find(request, pk)).data)


class GiveBack(APIView):
    """End the lease early: anyone may be given it, you too. Twice is harmless."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="assignments_return",
        request=None,
        responses={200: LeaseSerializer, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def post(self, request: Request, pk: int) -> Response:
        leases.give_back(assignment=find(request, pk), now=timezone.now())
        return Response(LeaseSerializer(find(request, pk)).data)


class Extend(APIView):
    """Begin the lease anew while you work."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="assignments_extend",
        request=None,
        responses={
            200: LeaseSerializer,
            **problems(*IDENTITY, *CHANGE, "not_found", "lease_ended"),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        if not leases.extend(assignment=find(request, pk), now=timezone.now()):
            raise Refusal("lease_ended")
        return Response(LeaseSerializer(find(request, pk)).data)


def find(request: Request, pk: int) -> Assignment:
    """One assignment of whoever asks.

    Raises:
        Assignment.DoesNotExist: unknown, or someone else's.
        NotAuthenticated: nobody we know.
    """
    contributor = identity.known(request)
    found = assignments.open_for(contributor=contributor, assignment_id=pk)
    within_reach(request, campaign_id=found.microtask.campaign_id)
    return found


def _step_id(campaign: Campaign, key: str | None) -> int | None:
    if key is None:
        return None
    found = campaign.steps.filter(key=key).values_list("pk", flat=True).first()
    if found is None:
        message = _("This campaign has no step “%(key)s”.") % {"key": key}
        raise ValidationError({"step": [message]}, code="step_unknown")
    return found

"""A campaign's team: who is in, as what, invitations, and the log of what it changed."""

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.pagination import NewestFirst
from api.roles import looking, managing
from api.shapes.launching import (
    AcceptedSerializer,
    ChangeSerializer,
    InvitationSerializer,
    MadeInvitationSerializer,
    MemberSerializer,
    NewInvitationSerializer,
    RoleSerializer,
)
from crowd.models import Change, Invitation, Membership
from crowd.services import campaigns, changes, memberships

OURS = (*IDENTITY, "permission_denied", "not_found")


class Members(APIView):
    """Who is in a campaign's team, owners first. Only for the team."""

    @extend_schema(
        operation_id="members_list",
        responses={200: MemberSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = memberships.members(campaign=looking(request, slug))
        return Response(MemberSerializer(found, many=True).data)


class OneMember(APIView):
    """One member: owners give another role, or remove them; anyone may leave."""

    @extend_schema(
        operation_id="members_partial_update",
        request=RoleSerializer,
        responses={200: MemberSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Give another role. A campaign always keeps an owner."""
        campaign = managing(request, slug)
        asked = RoleSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = get_object_or_404(campaign.memberships.select_related("user"), pk=pk)
        role, by = asked.validated_data["role"], identity.account(request)
        memberships.change_role(membership=found, role=role, by=by, now=timezone.now())
        return Response(MemberSerializer(found).data)

    @extend_schema(
        operation_id="members_destroy",
        responses={204: None, **problems(*OURS, *CHANGE, "invalid")},
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Remove someone, or leave. A campaign always keeps an owner."""
        campaign, user = looking(request, slug), identity.account(request)
        found = Membership.objects.filter(campaign=campaign, pk=pk).first()
        leaves = found is not None and user is not None and found.user_id == user.pk
        if not leaves and not campaigns.may_manage(campaign=campaign, user=user):
            raise PermissionDenied
        if found is not None:  # else gone already: twice is harmless
            memberships.remove(membership=found, by=user, now=timezone.now())
        return Response(status=204)


class Invitations(APIView):
    """Ways into the team. Only for its owners."""

    @extend_schema(
        operation_id="invitations_list",
        responses={200: InvitationSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Those that can still be used, the newest first."""
        found = memberships.invitations(campaign=managing(request, slug), now=timezone.now())
        return Response(InvitationSerializer(found, many=True).data)

    @extend_schema(
        operation_id="invitations_create",
        request=NewInvitationSerializer,
        responses={201: MadeInvitationSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a link into the team, told once."""
        campaign = managing(request, slug)
        asked = NewInvitationSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        by, now = identity.account(request), timezone.now()
        made, secret = memberships.invite(campaign=campaign, by=by, now=now, **asked.validated_data)
        link = settings.TAMIS_ORIGIN + reverse("invitation", args=[secret])
        told = {**InvitationSerializer(made).data, "link": link}
        return created(told, at=f"/campaigns/{slug}/invitations/{made.pk}")


class OneInvitation(APIView):
    """One invitation, for owners."""

    @extend_schema(
        operation_id="invitations_destroy", responses={204: None, **problems(*OURS, *CHANGE)}
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take it back: its link leads nowhere from now on. Twice is harmless."""
        campaign = managing(request, slug)
        found = get_object_or_404(Invitation, campaign=campaign, pk=pk)
        by = identity.account(request)
        memberships.revoke(invitation=found, by=by, now=timezone.now())
        return Response(status=204)


class Log(ListAPIView[Change]):
    """What the team has changed, the newest first. Only for the team."""

    queryset = Change.objects.none()
    serializer_class = ChangeSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Change]:
        return changes.of_campaign(campaign=looking(self.request, self.kwargs["slug"]))

    @extend_schema(
        operation_id="log_list",
        responses={200: ChangeSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class AcceptInvitation(APIView):
    """An invitation into a team of campaigners."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="invitations_accept",
        request=None,
        responses={
            200: AcceptedSerializer,
            **problems(*IDENTITY, *CHANGE, "invalid", "key_of_one_campaign"),
        },
    )
    def post(self, request: Request, secret: str) -> Response:
        """Come into the team, by what stands behind the last slash of the invitation's link."""
        user = identity.signed_in(request)
        made = memberships.accept(secret=secret, user=user, now=timezone.now())
        return Response(AcceptedSerializer(made).data)

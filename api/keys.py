"""API keys of one's own account."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import authentication, campaigns, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.keys import KeySerializer, MadeKeySerializer, NewKeySerializer
from crowd.models import Campaign, User
from crowd.services import accounts


class Keys(APIView):
    """The API keys of your account."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="keys_list",
        responses={200: KeySerializer(many=True), **problems(*IDENTITY, "key_of_one_campaign")},
    )
    def get(self, request: Request) -> Response:
        """Those you have not revoked, the latest first. Never their secrets."""
        found = accounts.keys_of(user=_account(request))
        return Response(KeySerializer(found, many=True).data)

    @extend_schema(
        operation_id="keys_create",
        request=NewKeySerializer,
        responses={
            201: MadeKeySerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "made_by_people"),
        },
    )
    def post(self, request: Request) -> Response:
        """Make a key. Only for browsers that are signed in: a stolen key makes no others."""
        user = _account(request)
        if authentication.key_of(request) is not None:
            raise PermissionDenied(code="made_by_people")
        asked = NewKeySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        secret = accounts.make_key(
            user=user,
            name=given["name"],
            scopes=given["scopes"],
            campaign=_campaign(request, given["campaign"]),
            days=given["days"],
            now=timezone.now(),
        )
        return created(MadeKeySerializer({"key": secret}).data, at="/keys")


class OneKey(APIView):
    """One API key of yours."""

    beyond_campaigns = True

    @extend_schema(
        operation_id="keys_revoke",
        responses={
            204: None,
            **problems(*IDENTITY, *CHANGE, "key_of_one_campaign", "not_found"),
        },
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Revoke it: from now on it opens nothing. Twice is harmless."""
        accounts.revoke_key(user=_account(request), key_id=pk, now=timezone.now())
        return Response(status=204)


def _account(request: Request) -> User:
    user = identity.account(request)
    if user is None:
        raise NotAuthenticated
    return user


def _campaign(request: Request, slug: str | None) -> Campaign | None:
    if slug is None:
        return None
    try:
        return campaigns.find(request, slug)
    except Http404:
        message = _("There is no campaign “%(slug)s”.") % {"slug": slug}
        raise ValidationError({"campaign": [message]}, code="campaign_unknown") from None

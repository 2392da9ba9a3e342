"""Starting a campaign, and its cause in words."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api import campaigns, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal, error
from api.shapes.campaigns import CampaignInFullSerializer
from api.shapes.launching import CauseSerializer, NewCampaignSerializer
from crowd.rules.problems import Problem
from crowd.services import causes, launching


class Campaigns(campaigns.Campaigns):
    """Every campaign you may see, the newest first; and a new one."""

    @extend_schema(
        operation_id="campaigns_create",
        request=NewCampaignSerializer,
        responses={
            201: CampaignInFullSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "launching_not_allowed"),
        },
    )
    def post(self, request: Request) -> Response:
        """Start a draft, which is yours. Its address is made from the title."""
        user = identity.signed_in(request)
        if not launching.may_launch(user=user):
            raise Refusal("launching_not_allowed")
        asked = NewCampaignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = launching.start(by=user, now=timezone.now(), **asked.validated_data)
        return created(CampaignInFullSerializer(made).data, at=f"/campaigns/{made.slug}")


class OneCampaign(campaigns.OneCampaign):
    """One campaign with its steps, questions and progress; and changing its cause."""

    @extend_schema(
        operation_id="campaigns_partial_update",
        request=CauseSerializer,
        responses={
            200: CampaignInFullSerializer,
            **problems(
                *IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found", "someone_changed_it"
            ),
        },
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Change words of the cause. With `version`, only if nobody else did meanwhile."""
        campaign = editable(request, slug)
        asked = CauseSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        fields = dict(asked.validated_data)
        version = fields.pop("version", None)
        for name, value in fields.items():
            _check(name, value)
        causes.edit(
            campaign=campaign,
            fields=fields,
            version=version,
            by=identity.account(request),
            now=timezone.now(),
        )
        return Response(CampaignInFullSerializer(campaign).data)


def _check(name: str, value: object) -> None:
    try:
        causes.cleaned({name: value})
    except Problem as problem:
        raise Refusal("invalid", [error(problem, name)]) from problem

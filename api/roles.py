"""Who of a campaign's team asks: looking and managing. (`documents.editable`: changing.)"""

from collections.abc import Callable

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from api import campaigns as campaign_views
from api import identity
from crowd.models import Campaign
from crowd.services import campaigns


def looking(request: Request, slug: str) -> Campaign:
    """A campaign in whose team whoever asks is.

    Raises:
        Http404, NotAuthenticated, PermissionDenied: not visible, or not theirs.
    """
    return _allowed(campaigns.may_look, request, slug)


def managing(request: Request, slug: str) -> Campaign:
    """A campaign of whose team whoever asks is an owner.

    Raises:
        Http404, NotAuthenticated, PermissionDenied: not visible, or not theirs.
    """
    return _allowed(campaigns.may_manage, request, slug)


def _allowed(may: Callable[..., bool], request: Request, slug: str) -> Campaign:
    campaign = campaign_views.find(request, slug)
    user = identity.account(request)
    if user is None and request.auth is None:
        raise NotAuthenticated
    if not may(campaign=campaign, user=user):
        raise PermissionDenied
    return campaign

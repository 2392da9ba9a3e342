"""What a key may do: the one place where its scopes are asked for."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api import authentication
from crowd.models.users import Scope


class ScopeMissing(PermissionDenied):
    """A key that lacks a scope.

    Attributes:
        scope: what it would take.
    """

    def __init__(self, scope: Scope) -> None:
        super().__init__(code="scope_missing")
        self.scope = scope


class Scopes(BasePermission):
    """Changing anything takes the view's `scope` (`manage` where it has none); reading takes that
    or `read`. A key of one campaign is not for views that go beyond it (`beyond_campaigns`).

    What would end an account, let another device be it, or tell all that is kept of a person at
    once, no key does (`people_only`: methods): whoever finds a key must not be able to take more
    with it than work.

    Browsers and guests have no key: what they may do, the services know.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        key = authentication.key_of(request)
        if key is None:
            return True
        needed = getattr(view, "scope", Scope.MANAGE)
        reads = request.method in SAFE_METHODS
        if needed not in key.scopes and not (reads and Scope.READ in key.scopes):
            raise ScopeMissing(Scope.READ if reads else needed)
        if request.method in getattr(view, "people_only", ()):
            raise PermissionDenied(code="people_only")
        if key.campaign_id is not None and getattr(view, "beyond_campaigns", False):
            raise PermissionDenied(code="key_of_one_campaign")
        return True


def within_reach(request: Request, *, campaign_id: int) -> None:
    """Refuse what lies in another campaign than the key's only one.

    Raises:
        Http404: as if it were not there.
    """
    key = authentication.key_of(request)
    if key is not None and key.campaign_id not in {None, campaign_id}:
        raise Http404

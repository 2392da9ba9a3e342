"""Granting: how django-oauth-toolkit is held to what apps may be given here, and no more."""

import re
import secrets
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from oauth2_provider.models import Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from crowd.services import apps

CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)  # SHA-256 in base64url, as RFC 7636 writes it


class RandomSecret(PBKDF2PasswordHasher):
    """Of random secrets a salted digest will do; a slow one would be a way to busy the site."""

    algorithm = "tamis_random"
    iterations = 1


def access_token(_request: Request) -> str:
    """What an app sends along; recognised for what it is wherever it is found."""
    return apps.TOKEN_PREFIX + secrets.token_urlsafe(32)


def refresh_token(_request: Request) -> str:
    """What an app gets its next token for, once."""
    return apps.RENEWAL_PREFIX + secrets.token_urlsafe(32)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The library's, stricter: see each method."""

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Always, and by S256: refused before anybody is asked for their consent."""
        if request.code_challenge is not None:
            if request.code_challenge_method != "S256":
                raise errors.UnsupportedCodeChallengeMethodError(request=request)
            if not CHALLENGE.fullmatch(request.code_challenge):
                raise errors.InvalidRequestError("code_challenge is no SHA-256", request=request)
        return True

    def _create_authorization_code(self, request: Request, code: Any, expires: Any = None) -> Any:
        """Without what belongs to OpenID Connect and to resource servers: here is none."""
        request.nonce = request.claims = None
        request.resource = []
        return super()._create_authorization_code(request, code, expires)

    def _check_and_set_request_resource(self, request: Request) -> None:
        request.resource = []

    def _save_bearer_token(self, token: Any, request: Request, *args: Any, **more: Any) -> None:
        """A code is spent in the transaction that gives its token, so that it gives only one."""
        if request.grant_type == "authorization_code":
            # Rival: the same code sent twice at once, or the person ending the app meanwhile.
            spent, _ = Grant.objects.filter(code=request.code, application=request.client).delete()
            if not spent:
                raise errors.InvalidGrantError(request=request)
        try:
            super()._save_bearer_token(token, request, *args, **more)
        except RefreshToken.DoesNotExist:  # ended by the person while it was being renewed
            raise errors.InvalidGrantError(request=request) from None
        if not token["access_token"]:
            # Rival: the same renewal sent twice at once. The library would tell the second what the
            # first was given, but of that only a digest is left.
            raise errors.InvalidGrantError(request=request)

    def invalidate_authorization_code(self, *args: Any, **more: Any) -> None:
        """It was spent already, see `_save_bearer_token`."""

    def validate_refresh_token(
        self, token: str, client: Any, request: Request, *args: Any, **more: Any
    ) -> bool:
        """A closed account's apps are given nothing new."""
        held = super().validate_refresh_token(token, client, request, *args, **more)
        return bool(held and request.user.is_active)

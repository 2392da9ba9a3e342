"""How apps of others act for an account: OAuth 2 by django-oauth-toolkit, kept to RFC 9700."""

from typing import Any

OAUTH2_PROVIDER: dict[str, Any] = {
    # The authorization code with PKCE, its renewal, revocation; this server knows no other grant.
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.WebApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "crowd.services.granting.Validator",
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token"],
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": [
        *("none", "client_secret_basic", "client_secret_post"),
    ],
    "PKCE_REQUIRED": True,
    # Scopes of `crowd.models.users.Scope`; `manage` is for keys alone (docs/decisions.md).
    "SCOPES": {"read": "read", "contribute": "contribute"},
    "DEFAULT_SCOPES": ["read"],
    "ACCESS_TOKEN_GENERATOR": "crowd.services.granting.access_token",
    "REFRESH_TOKEN_GENERATOR": "crowd.services.granting.refresh_token",
    "CLIENT_SECRET_HASHER": "tamis_random",
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 90 * 24 * 60 * 60,  # without being used
    # Each is used once. A second time means that two have it: all that came of it ends.
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    # http for programs on the person's own device; `services.apps` takes it of no other host.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # digests only
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "APPLICATION_ADMIN_CLASS": "crowd.admin.apps.AppAdmin",
    **dict.fromkeys(
        [f"{noun}_ADMIN_CLASS" for noun in ("ACCESS_TOKEN", "GRANT", "ID_TOKEN", "REFRESH_TOKEN")],
        "crowd.admin.apps.NotShown",
    ),
}
# There are no passwords here. What is hashed are apps' secrets, which are random: one round will
# do, and nobody can keep the site busy with wrong ones.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "crowd.services.granting.RandomSecret",
]

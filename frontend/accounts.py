"""How allauth behaves here: guests keep their work, passkeys are no second factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from crowd.models import User
from crowd.services import letters
from frontend.visitor import TamisRequest

# allauth's own steps of signing in → ours; "" leaves one out. A passkey or a code by e-mail is
# enough on its own: there are no passwords it would have to be added to.
STAGES = {
    "allauth.account.stages.EmailVerificationStage": "frontend.sign_in_stages.VerifyAddress",
    "allauth.mfa.stages.AuthenticateStage": "",
}
# allauth's mails → ours. The others are about passwords, which nobody has here.
MAILS = {
    "account/email/login_code": "signin_code",
    "account/email/email_confirmation": "address_code",
    "account/email/email_confirmation_signup": "address_code",
    "account/email/account_already_exists": "account_exists",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Set as ACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """By e-mail only where the site can send any; elsewhere see `views.account`."""
        return bool(settings.TAMIS_SENDS_EMAIL)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and give the account what this browser did as a guest."""
        super().login(request, user)
        cast(TamisRequest, request).visitor.signed_in(user=user, now=timezone.now())

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> EmailMessage:
        """A code, or a word about an account, in the language of whoever asks for it now."""
        if template_prefix not in MAILS:
            plain: EmailMessage = super().render_mail(template_prefix, email, context, headers)
            return plain
        code = context.get("code")
        told = {"code": code, "minutes": settings.TAMIS_CODE_MINUTES}
        return letters.written(
            template=MAILS[template_prefix],
            context=told if code else {"link": reverse("account_login")},
            language=get_language() or "en",
            to=[email] if isinstance(email, str) else email,
            headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        )

    def get_login_stages(self) -> list[str]:
        """allauth's stages, with ours in their places."""
        return [ours for stage in super().get_login_stages() if (ours := STAGES.get(stage, stage))]

    def get_client_ip(self, request: HttpRequest) -> str:
        """What rate limits count by: a keyed digest, since addresses are not stored (rule 3)."""
        address = super().get_client_ip(request)
        return salted_hmac("tamis.network", f"{timezone.now():%Y-%m-%d}{address}").hexdigest()

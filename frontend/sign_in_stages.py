"""What stands between proving who one is and being signed in."""

from __future__ import annotations

from allauth.account.stages import EmailVerificationStage
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.http.response import HttpResponseBase


class VerifyAddress(EmailVerificationStage):  # type: ignore[misc]
    """The address must be verified, except for who came with a passkey.

    Accounts opened without e-mail have no address; a passkey proves more than one would.
    """

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        if self.login.user and did_use_passwordless_login(self.request, self.login.user):
            return None, True
        answer: tuple[HttpResponseBase | None, bool] = super().handle()
        return answer

"""Welcomes: links by which one brings others along, and who came by them."""

from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from crowd.models import Contributor, Welcome

SALT = "tamis.welcome"
LENGTH = 12  # characters of the signature


def code_of(*, contributor: Contributor) -> str:
    """What someone's own link ends with. It names nobody and gives no rights."""
    return f"{contributor.pk}-{_signature(contributor.pk)}"


def inviter_of(*, code: str) -> Contributor | None:
    """Whose link this is; None when it is forged, or they have gone."""
    number, _, signature = code.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if not constant_time_compare(signature, _signature(int(number))):
        return None
    return Contributor.objects.filter(pk=int(number), forgotten_at=None).first()


def record(*, code: str, newcomer: Contributor, now: datetime) -> None:
    """Remember by whose link someone new came. A second link, or one's own, changes nothing."""
    inviter = inviter_of(code=code)
    if inviter is not None and inviter.pk != newcomer.pk:
        Welcome.objects.get_or_create(
            newcomer=newcomer, defaults={"inviter": inviter, "made_at": now}
        )


def _signature(pk: int) -> str:
    return salted_hmac(SALT, str(pk), algorithm="sha256").hexdigest()[:LENGTH]

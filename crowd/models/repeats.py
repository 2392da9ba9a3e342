"""Requests that may come twice: what was answered, for whoever sends the same again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptReply(models.Model):
    """The reply to one request that carried an `Idempotency-Key`, kept for a day.

    Nothing in it can be read without the request: the reply is sealed with what only the caller
    sends, for it may hold a token or a secret.
    """

    # A digest of caller and Idempotency-Key: neither is stored.
    name = models.CharField(max_length=64, primary_key=True)
    # A digest of the caller alone, to bound what one of them has kept.
    caller = models.CharField(max_length=64)
    # A digest of address and content: the same key with another request is a mistake.
    request = models.CharField(max_length=64)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kept reply")
        verbose_name_plural = _("kept replies")
        indexes = [
            # Read by services.repeats, which bounds how many one caller has.
            models.Index(fields=["caller"], name="kept_replies_of_a_caller"),
            # Read by services.retention, every night.
            models.Index(fields=["made_at"], name="kept_replies_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

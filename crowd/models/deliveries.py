"""Deliveries: what came together and holds documents, and what of it was refused."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.rules.lifecycle import DeliveryState


def delivered_key(delivery: "Delivery", digest: str) -> str:
    """Where an archive or a list is stored: named by its content, never by a name from outside."""
    return f"deliveries/{delivery.campaign_id}/{digest}"


class DeliveryKind(models.TextChoices):
    FILES = "files", _("files")
    ARCHIVE = "archive", _("archive")
    URLS = "urls", _("list of addresses")
    IIIF = "iiif", _("IIIF manifest or collection")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def unfinished(self) -> "DeliveryQuerySet":
        return self.filter(state__in=[DeliveryState.RECEIVED.value, DeliveryState.READING.value])

    def outermost(self) -> "DeliveryQuerySet":
        """Without the archives that were found inside of others."""
        return self.filter(within=None)

    def of(self, delivery: "Delivery") -> "DeliveryQuerySet":
        """A delivery, with the archives that were found inside of it."""
        return self.filter(Q(pk=delivery.pk) | Q(within=delivery))

    def restart(self) -> int:
        """Let those that were stopped, or that failed, be read on from where they stand."""
        ended = self.filter(state__in=[DeliveryState.STOPPED.value, DeliveryState.FAILED.value])
        return ended.update(
            state=DeliveryState.RECEIVED.value,
            problem_code="",
            problem_params={},
            finished_at=None,
            attempts=0,
        )


class Delivery(models.Model):
    """An archive, a list of addresses, a IIIF manifest or several files at once."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("campaign")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DeliveryKind)
    name = models.CharField(_("name"), max_length=500)
    source_url = models.URLField(_("source"), max_length=2000, blank=True)
    # The outermost delivery this one was found in, and how many lie between: an archive may hold
    # archives.
    within = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="nested",
        verbose_name=_("found in"),
    )
    depth = models.PositiveSmallIntegerField(default=0)
    # The archive, the list of addresses or the manifest as it came.
    file = models.FileField(_("original"), upload_to=delivered_key, max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    byte_size = models.BigIntegerField(_("bytes"), default=0)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (DeliveryState.RECEIVED.value, _("received")),
            (DeliveryState.READING.value, _("being read")),
            (DeliveryState.READ.value, _("read")),
            (DeliveryState.STOPPED.value, _("stopped")),
            (DeliveryState.FAILED.value, _("failed")),
        ],
        default=DeliveryState.RECEIVED.value,
    )
    # Unknown until somebody has looked into it.
    entries_known = models.IntegerField(_("entries"), null=True, blank=True)
    entries_done = models.IntegerField(_("of them read"), default=0)
    # Of the outermost delivery, with all that is nested in it: what its limits are about.
    files_within = models.IntegerField(default=0, editable=False)
    bytes_within = models.BigIntegerField(default=0, editable=False)
    # Runs begun since an entry was last taken; what kills its workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    problem_code = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(_("received"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "sha256"],
                condition=~Q(sha256=""),
                name="one_delivery_per_campaign_and_content",
            ),
            models.CheckConstraint(
                condition=Q(entries_known=None) | Q(entries_done__lte=F("entries_known")),
                name="no_more_entries_done_than_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DeliveryState]),
                name="a_delivery_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.FAILED.value) | ~Q(problem_code=""),
                name="a_failed_delivery_says_why",
            ),
        ]
        indexes = [
            # Read by tasks.deliveries.resume_all, every half minute.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["received", "reading"]),
                name="deliveries_not_yet_read",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Refusal(models.Model):
    """An entry of a delivery that could not become a document, and why."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="refusals", verbose_name=_("delivery")
    )
    # Which entry, from 1; null when files came one by one.
    position = models.IntegerField(_("entry"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=500)
    problem_code = models.CharField(max_length=60)
    problem_params = models.JSONField(default=dict, blank=True)
    refused_at = models.DateTimeField(_("refused"))

    class Meta:
        verbose_name = _("refused entry")
        verbose_name_plural = _("refused entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "position"], name="one_refusal_per_delivery_and_position"
            ),
        ]

    def __str__(self) -> str:
        return self.name

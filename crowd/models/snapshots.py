"""Snapshots: a campaign's open data as they were at one moment, under an address of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.users import User


def snapshot_key(file: "SnapshotFile", _filename: str) -> str:
    """Where a file of a snapshot is stored: a rewritten one never replaces what is being read."""
    made = file.snapshot
    return f"snapshots/{made.campaign_id}/{made.pk}/{file.revision}/{file.format}"


class SnapshotState(models.TextChoices):
    WAITING = "waiting", _("waiting to be made")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class SnapshotReason(models.TextChoices):
    NIGHTLY = "nightly", _("made at night")
    ASKED = "asked", _("asked for by the team")


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def ready(self) -> "SnapshotQuerySet":
        return self.filter(state=SnapshotState.READY.value)

    def unfinished(self) -> "SnapshotQuerySet":
        return self.filter(state__in=[SnapshotState.WAITING.value, SnapshotState.MAKING.value])


class Snapshot(models.Model):
    """The open data of one moment. What it says never changes, but for what is withdrawn.

    `revision` counts how often it was written: more than once when something was withdrawn since.
    """

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="snapshots",
        verbose_name=_("campaign"),
        db_index=False,  # a constraint below begins with it
    )
    # Its address within the campaign: the day, and a number from the second of that day on.
    key = models.SlugField(_("address"), max_length=40)
    reason = models.CharField(_("why"), max_length=10, choices=SnapshotReason)
    asked_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SnapshotState,
        default=SnapshotState.WAITING.value,
    )
    revision = models.PositiveSmallIntegerField(_("times written"), default=0)
    asked_at = models.DateTimeField(_("asked for"))
    # The moment whose data it holds, and when it was last written.
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    # Micro-tasks read so far, of so many.
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    # What is in it: "excerpts", "verdicts", "votes", "voters" → how many.
    counts = models.JSONField(_("contents"), default=dict, blank=True)
    # Whose data are in it, so that what is withdrawn is noticed: ids.
    documents = models.JSONField(default=list, blank=True, editable=False)
    credited = models.JSONField(default=dict, blank=True, editable=False)  # id → name
    # What was withdrawn from it: [{"excerpt", "withdrawn_at"}].
    tombstones = models.JSONField(_("withdrawn"), default=list, blank=True)
    # Runs begun since it was asked for; what kills its workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    problem_code = models.CharField(max_length=60, blank=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"], name="one_snapshot_per_campaign_and_address"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(taken_at__isnull=False, written_at__isnull=False),
                name="a_ready_snapshot_says_when_it_was_taken",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem_code=""),
                name="a_failed_snapshot_says_why",
            ),
        ]
        indexes = [
            # Read by services.snapshots.go_on, which looks for work every few seconds.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "making"]),
                name="snapshots_not_yet_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.key}"


class SnapshotFile(models.Model):
    """One format of a snapshot, as it is given out."""

    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.CASCADE,
        related_name="files",
        verbose_name=_("snapshot"),
        db_index=False,  # the constraint below begins with it
    )
    format = models.CharField(_("format"), max_length=20)
    revision = models.PositiveSmallIntegerField(_("times written"))
    file = models.FileField(_("file"), upload_to=snapshot_key, max_length=200)
    byte_size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("file of a snapshot")
        verbose_name_plural = _("files of snapshots")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "format"], name="one_file_per_snapshot_and_format"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}.{self.format}"

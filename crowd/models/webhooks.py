"""Webhooks: the addresses that a campaign tells what happens, and what each of them was told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.documents import Document
from crowd.models.users import User
from crowd.models.verdicts import Verdict


class EventKind(models.TextChoices):
    """What a webhook may be told. The values are the `type` of what is sent."""

    SETTLED = "microtask.settled", _("a micro-task is settled")
    CONTESTED = "microtask.contested", _("a micro-task is contested")
    FINISHED = "document.finished", _("a document is finished")
    MILESTONE = "campaign.milestone", _("each tenth of the campaign")
    SNAPSHOT = "snapshot.ready", _("a snapshot of the data is ready")
    OPENED = "campaign.opened", _("the campaign is opened")
    PAUSED = "campaign.paused", _("the campaign is paused")
    CLOSED = "campaign.closed", _("the campaign is closed")


PING = "webhook.test"  # sent when somebody presses the button, whatever the webhook wants


class Stopped(models.TextChoices):
    """Why nothing is sent any more."""

    TEAM = "team", _("stopped by the team")
    FAILING = "failing", _("it has not answered for three days")
    GONE = "gone", _("its server said that it is gone (410)")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> "WebhookQuerySet":
        return self.filter(stopped="")


class Webhook(models.Model):
    """An address of somebody's server, and what it wants to be told of one campaign."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="webhooks",
        verbose_name=_("campaign"),
        db_index=False,  # a constraint below begins with it
    )
    address = models.URLField(_("address"), max_length=2000)
    # What signs; the one before signs too, for a day after it was replaced.
    secret = models.CharField(max_length=80, editable=False)
    old_secret = models.CharField(max_length=80, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    kinds = models.JSONField(_("what it is told"), default=list)
    stopped = models.CharField(_("stopped"), max_length=10, choices=Stopped, blank=True)
    # Since when nothing has got through, how often in a row, and when it is tried next.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    quiet_until = models.DateTimeField(null=True, blank=True)
    # The last tenth of the campaign that it was told, or that was there before it.
    tenth = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="webhooks",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "address"], name="one_webhook_per_campaign_and_address"
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="a_failing_webhook_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(old_secret="", old_until=None)
                | (~Q(old_secret="") & Q(old_until__isnull=False)),
                name="an_old_secret_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class WebhookState(models.TextChoices):
    HELD = "held", _("not public yet")
    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def shown(self) -> "WebhookDeliveryQuerySet":
        """Without what nobody may know yet, its team included."""
        return self.exclude(state=WebhookState.HELD.value)

    def held(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=WebhookState.HELD.value)

    def waiting(self) -> "WebhookDeliveryQuerySet":
        return self.filter(state=WebhookState.WAITING.value)


class WebhookDelivery(models.Model):
    """One event on its way to one webhook: numbers and links, never values or anyone's text."""

    webhook = models.ForeignKey(
        Webhook,
        on_delete=models.CASCADE,
        related_name="deliveries",
        verbose_name=_("webhook"),
        db_index=False,  # an index below begins with it
    )
    # The id it is sent under, each time it is sent: who has had it knows it again.
    event = models.UUIDField(_("event"), unique=True)
    kind = models.CharField(_("event"), max_length=30)
    payload = models.JSONField(default=dict)
    # What it is about, where it must be told once.
    verdict = models.ForeignKey(
        Verdict, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=WebhookState)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    made_at = models.DateTimeField(_("made"))
    next_at = models.DateTimeField(_("to be sent"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    # What came of the last attempt: a status, or else a problem.
    last_status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    problem_code = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "webhook"],
                condition=Q(verdict__isnull=False),
                name="a_webhook_is_told_of_a_verdict_once",
            ),
            models.UniqueConstraint(
                fields=["document", "webhook"],
                condition=Q(document__isnull=False),
                name="a_webhook_is_told_of_a_document_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="waiting", next_at__isnull=False) | ~Q(state="waiting"))
                & (Q(state="waiting") | Q(next_at=None)),
                name="only_what_waits_has_a_next_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "waiting"], done_at=None)
                | Q(state__in=["delivered", "failed"], done_at__isnull=False),
                name="what_is_told_or_given_up_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(verdict__isnull=False),
                name="only_what_tells_of_a_verdict_is_held",
            ),
        ]
        indexes = [
            # Read by services.sending.due and claim.
            models.Index(
                fields=["webhook", "next_at"],
                condition=Q(state="waiting"),
                name="webhook_events_to_be_sent",
            ),
            # Read by services.tidings.release, every few seconds.
            models.Index(fields=["verdict"], condition=Q(state="held"), name="webhook_events_held"),
            # Read by the list of a webhook's deliveries, the newest first.
            models.Index(fields=["webhook", "-id"], name="deliveries_of_a_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"

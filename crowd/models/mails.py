"""Mails: what waits to be sent, and what each account agreed to be sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.users import User


class Topic(models.TextChoices):
    """What a mail is about, for those who agree to get some and not others."""

    ANNOUNCEMENTS = "announcements", _("news of campaigns you took part in")
    REMINDERS = "reminders", _("reminders of what you have taken on")
    FOLLOWED = "followed", _("news of what you follow")
    CONFIRMED = "confirmed", _("what became of your answers")


class MailChoice(models.Model):
    """Whether an account wants mails of one topic. No row: not agreed."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="mail_choices", verbose_name=_("account")
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    agreed = models.BooleanField(_("agreed"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="one_choice_per_user_and_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.topic}"


class MailState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("not wanted any more")
    FAILED = "failed", _("given up")


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(state=MailState.WAITING.value)


class Mail(models.Model):
    """One mail on its way. Once it is sent or given up, neither address nor words are kept."""

    # To an account, or to an address that has none yet (an invitation).
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    address = models.EmailField(_("address"), blank=True)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic, blank=True)
    template = models.CharField(_("template"), max_length=60)
    context = models.JSONField(default=dict)
    language = models.CharField(_("language"), max_length=8)
    # Two mails with one key are one mail: asked for twice, it is sent once.
    key = models.CharField(max_length=100, unique=True, null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=MailState, default=MailState.WAITING.value
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    made_at = models.DateTimeField(_("made"))
    due_at = models.DateTimeField(_("to be sent"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", done_at=None)
                | (~Q(state="waiting") & Q(done_at__isnull=False, address="", context={})),
                name="a_mail_that_is_done_keeps_neither_address_nor_words",
            ),
            models.CheckConstraint(
                condition=Q(topic="") | Q(user__isnull=False),
                name="topics_are_agreed_to_by_accounts",
            ),
        ]
        indexes = [
            # Read by services.mails.send_waiting.
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="mails_to_send_by_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"

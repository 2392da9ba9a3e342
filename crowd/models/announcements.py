"""Announcements: what a campaign's team tells everyone who took part."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.users import User


class Announcement(models.Model):
    """News of a campaign: shown on its page, and sent to participants who agreed to get it."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="announcements",
        verbose_name=_("campaign"),
    )
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), max_length=5000)
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    # How many people it was sent to; null until a worker has made their mails.
    sent_to = models.PositiveIntegerField(_("sent to"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

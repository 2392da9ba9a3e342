"""What a campaign's team changed: who, what, when. Rows are added, never rewritten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.users import User


class Change(models.Model):
    """One thing somebody did to a campaign, in the words of `crowd.changed`."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="changes", verbose_name=_("campaign")
    )
    # Null: a command, the site itself, or an account that is gone.
    user = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="changes",
        verbose_name=_("account"),
    )
    what = models.CharField(_("what"), max_length=60)
    details = models.JSONField(_("details"), default=dict, blank=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-made_at", "-pk"]
        indexes = [
            # Read by services.changes.of_campaign: the log, newest first.
            models.Index(fields=["campaign", "-made_at", "-id"], name="changes_of_a_campaign"),
        ]

    def __str__(self) -> str:
        return self.what

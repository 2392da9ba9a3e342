"""Thanks: a campaign's word to those who took part, and certificates of what someone has given."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.users import User


class Thanks(models.Model):
    """Words of a campaign's team, for everyone who had answered by then."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="thanks", verbose_name=_("campaign")
    )
    words = models.TextField(_("words"), max_length=1000)
    author = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    people = models.PositiveIntegerField(_("people thanked"), default=0)
    made_at = models.DateTimeField(_("said"))
    # How many accounts it is mailed to; null: mails are still to be written.
    sent_to = models.PositiveIntegerField(_("sent to"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("thank-you")
        verbose_name_plural = _("thank-yous")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.made_at:%Y-%m-%d}"


class Certificate(models.Model):
    """What someone has given, as it stood when they asked; its link shows the same to anyone."""

    code = models.CharField(max_length=24, unique=True, editable=False)
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.CASCADE,
        related_name="certificates",
        verbose_name=_("contributor"),
    )
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("campaign"),
    )
    # As typed by the person, for whoever wants to see it: not the name on the boards.
    bearer = models.CharField(_("name"), max_length=80)
    minutes = models.PositiveIntegerField(_("minutes"))
    answers = models.PositiveIntegerField(_("answers"))
    confirmed = models.PositiveIntegerField(_("confirmed answers"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return self.code

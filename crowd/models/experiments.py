"""An experiment: some newcomers of a campaign see no game, so that its effect can be measured."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor


class Experiment(models.Model):
    """Who sees no game is drawn by a hash of `salt` and the person: stable, and by chance."""

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="experiment", verbose_name=_("campaign")
    )
    share = models.FloatField(_("share of newcomers without the game"))
    salt = models.CharField(max_length=32, editable=False)
    # Newcomers are those who were first seen from here on.
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=0.5), name="at_most_half_see_no_game"
            ),
        ]

    def __str__(self) -> str:
        return str(self.campaign_id)


class Subject(models.Model):
    """The log: which newcomer was in which group. Written once, never changed."""

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="subjects", verbose_name=_("experiment")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="+", verbose_name=_("contributor")
    )
    without_game = models.BooleanField(_("without the game"))
    first_answer_at = models.DateTimeField(_("first answer"))
    logged_at = models.DateTimeField(_("logged"))

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "contributor"], name="one_group_per_experiment_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.contributor_id}"

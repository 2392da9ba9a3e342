"""Goals: one's own for a week, and a campaign's that everyone fills together."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor


class WeeklyGoal(models.Model):
    """So many answers a week, chosen by oneself. Paused it asks nothing, and loses nothing."""

    contributor = models.OneToOneField(
        Contributor, on_delete=models.CASCADE, related_name="goal", verbose_name=_("contributor")
    )
    answers = models.PositiveSmallIntegerField(_("answers a week"))
    paused = models.BooleanField(_("paused"), default=False)
    chosen_at = models.DateTimeField(_("chosen"))

    class Meta:
        verbose_name = _("weekly goal")
        verbose_name_plural = _("weekly goals")
        constraints = [
            models.CheckConstraint(
                condition=Q(answers__gte=1, answers__lte=1000),
                name="a_weekly_goal_is_within_reach",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.answers}"


class CampaignGoal(models.Model):
    """So many more confirmed excerpts, together. `began_with` is what was confirmed before."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="goals", verbose_name=_("campaign")
    )
    title = models.CharField(_("what for"), max_length=120)
    target = models.PositiveIntegerField(_("excerpts to confirm"))
    began_with = models.PositiveIntegerField(default=0)
    until = models.DateField(_("until"), null=True, blank=True)
    made_at = models.DateTimeField(_("set"))
    reached_at = models.DateTimeField(_("reached"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("campaign goal")
        verbose_name_plural = _("campaign goals")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(ended_at=None), name="one_goal_at_a_time"
            ),
            models.CheckConstraint(condition=Q(target__gte=1), name="a_goal_has_something_to_fill"),
        ]

    def __str__(self) -> str:
        return self.title

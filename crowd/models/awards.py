"""Awards: the points ledger. A point is a row; rows are added, never changed."""

from decimal import Decimal

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from crowd.models.answers import Answer
from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.rows import QuickRow
from crowd.models.teams import Team
from crowd.models.verdicts import Verdict


class AwardQuerySet(models.QuerySet["Award"]):
    def total(self) -> Decimal:
        """The signed, unrounded sum."""
        return self.aggregate(total=Sum("points"))["total"] or Decimal(0)


class Award(QuickRow):
    """What one answer earned with one verdict; a later verdict adds a compensating row."""

    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name=_("contributor"),
        db_index=False,  # an index below begins with it
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="awards", verbose_name=_("campaign")
    )
    answer = models.ForeignKey(
        Answer,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name=_("answer"),
        db_index=False,  # a constraint below begins with it
    )
    verdict = models.ForeignKey(
        Verdict, on_delete=models.PROTECT, related_name="awards", verbose_name=_("verdict")
    )
    # The team its author was in when they answered: corrections go where the award went.
    team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="awards",
        verbose_name=_("team"),
        db_index=False,  # an index below begins with it
    )
    # What this answer changes in the worth of all that its author said (`rules.scoring.Habit`).
    points = models.DecimalField(_("points"), max_digits=12, decimal_places=6)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)
    agreement = models.FloatField(_("agreement"))
    chance = models.FloatField(_("chance"))
    # What of this answer is counted in its author's habits from this row on (`rules.scoring`).
    counted = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(_("made"))
    compensates = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="compensated_by"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "verdict"], name="one_award_per_answer_and_verdict"
            ),
            models.CheckConstraint(
                condition=Q(agreement__gte=0, agreement__lte=1, chance__gte=0, chance__lte=1),
                name="agreement_and_chance_are_shares",
            ),
        ]
        indexes = [
            # Read by services.leaderboard: totals of a person, all time and this week.
            models.Index(
                fields=["contributor", "campaign", "made_at"],
                include=["points"],
                name="awards_of_a_person",
            ),
            # Read by services.leaderboard: totals of a team.
            models.Index(
                fields=["team", "campaign", "made_at"],
                include=["points"],
                condition=Q(team__isnull=False),
                name="awards_of_a_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.points:+}"

"""Badges: what someone has done, once; each given for rows that can be looked up again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.verdicts import Verdict


class BadgeKind(models.TextChoices):
    FIRST = "first", _("First confirmed answer")
    TIE_BREAKER = "tie_breaker", _("Tie-breaker")
    DECIPHERED = "deciphered", _("Deciphered")
    HONEST_DOUBT = "honest_doubt", _("Honest doubt")
    SHARP_EYE = "sharp_eye", _("Sharp eye")
    GLEANER = "gleaner", _("Gleaner")
    ALL_ROUNDER = "all_rounder", _("All-rounder")
    WHOLE_DOCUMENT = "whole_document", _("Whole document")
    BACK_AGAIN = "back_again", _("Back again")
    REVIEWER = "reviewer", _("Reviewer")
    WELCOMER = "welcomer", _("Welcomer")
    CHANGED_SOMETHING = "changed_something", _("It changed something")


class Badge(models.Model):
    """Given by `services.badges` from the rows it looks at; made anew by `manage.py rebuild`."""

    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="badges", verbose_name=_("contributor")
    )
    kind = models.CharField(_("what for"), max_length=20, choices=BadgeKind)
    # Why: the verdict, or the campaign, that it was given for, where there is one.
    verdict = models.ForeignKey(
        Verdict, null=True, blank=True, on_delete=models.SET_NULL, related_name="badges"
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="badges"
    )
    # When its rule was first met, not when we noticed.
    earned_at = models.DateTimeField(_("earned"))

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "kind"], name="one_badge_per_contributor_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.kind}"


class Welcome(models.Model):
    """Someone who came by another's invitation link."""

    inviter = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="welcomes", verbose_name=_("inviter")
    )
    newcomer = models.OneToOneField(
        Contributor, on_delete=models.CASCADE, related_name="welcomed_by"
    )
    made_at = models.DateTimeField(_("came"))

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(inviter=models.F("newcomer")), name="nobody_welcomes_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.newcomer_id}"

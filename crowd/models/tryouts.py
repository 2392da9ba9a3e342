"""Try-outs: a few colleagues answer a few excerpts, and nothing of it ever counts.

Their answers live here, apart from `Answer`: no cross-check, no points and no export reads them.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.documents import Excerpt
from crowd.models.steps import Step
from crowd.models.users import User


class Tryout(models.Model):
    """A round of trying, open to whoever has its link."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="tryouts", verbose_name=_("campaign")
    )
    # In its link, and shown again to the team: what it opens is a draft's questions.
    token = models.CharField(max_length=43, unique=True, editable=False)
    made_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    excerpts: "models.ManyToManyField[Excerpt, models.Model]" = models.ManyToManyField(
        Excerpt, related_name="+", verbose_name=_("excerpts")
    )

    class Meta:
        verbose_name = _("try-out")
        verbose_name_plural = _("try-outs")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(ended_at=None),
                name="one_tryout_at_a_time_per_campaign",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Trial(models.Model):
    """What one colleague said to one step about one excerpt, for trying."""

    tryout = models.ForeignKey(
        Tryout, on_delete=models.CASCADE, related_name="trials", verbose_name=_("try-out")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="+", verbose_name=_("contributor")
    )
    step = models.ForeignKey(
        Step, on_delete=models.CASCADE, related_name="+", verbose_name=_("step")
    )
    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="+", verbose_name=_("excerpt")
    )
    about = models.CharField(_("about"), max_length=100, blank=True)
    values = models.JSONField(_("values"), default=dict, blank=True)
    # Keys of the questions that were not clear to them, and why.
    unclear = models.JSONField(_("unclear questions"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=1000)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        constraints = [
            models.UniqueConstraint(
                fields=["tryout", "contributor", "step", "excerpt", "about"],
                name="one_trial_per_person_and_question_asked",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

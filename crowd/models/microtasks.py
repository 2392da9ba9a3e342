"""Micro-tasks: one step asked about one excerpt."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.documents import Excerpt
from crowd.models.rows import QuickRow
from crowd.models.steps import Step
from crowd.rules.lifecycle import CampaignState, MicroTaskState


def under_a_veil(path: str = "") -> Q:
    """The condition of a veil that is down, for a query that reaches the micro-task by `path`."""
    closed = Q(**{f"{path}campaign__state": CampaignState.CLOSED.value})
    return Q(**{f"{path}veiled": True}) & ~closed


class MicroTaskQuerySet(models.QuerySet["MicroTask"]):
    def open(self) -> "MicroTaskQuerySet":
        return self.filter(state=MicroTaskState.OPEN.value)

    def looking_open(self) -> "MicroTaskQuerySet":
        """Those whose veil is down: to everyone they look as if nothing were settled."""
        return self.filter(under_a_veil())


class MicroTask(QuickRow):
    """One step asked about one excerpt; follow-ups are `about` one option of an earlier verdict."""

    # Two indexes less for each of a million rows: others begin with these.
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="microtasks",
        verbose_name=_("campaign"),
        db_index=False,  # microtasks_by_state begins with it
    )
    step = models.ForeignKey(
        Step,
        on_delete=models.CASCADE,
        related_name="microtasks",
        verbose_name=_("step"),
        db_index=False,  # one_microtask_per_step_excerpt_and_matter begins with it
    )
    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="microtasks", verbose_name=_("excerpt")
    )
    about = models.CharField(_("about"), max_length=100, blank=True, default="")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (MicroTaskState.OPEN.value, _("open")),
            (MicroTaskState.SETTLED.value, _("settled")),
            (MicroTaskState.CONTESTED.value, _("contested")),
            (MicroTaskState.SET_ASIDE.value, _("badly cut")),
            (MicroTaskState.WITHDRAWN.value, _("withdrawn")),
        ],
        default=MicroTaskState.OPEN.value,
    )
    # The fewest further answers that could settle it, as the last cross-check saw it.
    needs = models.PositiveSmallIntegerField(_("answers needed"))
    # The campaign's order: lowest first.
    rank = models.BigIntegerField(_("rank"), default=0)
    # Settled but shown as unsettled until the campaign closes (known answers are drawn from these).
    veiled = models.BooleanField(default=False, editable=False)

    # People disagree about it, or did: whoever takes it on is given work that few love.
    disputed = models.BooleanField(default=False, db_default=False, editable=False)

    objects = MicroTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("micro-task")
        verbose_name_plural = _("micro-tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "excerpt", "about"],
                name="one_microtask_per_step_excerpt_and_matter",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MicroTaskState]),
                name="a_microtask_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state=MicroTaskState.OPEN.value, needs__gte=1)
                | (~Q(state=MicroTaskState.OPEN.value) & Q(needs=0)),
                name="open_microtasks_and_no_others_need_answers",
            ),
        ]
        indexes = [
            # Read by services.queues.refill and by claims that find no queue, in order of rank.
            models.Index(
                fields=["step", "rank", "id"],
                condition=Q(state="open"),
                name="open_microtasks_in_order",
            ),
            # Read by services.progress, which counts them.
            models.Index(fields=["campaign", "step", "state"], name="microtasks_by_state"),
            # Read by services.progress, which takes them back, and by services.veils.
            models.Index(
                fields=["campaign", "step", "state"],
                condition=Q(veiled=True),
                name="veiled_microtasks_by_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}/{self.excerpt_id}{'/' + self.about if self.about else ''}"

    @property
    def looks_open(self) -> bool:
        """Whether its veil is down: nobody may learn that it is settled."""
        return self.veiled and self.campaign.state != CampaignState.CLOSED.value


class KnownAnswer(models.Model):
    """The right answer to a micro-task, known beforehand: for learning, and for measuring."""

    microtask = models.OneToOneField(
        MicroTask,
        on_delete=models.CASCADE,
        related_name="known_answer",
        verbose_name=_("micro-task"),
    )
    values = models.JSONField(_("values"))
    tutorial = models.BooleanField(_("for the tutorial"), default=False)
    # Why it is the right answer, for those who learn; and where it comes in the tutorial.
    note = models.TextField(_("why"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("known answer")
        verbose_name_plural = _("known answers")

    def __str__(self) -> str:
        return str(self.microtask_id)

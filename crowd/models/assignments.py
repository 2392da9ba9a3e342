"""Assignments: a micro-task lent to one contributor until a moment."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.batches import Batch
from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask
from crowd.models.rooms import Room
from crowd.models.rows import QuickRow
from crowd.rules.lifecycle import AssignmentState


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def lent(self) -> "AssignmentQuerySet":
        return self.filter(state=AssignmentState.LENT.value)

    def overdue(self, *, now: datetime) -> "AssignmentQuerySet":
        return self.lent().filter(due_at__lte=now)


class Assignment(QuickRow):
    """A lease. It is here before its excerpt is shown; Valkey only mirrors it."""

    microtask = models.ForeignKey(
        MicroTask,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("micro-task"),
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("contributor"),
        db_index=False,  # a constraint below begins with it
    )
    room = models.ForeignKey(
        Room,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
        verbose_name=_("room"),
        db_index=False,  # an index below is smaller
    )
    batch = models.ForeignKey(
        Batch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
        verbose_name=_("batch"),
        db_index=False,  # an index below is smaller
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (AssignmentState.LENT.value, _("lent")),
            (AssignmentState.ANSWERED.value, _("answered")),
            (AssignmentState.SKIPPED.value, _("passed over")),
            (AssignmentState.RETURNED.value, _("given back")),
            (AssignmentState.EXPIRED.value, _("expired")),
        ],
        default=AssignmentState.LENT.value,
    )
    lent_at = models.DateTimeField(_("lent"))
    due_at = models.DateTimeField(_("until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # What its points will count, fixed when it is lent.
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=1)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            # Lent again after its lease ran out, the same row is opened anew.
            models.UniqueConstraint(
                fields=["contributor", "microtask"],
                name="one_assignment_per_contributor_and_microtask",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AssignmentState]),
                name="an_assignment_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("lent_at")), name="a_lease_ends_after_it_begins"
            ),
        ]
        indexes = [
            # Read by services.leases.expire_due.
            models.Index(fields=["due_at"], condition=Q(state="lent"), name="open_leases_by_end"),
            # Read by every claim: how many hold this micro-task now?
            models.Index(
                fields=["microtask"], condition=Q(state="lent"), name="open_leases_of_a_microtask"
            ),
            # Read by services.batches: what is left of a batch? (And when one is deleted.)
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="assignments_of_a_batch"
            ),
            # Read by services.rooms: what has been done in a room?
            models.Index(
                fields=["room"], condition=Q(room__isnull=False), name="assignments_of_a_room"
            ),
            # Read by every claim: what does this person hold now?
            models.Index(
                fields=["contributor"], condition=Q(state="lent"), name="open_leases_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.microtask_id} → {self.contributor_id}"

"""Stretches: runs of a document's parts that workers split side by side."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.documents import Document


class StretchQuerySet(models.QuerySet["Stretch"]):
    def unfinished(self) -> "StretchQuerySet":
        return self.filter(done__lt=F("stop"))


class Stretch(models.Model):
    """The parts after the first `start`, up to `stop`, of which those up to `done` are stored.

    One worker at a time goes through a stretch, from its first part to its last; several stretches
    of a document can be worked on at once.
    """

    document = models.ForeignKey(
        Document,
        on_delete=models.CASCADE,
        related_name="stretches",
        verbose_name=_("document"),
        db_index=False,  # the unique constraint begins with it
    )
    start = models.IntegerField()
    stop = models.IntegerField()
    done = models.IntegerField()

    objects = StretchQuerySet.as_manager()

    class Meta:
        verbose_name = _("stretch")
        verbose_name_plural = _("stretches")
        ordering = ["document_id", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "start"], name="one_stretch_per_document_and_start"
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, stop__gt=F("start")), name="a_stretch_has_parts"
            ),
            models.CheckConstraint(
                condition=Q(done__gte=F("start"), done__lte=F("stop")),
                name="a_stretch_is_done_from_its_start_to_its_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.start}-{self.stop}"

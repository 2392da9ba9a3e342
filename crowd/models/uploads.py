"""Uploads: files that volunteers give as answers. Only what was drawn anew of them is kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.assignments import Assignment
from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask
from crowd.models.users import User
from crowd.rules.lifecycle import UploadState

PUBLIC = (UploadState.PUBLISHED.value, UploadState.REDACTED.value)


class UploadQuerySet(models.QuerySet["Upload"]):
    def public(self) -> "UploadQuerySet":
        """Those anyone may see: published, of visible campaigns and excerpts."""
        return self.filter(
            state__in=PUBLIC,
            microtask__excerpt__hidden_at=None,
            microtask__campaign__state__in=["open", "paused", "closed"],
        )


class Upload(models.Model):
    """One file given to one question, as pictures of its pages, without anything of the camera.

    The id is the client's UUID: sent again, the file is recognised. The answer names it; until
    one does, it is a draft, and swept some time after its lease has ended.
    """

    id = models.UUIDField(primary_key=True)
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("assignment")
    )
    microtask = models.ForeignKey(
        MicroTask, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("micro-task")
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="uploads",
        verbose_name=_("contributor"),
        db_index=False,  # an index below begins with it
    )
    question = models.SlugField(_("question"), max_length=40)
    sha256 = models.CharField("SHA-256", max_length=64)  # of the file as it came
    media_type = models.CharField(_("type"), max_length=100)
    # What it takes of the site's room: first the file's size, then that of its pictures.
    byte_size = models.BigIntegerField(_("bytes"))
    # Its pages' pictures: [{"widths": [480, …], "width": …, "height": …}]; [] while being drawn.
    pages = models.JSONField(_("pages"), default=list, blank=True)
    # Times it was redacted; part of the pictures' key, so that no cache shows an earlier one.
    edition = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (UploadState.PRIVATE.value, _("private")),
            (UploadState.TO_REDACT.value, _("to be redacted")),
            (UploadState.PUBLISHED.value, _("published")),
            (UploadState.REDACTED.value, _("redacted and published")),
            (UploadState.REFUSED.value, _("refused")),
        ],
        default=UploadState.PRIVATE.value,
    )
    made_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    redacted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("redacted by"),
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in UploadState]),
                name="an_upload_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC) | ~Q(pages=[]),
                name="a_public_upload_has_pages",
            ),
            models.CheckConstraint(
                condition=~Q(state=UploadState.REDACTED.value) | Q(edition__gte=1),
                name="a_redacted_upload_was_drawn_anew",
            ),
        ]
        indexes = [
            # Read by services.uploads: how many has this person sent within the hour?
            models.Index(fields=["contributor", "made_at"], name="uploads_of_a_person"),
            # Read by services.uploads.sweep: drafts and refused files, oldest first.
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=["private", "refused"]),
                name="uploads_nobody_may_see",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    def key(self, page: int) -> str:
        """Where one page's pictures are, as KEY/WIDTH.webp; pages count from 1."""
        return f"uploads/{self.pk}/{self.edition}/{page}"

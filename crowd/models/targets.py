"""Targets: excerpts that people take on. Who follows one, and what is said of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor
from crowd.models.documents import Excerpt
from crowd.models.users import User


class Follow(models.Model):
    """One person wants to know what becomes of one target."""

    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="follows", verbose_name=_("target")
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.CASCADE,
        related_name="follows",
        verbose_name=_("contributor"),
        db_index=False,  # a constraint below begins with it
    )
    by_mail = models.BooleanField(_("by e-mail"), default=False)
    # The stage and the published comment they were told of last.
    told_stage = models.CharField(max_length=60, blank=True)
    told_comment = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "excerpt"], name="one_follow_per_contributor_and_target"
            ),
        ]
        indexes = [
            # Read by services.following.tell: whoever wants to be told by e-mail, in turn.
            models.Index(fields=["id"], condition=Q(by_mail=True), name="follows_by_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} → {self.excerpt_id}"


class CommentState(models.TextChoices):
    WAITING = "waiting", _("waiting for the team")
    PUBLISHED = "published", _("published")
    HIDDEN = "hidden", _("hidden")


class CommentQuerySet(models.QuerySet["Comment"]):
    def published(self) -> "CommentQuerySet":
        return self.filter(state=CommentState.PUBLISHED)

    def waiting(self) -> "CommentQuerySet":
        return self.filter(state=CommentState.WAITING)


class Comment(models.Model):
    """What one person says of one target; read by its team before anyone else."""

    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="comments", verbose_name=_("target")
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="comments",
        verbose_name=_("contributor"),
        db_index=False,  # an index below begins with it
    )
    text = models.TextField(_("text"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=CommentState, default=CommentState.WAITING
    )
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="decided_comments_and_no_others_have_a_date",
            ),
        ]
        indexes = [
            # Read by services.comments.waiting: the team's queue, oldest first.
            models.Index(fields=["made_at"], condition=Q(state="waiting"), name="comments_to_read"),
            # Read by services.comments.write: how many within the hour?
            models.Index(fields=["contributor", "made_at"], name="comments_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} → {self.excerpt_id}"

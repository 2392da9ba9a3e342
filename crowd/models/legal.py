"""Legal texts: what a site says about itself, in its own words, every version kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.users import User


class Topic(models.TextChoices):
    PRIVACY = "privacy", _("privacy notice")
    IMPRINT = "imprint", _("legal notice")
    RETENTION = "retention", _("how long things are kept")


class LegalText(models.Model):
    """One version of one text in one language; the newest is shown. Markdown."""

    topic = models.CharField(_("text"), max_length=10, choices=Topic)
    language = models.CharField(_("language"), max_length=8)
    body = models.TextField(_("words"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="a_legal_text_has_words"),
        ]
        indexes = [
            # Read by services.legal: the newest version, and those before.
            models.Index(fields=["topic", "language", "-id"], name="legal_texts_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} ({self.language})"


class RetentionRule(models.Model):
    """After how many days something is deleted, where a site differs from `services.retention`."""

    what = models.CharField(_("what"), max_length=40, unique=True)
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="what_is_kept_is_kept_for_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.days}"

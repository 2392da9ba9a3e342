"""Layouts: documents that look alike, the zones drawn on one, and where these fall on all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.documents import Document


class Layout(models.Model):
    """A group of documents of one campaign that look alike: one version of a form.

    `reference` is the document zones are drawn on. `revision` counts how often they were applied:
    a document is cut when its cutting carries the same number.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="layouts", verbose_name=_("campaign")
    )
    name = models.CharField(_("name"), max_length=100)
    reference = models.OneToOneField(
        Document,
        on_delete=models.RESTRICT,
        related_name="reference_of",
        verbose_name=_("reference document"),
    )
    revision = models.PositiveIntegerField(_("times applied"), default=0)
    made_at = models.DateTimeField(_("made"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ZoneQuerySet(models.QuerySet["Zone"]):
    def drawn(self) -> "ZoneQuerySet":
        """Those on the template now; retired ones are kept for excerpts that have answers."""
        return self.filter(retired_at=None)


class Zone(models.Model):
    """A rectangle on a page of a layout's reference document.

    `box` is [left, top, right, foot] in fractions of that page. `number` never changes and is
    never used again in the campaign: it is part of the positions of the excerpts cut by it.
    """

    layout = models.ForeignKey(
        Layout, on_delete=models.CASCADE, related_name="zones", verbose_name=_("layout")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=100)
    page = models.PositiveIntegerField(_("page"))  # of the reference document, from 1
    box = models.JSONField(_("box"))
    step = models.ForeignKey(
        "crowd.Step",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="zones",
        verbose_name=_("step"),
    )
    mask = models.BooleanField(_("blacked out"), default=False)
    # Cuts older than this revision of the layout are wrong, even where people have answered.
    mended_revision = models.PositiveIntegerField(default=0, editable=False)
    retired_at = models.DateTimeField(_("taken off"), null=True, blank=True)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["layout_id", "page", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "number"], name="one_zone_per_layout_and_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=999, page__gte=1),
                name="zones_are_numbered_below_a_thousand",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MatchState(models.TextChoices):
    NEW = "new", _("not compared yet")
    MATCHED = "matched", _("registered")
    BY_HAND = "by_hand", _("placed by hand")
    BLANK = "blank", _("blank")
    UNMATCHED = "unmatched", _("could not be registered")
    IGNORED = "ignored", _("left out")


class PageMatch(models.Model):
    """How one page of a document lies on a page of its layout's reference document.

    `matrix` is a 2×3 similarity [[a, b, x], [c, d, y]] that takes a place on the reference page to
    the same place on this page, lengths counted in widths of the respective page. `look` is the
    page's descriptor (`rules.zones.looks`).
    """

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="matches", verbose_name=_("document")
    )
    page = models.PositiveIntegerField(_("page"))  # from 1
    look = models.BinaryField(editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MatchState, default=MatchState.NEW.value
    )
    reference_page = models.PositiveIntegerField(_("page of the reference"), null=True, blank=True)
    matrix = models.JSONField(_("matrix"), null=True, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)

    class Meta:
        verbose_name = _("match of a page")
        verbose_name_plural = _("matches of pages")
        ordering = ["document_id", "page"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "page"], name="one_match_per_document_and_page"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["matched", "by_hand"], matrix__isnull=False)
                | (~Q(state__in=["matched", "by_hand"]) & Q(matrix=None)),
                name="matched_pages_and_no_others_have_a_matrix",
            ),
        ]
        indexes = [
            # Read by services.placing.unmatched: pages that wait for a campaigner.
            models.Index(
                fields=["document", "page"],
                condition=Q(state="unmatched"),
                name="pages_that_fit_no_template",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.page}"


class CuttingState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CUT = "cut", _("cut")
    FAILED = "failed", _("failed")


class Cutting(models.Model):
    """How far one document is cut by its layout's zones: the cutter's queue, one row a document.

    What is to do is here and not in a message: a cutting that waits is found again.
    """

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="cutting", verbose_name=_("document")
    )
    layout = models.ForeignKey(
        Layout, on_delete=models.CASCADE, related_name="cuttings", verbose_name=_("layout")
    )
    revision = models.PositiveIntegerField(_("revision"))
    state = models.CharField(
        _("state"), max_length=10, choices=CuttingState, default=CuttingState.WAITING.value
    )
    # Runs begun since something was last stored; a file that kills its workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # Excerpts that stayed as they were, because people have answered them.
    kept = models.PositiveIntegerField(_("kept"), default=0)
    problem_code = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("cutting")
        verbose_name_plural = _("cuttings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem_code=""),
                name="a_failed_cutting_says_why",
            ),
        ]
        indexes = [
            # Read by tasks.layouts.resume_all: what a dead worker left.
            models.Index(
                fields=["id"], condition=Q(state="waiting"), name="documents_that_wait_to_be_cut"
            ),
            # Read by services.layouts.progress, which counts them.
            models.Index(fields=["layout", "state"], name="cuttings_by_layout_and_state"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} r{self.revision}"

"""Documents as they came, and the excerpts they are split into."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.deliveries import Delivery
from crowd.rules.lifecycle import DocumentState


def original_key(document: "Document", _filename: str) -> str:
    """Where an original is stored: named by its content, never by a name from outside."""
    return f"originals/{document.campaign_id}/{document.sha256}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def unfinished(self) -> "DocumentQuerySet":
        return self.filter(state__in=[DocumentState.RECEIVED.value, DocumentState.SPLITTING.value])


class Document(models.Model):
    """One public file, with where it came from and its SHA-256."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="documents", verbose_name=_("campaign")
    )
    delivery = models.ForeignKey(
        Delivery,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="documents",
        verbose_name=_("delivery"),
    )
    name = models.CharField(_("name"), max_length=500)
    media_type = models.CharField(_("type"), max_length=100)
    source_url = models.URLField(_("source"), max_length=2000, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    byte_size = models.BigIntegerField(_("bytes"))
    file = models.FileField(_("original"), upload_to=original_key, max_length=200)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (DocumentState.RECEIVED.value, _("received")),
            (DocumentState.SPLITTING.value, _("being split")),
            (DocumentState.SPLIT.value, _("split")),
            (DocumentState.FAILED.value, _("failed")),
        ],
        default=DocumentState.RECEIVED.value,
    )
    # Pages of a PDF, rows of a table; unknown until the splitter has looked.
    pages_known = models.IntegerField(_("pages or rows"), null=True, blank=True)
    pages_done = models.IntegerField(_("of them split"), default=0)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    # Runs begun since something was last stored; a file that kills its workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    problem_code = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(_("received"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "sha256"], name="one_document_per_campaign_and_content"
            ),
            models.CheckConstraint(
                condition=Q(pages_known=None) | Q(pages_done__lte=F("pages_known")),
                name="no_more_pages_done_than_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DocumentState]),
                name="a_document_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.FAILED.value) | ~Q(problem_code=""),
                name="a_failed_document_says_why",
            ),
        ]
        indexes = [
            # Read by tasks.documents.resume_all, every half minute.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["received", "splitting"]),
                name="documents_not_yet_split",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExcerptKind(models.TextChoices):
    PAGE = "page", _("page")
    ROW = "row", _("row")


class Excerpt(models.Model):
    """The part of a document shown to a volunteer."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="excerpts", verbose_name=_("campaign")
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="excerpts", verbose_name=_("document")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ExcerptKind)
    position = models.IntegerField(_("page or row"))  # from 1
    text = models.TextField(_("text"), blank=True)  # a page's text layer
    cells = models.JSONField(_("cells"), default=list, blank=True)  # a row's, in column order
    # Where the pictures are: KEY/WIDTH.webp.
    image_key = models.CharField(max_length=200, blank=True)
    image_widths = models.JSONField(default=list, blank=True)  # pixels, ascending
    width = models.IntegerField(null=True, blank=True)  # pixels of the largest picture
    height = models.IntegerField(null=True, blank=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)

    class Meta:
        verbose_name = _("excerpt")
        verbose_name_plural = _("excerpts")
        ordering = ["document_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "position"], name="one_excerpt_per_document_and_position"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="positions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"

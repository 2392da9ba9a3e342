"""Documents as they came, and the excerpts they are split into."""

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.deliveries import Delivery
from crowd.rules.lifecycle import DocumentState
from crowd.rules.splitting import plans
from crowd.rules.splitting.plans import Plan, Sheet


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
            (DocumentState.STOPPED.value, _("stopped")),
            (DocumentState.FAILED.value, _("failed")),
        ],
        default=DocumentState.RECEIVED.value,
    )
    # How it is split: a plan of crowd.rules.splitting.plans; {} until a worker has begun, for the
    # campaign's own way.
    splitting = models.JSONField(_("way of splitting"), default=dict, blank=True)
    # Times it was split anew in another way; pictures of one edition never replace another's.
    edition = models.PositiveSmallIntegerField(default=0, editable=False)
    # Parts (pages, rows, paragraphs …); unknown until the splitter has looked.
    pages_known = models.IntegerField(_("pages or rows"), null=True, blank=True)
    pages_done = models.IntegerField(_("of them split"), default=0)
    # Parts that were given up, each with its problem: [{"position", "code", "params"}].
    gaps = models.JSONField(_("left out"), default=list, blank=True)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    # Of a workbook, those that can be seen: [{"name", "rows", "columns"}] (plans.Sheet).
    sheets = models.JSONField(_("sheets"), default=list, blank=True)
    # Kind of excerpts → what it was parted into, each time otherwise (plans.parting).
    partings = models.JSONField(default=dict, blank=True, editable=False)
    layout = models.ForeignKey(
        "crowd.Layout",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="documents",
        verbose_name=_("layout"),
    )
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
            # Read by services.splitting, which looks for work every few seconds.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["received", "splitting"]),
                name="documents_not_yet_split",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_columns(self) -> list[str]:
        """The names of its excerpts' cells: all columns, or those that were chosen."""
        chosen: list[str] = self.splitting.get("columns") or self.columns
        return chosen

    @property
    def sheet(self) -> str:
        """The sheet that is read, of a workbook; "" otherwise."""
        chosen: str = self.splitting.get("sheet", "")
        return chosen or plans.largest(self.sheets)

    def series(self, plan: Plan) -> int:
        """The number, among its excerpts of one kind, of those that a plan makes.

        What somebody answered about one sheet stays when another is chosen: the third rows of both
        are two excerpts.
        """
        known: list[str] = self.partings.get(plan.kind, [])
        this = plans.parting(plan, sheets=self.sheets)
        return known.index(this) if this in known else len(known)

    def with_parting(self, plan: Plan, sheets: Sequence[Sheet]) -> dict[str, list[str]]:
        """Its partings, that of a plan among them."""
        known: list[str] = self.partings.get(plan.kind, [])
        new = plans.parting(plan, sheets=sheets)
        return self.partings if new in known else {**self.partings, plan.kind: [*known, new]}


class ExcerptKind(models.TextChoices):
    PAGE = "page", _("page")
    ROW = "row", _("row")
    WHOLE = "whole", _("whole document")
    PARAGRAPH = "paragraph", _("paragraph")
    TILE = "tile", _("tile")
    ZONE = "zone", _("zone")


class Excerpt(models.Model):
    """The part of a document shown to a volunteer."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="excerpts", verbose_name=_("campaign")
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.CASCADE,
        related_name="excerpts",
        verbose_name=_("document"),
        db_index=False,  # the unique constraint begins with it
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ExcerptKind)
    # From 1, within its kind: of a page, a row, a paragraph; a tile's or a zone's own number.
    position = models.IntegerField(_("page or row"))
    # Which of its document's partings it is a part of: positions count within.
    series = models.PositiveSmallIntegerField(default=0, editable=False)
    page = models.IntegerField(_("page"), null=True, blank=True)  # of the document, from 1
    # Which part of that page: [left, top, right, bottom] as fractions of it; null for all of it.
    box = models.JSONField(_("box"), null=True, blank=True)
    # The page excerpt that a zone was cut from.
    within = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="cuts",
        verbose_name=_("cut from"),
        db_index=False,
    )
    zone = models.ForeignKey(
        "crowd.Zone",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="excerpts",
        verbose_name=_("zone"),
    )
    # How a zone was cut (services.cutting): "inside" is the box of its picture that is not dimmed.
    cut = models.JSONField(default=dict, blank=True, editable=False)
    # When it was last cut anew: what was lent before is about another picture.
    cut_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Times it was cut anew; part of the pictures' key, so that no cache shows an earlier cut.
    recut = models.PositiveSmallIntegerField(_("cut anew"), default=0)
    text = models.TextField(_("text"), blank=True)  # a page's text layer, a paragraph
    cells = models.JSONField(_("cells"), default=list, blank=True)  # shown, in the order chosen
    # The names of these cells, where they are not those the document shows now: someone answered
    # before its columns were chosen anew.
    columns = models.JSONField(null=True, blank=True, editable=False)
    # What is kept beside it and not shown: column name → cell.
    metadata = models.JSONField(_("not shown"), default=dict, blank=True)
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
                fields=["document", "kind", "position", "series"],
                name="one_excerpt_per_document_kind_position_and_series",
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="positions_count_from_one"),
            models.CheckConstraint(
                condition=Q(page=None) | Q(page__gte=1), name="pages_count_from_one"
            ),
        ]
        indexes = [
            # Read when a page excerpt is cut anew, hidden or deleted: its zones go with it.
            models.Index(
                fields=["within"],
                condition=Q(within__isnull=False),
                name="excerpts_cut_from_another",
            ),
            # Read by services.snapshots whenever one is given out: has anything been hidden since?
            models.Index(
                fields=["campaign", "hidden_at"],
                condition=Q(hidden_at__isnull=False),
                name="hidden_excerpts_by_campaign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"

    @property
    def column_names(self) -> list[str]:
        """The name of each of its cells."""
        return self.columns or self.document.shown_columns

    @property
    def sheet(self) -> str:
        """The sheet it is a row of, where its document has several; "" otherwise."""
        if self.kind != ExcerptKind.ROW or len(self.document.sheets) < 2:
            return ""
        known = self.document.partings.get(self.kind, [""])
        return known[self.series] or plans.largest(self.document.sheets)

"""Excerpts: what a document's parts become, with their pictures, and the questions about them."""

from collections.abc import Iterable, Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet

from crowd.models import Document, Excerpt, Report, Step
from crowd.rules.splitting import lines
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.plans import By, Plan
from crowd.services import bulk, masks, openings

OWN = ("id", "campaign_id", "document_id", "kind", "series", "image_key")
PARTS = "split_parts"  # a table of this transaction alone

# Excerpts of these parts that are there already stay as they are: someone has answered. Unless
# they were taken out of play when the document failed, and not because of personal data in them.
MERGE = """
    INSERT INTO crowd_excerpt ({columns}) SELECT {columns} FROM {parts}
    ON CONFLICT (document_id, kind, position, series) DO UPDATE SET {changes}, hidden_at = NULL
    WHERE crowd_excerpt.hidden_at IS NOT NULL AND NOT crowd_excerpt.id = ANY(%s)
"""


def store_pictures(*, document: Document, plan: Plan, batch: Batch) -> None:
    """Store pictures, before their excerpts are: run again after a crash, to the same keys."""
    for position, variants in batch.pictures.items():
        key = _image_key(document, plan, position)
        for width, data in variants.items():
            default_storage.save(f"{key}/{width}.webp", ContentFile(data))


def keep(*, document: Document, plan: Plan, batch: Batch, steps: Sequence[Step]) -> None:
    """Write the excerpts of parts that are not there yet, and ask about them.

    In the caller's transaction, who has seen to it that nobody else writes them, and who holds the
    campaign, the document and the steps.

    Args:
        steps: those that are asked about each excerpt; none for pages that zones are cut from.

    Raises:
        IntegrityError: one of them is there.
    """
    ids = bulk.new_ids(Excerpt, len(batch.lines))
    columns, rows = _rows(document, plan, batch, ids)
    positions = [int(line[: line.index("\t")]) for line in batch.lines]
    with bulk.unchecked():
        bulk.copy(Excerpt._meta.db_table, columns, rows)
        openings.for_new(
            steps=steps, document=document, excerpts=list(zip(ids, positions, strict=True))
        )
    if plan.by is By.ZONES:
        masks.withhold_new(document=document)


def merge(*, document: Document, plan: Plan, batch: Batch, steps: Sequence[Step]) -> None:
    """Like `keep`, where some of the excerpts may be there already."""
    ids = bulk.new_ids(Excerpt, len(batch.lines))
    columns, rows = _rows(document, plan, batch, ids)
    reported = list(_reported(document).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {PARTS} (LIKE crowd_excerpt) ON COMMIT DROP")
        bulk.copy(PARTS, columns, rows)
        cursor.execute(_merging(columns), [reported])
        cursor.execute(f"DROP TABLE {PARTS}")  # the caller's transaction may have others after us
    there = document.excerpts.filter(
        kind=plan.kind,
        series=document.series(plan),
        position__range=(batch.first, batch.first + batch.count - 1),
        hidden_at=None,
    )
    openings.for_excerpts(campaign=document.campaign, excerpts=there, steps=steps)
    if steps:
        openings.restore(excerpts=there)
    if plan.by is By.ZONES:
        masks.withhold_new(document=document)


def delete_pictures(*, image_keys: Iterable[tuple[str, Sequence[int]]]) -> None:
    """Delete the pictures of excerpts that are gone.

    Args:
        image_keys: with the widths that were stored.
    """
    for key, widths in image_keys:
        for width in widths:
            default_storage.delete(f"{key}/{width}.webp")


def _rows(
    document: Document, plan: Plan, batch: Batch, ids: Sequence[int]
) -> tuple[list[str], list[str]]:
    """Columns of the table, and a line for each excerpt, in COPY's text format."""
    fixed = bulk.constants(Excerpt, but={*OWN, *lines.COLUMNS})
    columns = [*OWN, *fixed, *lines.COLUMNS]
    own = f"\t{document.campaign_id}\t{document.pk}\t{plan.kind}\t{document.series(plan)}\t"
    rest = "".join(f"\t{value}" for value in fixed.values()) + "\t"
    if not batch.pictures:
        return columns, [
            f"{number}{own}{rest}{line}" for number, line in zip(ids, batch.lines, strict=True)
        ]
    rows = []
    for number, line in zip(ids, batch.lines, strict=True):
        key = _image_key(document, plan, int(line[: line.index("\t")]))
        rows.append(f"{number}{own}{key}{rest}{line}")
    return columns, rows


def _merging(columns: Sequence[str]) -> str:
    names = [f'"{column}"' for column in columns]
    content = [f'"{column}"' for column in (*lines.COLUMNS, "image_key", "columns")]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in content if name != '"position"')
    return MERGE.format(columns=", ".join(names), parts=PARTS, changes=changes)


def _reported(document: Document) -> QuerySet[Excerpt]:
    return document.excerpts.filter(reports__in=Report.objects.hiding())


def _image_key(document: Document, plan: Plan, position: int) -> str:
    return f"excerpts/{document.pk}/{document.edition}/{plan.kind}-{position}"

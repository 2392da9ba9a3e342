"""Clearing: a document's excerpts that nobody has answered make way; the others stay."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from crowd.models import (
    Answer,
    Assignment,
    Document,
    Excerpt,
    KnownAnswer,
    MicroTask,
    Report,
    Verdict,
)
from crowd.rules.lifecycle import AssignmentState
from crowd.services import excerpts

AT_ONCE = 2_000  # excerpts of one transaction


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What splitting anew does to the micro-tasks that are there.

    Attributes:
        kept: how many stay: with answers, or being answered just now.
        replaced: how many go.
    """

    kept: int
    replaced: int


def foresee(*, document: Document) -> Kept:
    """What `clear` would keep and delete now."""
    all_of_it = MicroTask.objects.filter(excerpt__document=document)
    kept = all_of_it.filter(wanted()).count()
    return Kept(kept=kept, replaced=all_of_it.count() - kept)


def name_columns(*, document: Document) -> None:
    """Let rows that stay remember the names of their cells: the document will show others."""
    rows = document.excerpts.filter(kind="row", columns__isnull=True)
    answered = MicroTask.objects.filter(wanted(), excerpt=OuterRef("pk"))
    rows.filter(Exists(answered)).update(columns=document.shown_columns)


def clear(*, document: Document) -> None:
    """Delete what nobody has answered, with its pictures; safe to be killed and run again."""
    before = 1 << 62
    while True:
        with transaction.atomic():
            # The newest first: zones go before the pages they were cut from.
            older = document.excerpts.filter(pk__lt=before).order_by("-pk")
            numbers = list(older.values_list("pk", flat=True)[:AT_ONCE])
            if not numbers:
                return
            before = numbers[-1]
            gone = _clear(numbers)
        excerpts.delete_pictures(image_keys=gone)


def _clear(numbers: list[int]) -> list[tuple[str, list[int]]]:
    """Delete those of these excerpts that can go; the pictures they had."""
    # Rival: a claim, which locks the micro-task before it counts. What it lends now, we see below.
    locked = MicroTask.objects.filter(excerpt__in=numbers).select_for_update()
    list(locked.order_by("pk").values_list("pk", flat=True))
    MicroTask.objects.filter(excerpt__in=numbers, step__opens_when__isnull=True).exclude(
        wanted()
    ).delete()
    asked = MicroTask.objects.filter(excerpt=OuterRef("pk"))
    cut = Excerpt.objects.filter(within=OuterRef("pk"))
    going = Excerpt.objects.filter(pk__in=numbers).exclude(
        Exists(asked) | Exists(cut) | Q(reports__in=Report.objects.hiding())
    )
    pictures = list(going.exclude(image_key="").values_list("image_key", "image_widths"))
    going.delete()
    return pictures


def wanted() -> Q:
    """Of a micro-task: that it must not go."""
    return (
        Exists(Answer.objects.filter(microtask=OuterRef("pk")))
        | Exists(Verdict.objects.filter(microtask=OuterRef("pk")))
        | Exists(KnownAnswer.objects.filter(microtask=OuterRef("pk")))
        | Exists(
            Assignment.objects.filter(microtask=OuterRef("pk"), state=AssignmentState.LENT.value)
        )
    )

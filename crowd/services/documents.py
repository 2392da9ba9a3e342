"""What a team does with a document: stop, resume, try again, split in another way, look before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from crowd import later
from crowd.models import Campaign, Document, Layout, Stretch, Zone
from crowd.rules import lifecycle
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting import plans, types
from crowd.rules.splitting.plans import By, Plan, Sheet
from crowd.services import clearing, previews
from crowd.services.clearing import Kept
from crowd.services.previews import Look

MOVING = (DocumentState.RECEIVED.value, DocumentState.SPLITTING.value)


def ways(*, document: Document) -> Sequence[By]:
    """In which ways a document can be split, the natural one first."""
    return types.SPLITTERS[document.media_type].ways


def preview(*, document: Document, plan: Plan, count: int = 3) -> Look:
    """The first excerpts that a plan would make, and what there is to choose; nothing is stored.

    Raises:
        Problem: what is wrong with the file, or with this plan for it.
    """
    return previews.of(document=document, plan=plan, count=count)


def sheets(*, document: Document) -> list[Sheet]:
    """The sheets of a workbook that can be seen, whatever is wrong with one of them.

    Raises:
        Problem: what is wrong with the whole file.
    """
    return previews.sheets(document=document)


def stop(*, document: Document) -> None:
    """Split no further: what is there stays, and can be played."""
    lifecycle.check(lifecycle.DOCUMENT_MOVES, DocumentState(document.state), DocumentState.STOPPED)
    # Rival: the worker that stores its last part. One of us finds it moving.
    Document.objects.filter(pk=document.pk, state__in=MOVING).update(
        state=DocumentState.STOPPED.value
    )
    document.refresh_from_db()


def resume(*, document: Document) -> None:
    """Go on where it was stopped."""
    known = document.pages_known is not None
    after = DocumentState.SPLITTING if known else DocumentState.RECEIVED
    lifecycle.check(lifecycle.DOCUMENT_MOVES, DocumentState(document.state), after)
    with transaction.atomic():
        stopped = Document.objects.filter(pk=document.pk, state=DocumentState.STOPPED.value)
        if stopped.update(state=after.value, attempts=0):
            _split_soon(document)
    document.refresh_from_db()


def retry(*, document: Document) -> None:
    """Try again what failed: the whole document, or the parts that were left out of it."""
    if document.state == DocumentState.SPLIT.value and document.gaps:
        _retry_gaps(document)
        return
    lifecycle.check(lifecycle.DOCUMENT_MOVES, DocumentState(document.state), DocumentState.RECEIVED)
    with transaction.atomic():
        # Rival: a second click. Only one of us finds it failed; the other must not start it over.
        failed = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED.value)
        if failed.update(**_anew()):
            _split_soon(document)
    document.refresh_from_db()


def resplit(*, document: Document, plan: Plan) -> Kept:
    """Split a document in another way; what people have answered stays.

    A worker deletes the rest and begins anew.

    Returns:
        How many micro-tasks stay, and how many are replaced.

    Raises:
        Problem: `plan_unfit`, `plan_sheet_unknown`, `plan_column_unknown`, `plan_unmasks`.
    """
    _check(document, plan)
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        state = DocumentState(locked.state)
        lifecycle.check(lifecycle.DOCUMENT_MOVES, state, DocumentState.RECEIVED)
        kept = clearing.foresee(document=locked)
        clearing.name_columns(document=locked)
        # The workers that are at it find their stretches gone.
        locked.stretches.all().delete()
        Document.objects.filter(pk=locked.pk).update(
            **_anew(), splitting=plan.as_json(), edition=F("edition") + 1
        )
        _split_soon(document)
    document.refresh_from_db()
    return kept


def alike(*, document: Document) -> QuerySet[Document]:
    """The documents of its campaign that can be split in the same ways, itself among them."""
    family = ways(document=document)[0]
    types_alike = [name for name, each in types.SPLITTERS.items() if each.ways[0] is family]
    return Document.objects.filter(campaign=document.campaign_id, media_type__in=types_alike)


def resplit_alike(*, document: Document, plan: Plan) -> Kept:
    """Split every document like this one in another way, and those that are still to come.

    One that the plan does not fit (a table with other columns) stays as it is.

    Returns:
        How many micro-tasks stay, and how many are replaced, of all of them together.

    Raises:
        Problem: the plan does not fit the document itself.
    """
    _check(document, plan)
    campaign, family = document.campaign, ways(document=document)[0]
    with transaction.atomic():
        # Rival: someone who chooses another way for another family at the same moment.
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        locked.splitting = {**locked.splitting, family.value: plan.as_json()}
        locked.save(update_fields=["splitting"])
    kept = replaced = 0
    for each in alike(document=document).order_by("pk"):
        try:
            one = resplit(document=each, plan=plan)
        except Problem:
            continue
        kept, replaced = kept + one.kept, replaced + one.replaced
    document.refresh_from_db()
    return Kept(kept=kept, replaced=replaced)


def remove(*, document: Document) -> Kept:
    """Take a document out of its campaign; with answers, these and their excerpts stay.

    Returns:
        How many micro-tasks stay, and how many went.

    Raises:
        Problem: `layout_reference`: zones of other documents are measured by this one.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        _leave_layout(locked)
        kept = clearing.foresee(document=locked)
        locked.stretches.all().delete()
        Document.objects.filter(pk=locked.pk).update(
            state=DocumentState.STOPPED.value, edition=F("edition") + 1
        )
    clearing.clear(document=document)
    if not document.excerpts.exists():
        file = document.file
        document.delete()
        file.storage.delete(str(file.name))
    return kept


def _leave_layout(document: Document) -> None:
    """A layout's reference goes only with its layout."""
    own = Layout.objects.filter(reference=document).first()
    if own is None:
        return
    if own.documents.exclude(pk=document.pk).exists():
        raise Problem("layout_reference", name=document.name)
    own.delete()


def parse(*, document: Document, described: Mapping[str, Any]) -> Plan:
    """A plan that was chosen for a document.

    Raises:
        Problem: it is no plan, or none for this type of document.
    """
    plan = plans.parse(described, ways=ways(document=document))
    if document.columns and not _other_sheet(document, plan):
        plans.check_columns(plan, document.columns)
    return plan


def _check(document: Document, plan: Plan) -> None:
    if plan.by not in ways(document=document):
        raise Problem("plan_unfit", by=plan.by.value)
    if _other_sheet(document, plan):
        previews.of(document=document, plan=plan, count=0)  # only the file knows its columns
    elif document.columns:
        plans.check_columns(plan, document.columns)
    masks = Zone.objects.drawn().filter(layout__documents=document, mask=True)
    if plan.by is not By.ZONES and masks.exists():
        raise Problem("plan_unmasks")


def _other_sheet(document: Document, plan: Plan) -> bool:
    """Whether a plan reads another sheet than the one whose columns the document has."""
    if plan.by is not By.ROWS or plan.sheet == document.splitting.get("sheet", ""):
        return False
    return not document.sheets or (plan.sheet or plans.largest(document.sheets)) != document.sheet


def _retry_gaps(document: Document) -> None:
    with transaction.atomic():
        # Rival: a second click.
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.state != DocumentState.SPLIT.value or not locked.gaps:
            return
        Stretch.objects.bulk_create(
            Stretch(document=locked, start=at - 1, done=at - 1, stop=at)
            for at in sorted(gap["position"] for gap in locked.gaps)
        )
        locked.pages_done -= len(locked.gaps)
        locked.state, locked.gaps, locked.attempts = DocumentState.SPLITTING.value, [], 0
        locked.finished_at = None
        locked.save()
        _split_soon(document)
    document.refresh_from_db()


def _anew() -> dict[str, Any]:
    return {
        "state": DocumentState.RECEIVED.value,
        "pages_done": 0,
        "pages_known": None,
        "problem_code": "",
        "problem_params": {},
        "finished_at": None,
        "gaps": [],
        "attempts": 0,
    }


def _split_soon(document: Document) -> None:
    later.after_commit("tasks.documents.split", queue="documents", document_id=document.pk)

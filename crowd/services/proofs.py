"""Proofs: a file is checked by a later step, whose verdict publishes, has redacted or refuses it.

The check's micro-task is about the file's id (`rules.opening`, "each" of an upload question).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from crowd import later
from crowd.models import Answer, Assignment, Campaign, MicroTask, Step, Upload, User, Verdict
from crowd.models.answers import SetAside
from crowd.rules import checking, lifecycle
from crowd.rules.entries.checks import Deed
from crowd.rules.lifecycle import AssignmentState, UploadState
from crowd.rules.splitting.parts import Box
from crowd.services import changes, drawings, queues

MOMENT = timedelta(seconds=1)
ASKS_FOR = {
    Deed.PUBLISH: UploadState.PUBLISHED,
    Deed.REDACT: UploadState.TO_REDACT,
    Deed.REFUSE: UploadState.REFUSED,
}


def of_microtask(*, microtask: MicroTask) -> Upload | None:
    """The file that a micro-task checks; None for every other micro-task."""
    pk = _file_in(microtask.about)
    if pk is None:
        return None
    sent = Upload.objects.select_related("microtask__campaign")
    return sent.filter(pk=pk, microtask__excerpt=microtask.excerpt_id).first()


def is_own(*, microtask_id: int, person: Sequence[int]) -> bool:
    """Whether a micro-task checks a file that this very person sent."""
    pk = _file_in(MicroTask.objects.values_list("about", flat=True).get(pk=microtask_id))
    return pk is not None and Upload.objects.filter(pk=pk, contributor__in=person).exists()


def keep_authors_out(*, step: Step, excerpt_ids: Iterable[int]) -> None:
    """See that nobody is lent the check of their own file, in the transaction that opens it.

    For them it is as if they had passed it over: all that looks for work goes by that.
    """
    checks = MicroTask.objects.filter(step=step, excerpt__in=excerpt_ids).exclude(about="")
    by_file = {pk: each for each in checks if (pk := _file_in(each.about))}
    sent = list(Upload.objects.filter(pk__in=by_file))
    Assignment.objects.bulk_create(
        (
            Assignment(
                microtask=by_file[each.pk],
                contributor_id=each.contributor_id,
                state=AssignmentState.SKIPPED.value,
                lent_at=each.made_at,
                due_at=each.made_at + MOMENT,
                closed_at=each.made_at,
            )
            for each in sent
        ),
        ignore_conflicts=True,
    )

    def remember() -> None:
        for each in sent:
            queues.remember_seen(
                step_id=step.pk,
                contributor_id=each.contributor_id,
                microtask_id=by_file[each.pk].pk,
            )

    transaction.on_commit(remember, robust=True)


def conclude(*, verdicts: Iterable[Verdict], now: datetime) -> None:
    """Do with the files what the verdicts of their checks ask for, in the same transaction.

    Args:
        verdicts: new ones, with micro-task and step loaded.
    """
    for verdict in verdicts:
        upload = of_microtask(microtask=verdict.microtask)
        if upload is None:
            continue
        asked = [question.rule for question in verdict.step.questions.order_by("position", "pk")]
        values = {key: said["value"] for key, said in verdict.values.items()}
        deed = checking.deed_of(asked, values)
        if deed is not None:
            _move(upload, ASKS_FOR[deed], now=now)


def waiting(*, campaign: Campaign) -> QuerySet[Upload]:
    """Files that a reviewer has to black out, the oldest first."""
    return Upload.objects.filter(
        microtask__campaign=campaign, state=UploadState.TO_REDACT.value
    ).order_by("made_at")


@transaction.atomic
def publish(*, upload: Upload, by: User, now: datetime) -> bool:
    """A reviewer publishes a file as it is; False when it can't be any more."""
    done = _move(upload, UploadState.PUBLISHED, now=now)
    if done:
        _log(upload, "upload.published", by, now=now)
    return done


@transaction.atomic
def refuse(*, upload: Upload, by: User, now: datetime) -> bool:
    """A reviewer refuses a file: its answer is set aside, and its micro-task is asked again."""
    done = _move(upload, UploadState.REFUSED, now=now)
    if done:
        _log(upload, "upload.refused", by, now=now)
    return done


def redact(
    *, upload: Upload, boxes: Mapping[int, Sequence[Box]], by: User, now: datetime
) -> Upload:
    """Burn black boxes into a file's pictures and publish it; what was under them is deleted.

    Args:
        boxes: page (from 1) → fractions of it.

    Raises:
        lifecycle.ForbiddenMove: it was refused.
    """
    with transaction.atomic():
        # Rivals: another reviewer, and the verdict of its check. They wait for the new pictures.
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        lifecycle.check(lifecycle.UPLOAD_MOVES, UploadState(held.state), UploadState.REDACTED)
        held.edition += 1
        held.pages, held.byte_size = drawings.blacken(upload=held, boxes=boxes)
        held.state, held.decided_at, held.redacted_by = UploadState.REDACTED.value, now, by
        held.save()
        _log(held, "upload.redacted", by, now=now)
    drawings.delete(upload=held, edition=held.edition - 1)
    return held


def _move(upload: Upload, state: UploadState, *, now: datetime) -> bool:
    held = (
        Upload.objects.select_for_update(of=("self",)).select_related("microtask").get(pk=upload.pk)
    )
    before = UploadState(held.state)
    if state not in lifecycle.UPLOAD_MOVES[before].values():
        return False  # refused for good, or already what is asked for, or better: redacted
    held.state, held.decided_at = state.value, now
    held.save(update_fields=["state", "decided_at"])
    if state is UploadState.REFUSED:
        _ask_again(held, now=now)
    return True


def _ask_again(upload: Upload, *, now: datetime) -> None:
    """Set the answer that named a file aside: the cross-check opens its micro-task again."""
    said = {f"values__{upload.question}": str(upload.pk)}
    given = Answer.objects.counting().filter(assignment=upload.assignment_id, **said)
    # Not counted: its place in the cross-check's queue.
    given.update(set_aside_at=now, set_aside_reason=SetAside.REFUSED, counted_at=None)
    before, after = AssignmentState.ANSWERED, AssignmentState.RETURNED
    lifecycle.check(lifecycle.ASSIGNMENT_MOVES, before, after)
    Assignment.objects.filter(pk=upload.assignment_id, state=before.value).update(
        state=after.value, closed_at=now
    )

    def forget() -> None:
        queues.forget_seen(
            step_id=upload.microtask.step_id,
            contributor_id=upload.contributor_id,
            microtask_id=upload.microtask_id,
        )

    transaction.on_commit(forget, robust=True)
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")


def _log(upload: Upload, what: str, by: User, *, now: datetime) -> None:
    changes.record(
        campaign=upload.microtask.campaign,
        user=by,
        what=what,
        details={"excerpt": upload.microtask.excerpt_id},
        now=now,
    )


def _file_in(about: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(about)
    except ValueError:
        return None

"""Withdrawing: people take back answers whose words are theirs; verdicts are settled anew."""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from crowd import later
from crowd.models import Answer, Assignment, MicroTask, Question, Verdict, VerdictAnswer
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import AssignmentState
from crowd.services import openings, uploads

FREE = ("text", "table", "upload")  # kinds of questions whose answers can be someone's own words
AT_ONCE = 500  # micro-tasks


def with_free_text(*, contributor_ids: Collection[int]) -> QuerySet[Answer]:
    """The answers of these contributors that have words or files of their own, newest first."""
    keys = Question.objects.filter(kind__in=FREE).values_list("key", flat=True).distinct()
    has_one = Q(pk=None)
    for key in keys:
        has_one |= Q(values__has_key=key)
    free = Answer.objects.filter(
        has_one,
        contributor__in=contributor_ids,
        microtask__step__questions__kind__in=FREE,
    ).exclude(set_aside_reason=SetAside.WITHDRAWN)
    return free.order_by("-given_at", "pk").distinct()


def withdraw(
    *,
    contributor_ids: Collection[int],
    answer_ids: Collection[uuid.UUID] | None,
    now: datetime,
) -> int:
    """Take answers back: their words go now, from the proofs too; verdicts follow in a moment.

    Args:
        answer_ids: None for all that have free text or files.

    Returns:
        How many were withdrawn.
    """
    free = with_free_text(contributor_ids=contributor_ids)
    if answer_ids is not None:
        free = free.filter(pk__in=list(answer_ids))
    taken = dict(free.values_list("pk", "microtask_id"))
    if not taken:
        return 0
    # Rival: the cross-check marking these answers as read; it holds the micro-tasks meanwhile.
    micro = MicroTask.objects.filter(pk__in=set(taken.values())).order_by("pk")
    list(micro.select_for_update(no_key=True).values_list("pk", flat=True))
    standing = list(_standing_on(taken))
    for verdict in standing:
        _take_words_out(verdict, taken)
    # What a file opened, its check, has no file any more.
    openings.follow(verdicts=[each for each in standing if each.is_current])
    uploads.withdraw(answer_ids=taken)
    # Unread again: the cross-check looks at their micro-tasks anew and revises the verdicts.
    Answer.objects.filter(pk__in=taken).update(
        values={},
        set_aside_at=now,
        set_aside_reason=SetAside.WITHDRAWN,
        counted_at=None,
    )
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")
    return len(taken)


def give_back(*, contributor_ids: Collection[int], now: datetime) -> None:
    """End the leases of someone who leaves; others may be given what they held."""
    lent = Assignment.objects.lent().filter(contributor__in=contributor_ids)
    held = list(lent.select_for_update(of=("self",)).values_list("microtask_id", flat=True))
    if held:
        lent.update(state=AssignmentState.RETURNED.value, closed_at=now)
        later.after_commit("tasks.queues.offer", queue="default", microtask_ids=held)


def _standing_on(taken: Collection[uuid.UUID]) -> Iterable[Verdict]:
    """Every revision that has one of these answers in its proof."""
    found = Verdict.objects.filter(proof__answer__in=taken).distinct()
    loaded = found.select_related("step", "microtask")
    return loaded.prefetch_related("step__questions", "proof__answer")


def _take_words_out(verdict: Verdict, taken: Collection[uuid.UUID]) -> None:
    """What a verdict says stays if someone else said so, too."""
    free = {each.key for each in verdict.step.questions.all() if each.kind in FREE}
    others = [each for each in verdict.proof.all() if each.answer_id not in taken]
    if not any(each.agrees for each in others):
        verdict.values = {
            key: {**said, "value": None} if key in free else said
            for key, said in verdict.values.items()
        }
    verdict.probabilities = _but(verdict.probabilities, free)
    verdict.save(update_fields=["values", "probabilities"])
    proof = list(verdict.proof.all())
    for each in proof:
        each.without = _but(each.without, free)
    VerdictAnswer.objects.bulk_update(proof, ["without"], batch_size=AT_ONCE)


def _but(kept: dict[str, Any] | None, keys: Collection[str]) -> Any:
    return kept and {key: value for key, value in kept.items() if key not in keys}

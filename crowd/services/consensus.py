"""The cross-check: read what came in, decide, write the verdicts with their proof and awards.

Safe to run twice, in any order and after any crash: what is to do is what the database says
(answers with `counted_at` null), and each micro-task is decided from all its answers anew.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crowd import later
from crowd.models import Answer, MicroTask, Verdict, VerdictAnswer
from crowd.rules import consensus as rules
from crowd.rules import lifecycle
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import dossiers, notes, openings, points, veils
from crowd.services.dossiers import Dossier

logger = logging.getLogger(__name__)

BATCH = 100  # micro-tasks a transaction settles at most


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the rules say of one dossier."""

    dossier: Dossier
    decision: rules.Decision


def settle_waiting(*, now: datetime, failed: set[int] | None = None) -> int:
    """Cross-check one batch of the micro-tasks that have unread answers, oldest answers first.

    Args:
        failed: micro-tasks to pass over; those that fail now are added, so that a run that keeps
            this set meets each of them once and reaches what waits behind them.

    Returns:
        How many micro-tasks were tried; 0 says that nothing waits, or that a rival has it all.
        Without `failed`, those that failed do not count.
    """
    unread = Answer.objects.waiting().exclude(microtask__in=failed or ())
    waiting = unread.order_by("given_at").values_list("microtask_id", flat=True)
    ids = list(dict.fromkeys(waiting[: 5 * BATCH]))[:BATCH]
    try:
        return settle(microtask_ids=ids, now=now)
    except Exception:
        logger.exception("A batch of %s micro-tasks failed; each is tried alone", len(ids))
        return sum(_settle_alone(microtask_id, now=now, failed=failed) for microtask_id in ids)


def _settle_alone(microtask_id: int, *, now: datetime, failed: set[int] | None) -> int:
    try:
        return settle(microtask_ids=[microtask_id], now=now)
    except Exception:
        # Its answers stay unread and are tried again: nothing is lost, the others go on.
        logger.exception("Micro-task %s can't be cross-checked", microtask_id)
        if failed is None:
            return 0
        failed.add(microtask_id)
        return 1


@transaction.atomic
def settle(*, microtask_ids: Iterable[int], now: datetime) -> int:
    """Cross-check these micro-tasks in one transaction.

    Returns:
        How many were looked at; those another worker holds are left to it.
    """
    held = dossiers.load(microtask_ids=microtask_ids)
    rulings = [_rule(dossier) for dossier in held if _is_in_play(dossier)]
    _move(rulings)
    _veil(rulings)
    made = _revise(rulings, now=now)
    openings.follow(verdicts=[verdict for _, verdict in made])
    points.award(verdicts=made, now=now)
    read = [answer.pk for dossier in held for answer in dossier.answers]
    Answer.objects.waiting().filter(pk__in=read).update(counted_at=now)
    _announce(held)
    return len(held)


def _is_in_play(dossier: Dossier) -> bool:
    return dossier.microtask.state != MicroTaskState.WITHDRAWN.value


def _rule(dossier: Dossier) -> Ruling:
    policy = dossier.microtask.step.policy
    return Ruling(dossier=dossier, decision=rules.decide(dossier.questions, dossier.votes, policy))


def _move(rulings: Sequence[Ruling]) -> None:
    """Bring every micro-task to the state, and the number of answers needed, that was decided."""
    moved = []
    for ruling in rulings:
        microtask, decision = ruling.dossier.microtask, ruling.decision
        before = MicroTaskState(microtask.state)
        lifecycle.check(lifecycle.MICROTASK_MOVES, before, decision.state)
        if (before, microtask.needs) != (decision.state, decision.needs):
            microtask.state, microtask.needs = decision.state.value, decision.needs
            moved.append(microtask)
    MicroTask.objects.bulk_update(moved, ["state", "needs"])


def _veil(rulings: Sequence[Ruling]) -> None:
    """Let the veil fall on its share, before anyone can have seen a verdict."""
    fresh = [each.dossier.microtask for each in rulings if each.dossier.last is None]
    veiled = veils.draw(fresh)
    for microtask in veiled:
        microtask.veiled = True
    MicroTask.objects.filter(pk__in=[each.pk for each in veiled]).update(veiled=True)


def _revise(rulings: Sequence[Ruling], *, now: datetime) -> list[tuple[Dossier, Verdict]]:
    """Write a new revision wherever the answers a verdict stands on have changed."""
    changed = [ruling for ruling in rulings if _is_news(ruling)]
    outdated = [ruling.dossier.last.pk for ruling in changed if ruling.dossier.last]
    Verdict.objects.current().filter(pk__in=outdated).update(is_current=False)
    concluded = [ruling for ruling in changed if ruling.decision.state is not MicroTaskState.OPEN]
    verdicts = Verdict.objects.bulk_create(_verdict(ruling, now=now) for ruling in concluded)
    VerdictAnswer.objects.bulk_create(
        VerdictAnswer(verdict=verdict, answer=answer, agrees=answer.pk in ruling.decision.agreeing)
        for ruling, verdict in zip(concluded, verdicts, strict=True)
        for answer in ruling.dossier.counting
    )
    return [(each.dossier, verdict) for each, verdict in zip(concluded, verdicts, strict=True)]


def _is_news(ruling: Ruling) -> bool:
    """False when run twice: the same answers give the same verdict."""
    last = ruling.dossier.last
    if last is None or not last.is_current:
        return True
    return ruling.dossier.stands_on != {answer.pk for answer in ruling.dossier.counting}


def _verdict(ruling: Ruling, *, now: datetime) -> Verdict:
    dossier, decision = ruling.dossier, ruling.decision
    return Verdict(
        microtask=dossier.microtask,
        step=dossier.microtask.step,
        revision=dossier.last.revision + 1 if dossier.last else 1,
        outcome=decision.state.value,
        values={each.key: _as_json(each) for each in decision.questions},
        confidence=decision.confidence,
        answers_count=len(dossier.counting),
        rule_version=decision.rule_version,
        made_at=now,
    )


def _as_json(verdict: rules.QuestionVerdict) -> dict[str, object]:
    return {
        "value": verdict.value,
        "outcome": verdict.outcome,
        "confidence": verdict.confidence,
        "support": verdict.support,
        "answers": verdict.answers,
    }


def _announce(held: Sequence[Dossier]) -> None:
    still_open = [
        dossier.microtask.pk
        for dossier in held
        if dossier.microtask.state == MicroTaskState.OPEN.value
    ]
    if still_open:
        later.after_commit("tasks.queues.offer", queue="default", microtask_ids=still_open)
    if held:
        notes.note(
            campaign_ids={dossier.microtask.campaign_id for dossier in held},
            contributor_ids={
                answer.contributor_id for dossier in held for answer in dossier.answers
            },
        )

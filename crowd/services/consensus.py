"""The cross-check: read what came in, decide, write the verdicts with their proof and awards.

Safe to run twice, in any order and after any crash: what is to do is what the database says
(answers with `counted_at` null), and each micro-task is decided from all its answers anew. What is
learnt of people and questions is sums: a campaign's are added to by one worker at a time.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from crowd import later
from crowd.models import Answer, MicroTask
from crowd.rules import consensus as rules
from crowd.rules import lifecycle, unloved
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import (
    dossiers,
    flags,
    knowledge,
    locks,
    notes,
    objections,
    openings,
    points,
    proofs,
    streams,
    tidings,
    veils,
    verdicts,
)
from crowd.services.dossiers import Dossier
from crowd.services.verdicts import Ruling

logger = logging.getLogger(__name__)

BATCH = 250  # micro-tasks a transaction settles at most
LOOK_AHEAD = 4 * BATCH  # unread answers that are looked at to find them


def settle_waiting(
    *, now: datetime, failed: set[int] | None = None, finished: set[int] | None = None
) -> int:
    """Cross-check one batch of the micro-tasks that have unread answers, oldest answers first.

    Args:
        failed: micro-tasks to pass over; those that fail now are added, so that a run that keeps
            this set meets each of them once and reaches what waits behind them.
        finished: campaigns to pass over; one that had less than a batch is added, so that what
            comes in meanwhile gathers for the next look.

    Returns:
        How many micro-tasks were tried; 0 says that nothing waits. Without `failed`, those that
        failed do not count.
    """
    while (campaign_id := _next_campaign(failed or (), finished or ())) is not None:
        ids: Sequence[int] = ()
        try:
            with transaction.atomic():
                locks.hold(campaign_id=campaign_id)
                ids = _waiting(failed or (), campaign_id)
                if finished is not None and len(ids) < BATCH:
                    finished.add(campaign_id)
                if ids:
                    return settle(microtask_ids=ids, now=now)
        except Exception:
            logger.exception("A batch of %s micro-tasks failed; each is tried alone", len(ids))
            return sum(_settle_alone(each, now=now, failed=failed) for each in ids)
    return 0


def _next_campaign(failed: Collection[int], finished: Collection[int]) -> int | None:
    """The campaign whose answers have waited longest, of those that nobody is folding.

    If others fold all of them we wait for one: what came during its last look must not be left to
    the schedule.
    """
    unread = Answer.objects.waiting().exclude(microtask__in=failed).order_by("given_at")
    unread = unread.exclude(microtask__campaign__in=finished)
    oldest = unread.values_list("microtask__campaign_id", flat=True)
    first = oldest.first()
    if first is None or locks.is_free(campaign_id=first):
        return first
    waiting = dict.fromkeys(oldest[:LOOK_AHEAD])
    return next((each for each in waiting if locks.is_free(campaign_id=each)), first)


def _waiting(failed: Collection[int], campaign_id: int) -> Sequence[int]:
    unread = Answer.objects.waiting().exclude(microtask__in=failed)
    unread = unread.filter(microtask__campaign=campaign_id).order_by("given_at")
    return list(dict.fromkeys(unread.values_list("microtask_id", flat=True)[:LOOK_AHEAD]))[:BATCH]


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
    """Cross-check these micro-tasks, of one campaign, in one transaction.

    Returns:
        How many were looked at.
    """
    ids = list(microtask_ids)
    for campaign_id in MicroTask.objects.filter(pk__in=ids).values_list("campaign_id").distinct():
        locks.hold(campaign_id=campaign_id[0])
    held = dossiers.load(microtask_ids=ids)
    flags.hold_out(held, now=now)
    apply(_rule(held), now=now)
    objections.hear(microtask_ids=[each.microtask.pk for each in held], now=now)
    read = [answer.pk for dossier in held for answer in dossier.answers]
    Answer.objects.waiting().filter(pk__in=read).update(counted_at=now)
    announce(held)
    return len(held)


def apply(rulings: Sequence[Ruling], *, now: datetime) -> None:
    """Write what was ruled: states, verdicts with their proof, follow-ups, awards."""
    _move(rulings)
    _veil(rulings)
    made, proof = verdicts.revise(rulings, now=now)
    openings.follow(verdicts=[verdict for _, verdict in made])
    proofs.conclude(verdicts=[verdict for _, verdict in made], now=now)
    points.award(verdicts=made, proof=proof, now=now)
    tidings.of_verdicts(verdicts=made, now=now)
    streams.note(verdicts=made)


def _rule(held: Sequence[Dossier]) -> list[Ruling]:
    """Decide each micro-task from its answers and what all others say of people and questions."""
    in_play = [each for each in held if each.microtask.state != MicroTaskState.WITHDRAWN.value]
    rulings = []
    for _, of_step in groupby(sorted(in_play, key=_step), key=_step):
        dossiers_of_step = list(of_step)
        learnt = knowledge.load(dossiers_of_step)
        rulings += [_decide(dossier, learnt) for dossier in dossiers_of_step]
        knowledge.save(learnt)
    return rulings


def _step(dossier: Dossier) -> int:
    return dossier.microtask.step_id


def _decide(dossier: Dossier, learnt: knowledge.Learnt) -> Ruling:
    policy, pk = dossier.microtask.step.policy, dossier.microtask.pk
    known, votes = learnt.without(pk), dossier.votes
    decision = rules.decide(dossier.questions, votes, policy, known)
    learnt.put(pk, decision.contribution)
    ruling = Ruling(dossier=dossier, decision=decision, votes=votes)
    if verdicts.is_news(ruling) and decision.state is not MicroTaskState.OPEN:
        ruling.without = rules.leave_one_out(dossier.questions, votes, policy, known)
    return ruling


def _move(rulings: Sequence[Ruling]) -> None:
    """Bring every micro-task to the state, and the number of answers needed, that was decided."""
    moved: dict[tuple[str, int, bool], list[int]] = defaultdict(list)
    for ruling in rulings:
        microtask, decision = ruling.dossier.microtask, ruling.decision
        before = MicroTaskState(microtask.state)
        lifecycle.check(lifecycle.MICROTASK_MOVES, before, decision.state)
        disputed = microtask.disputed or unloved.is_disputed(
            decision, before=before, answers=len(ruling.dossier.counting)
        )
        now = (decision.state.value, decision.needs, disputed)
        if (microtask.state, microtask.needs, microtask.disputed) != now:
            microtask.state, microtask.needs, microtask.disputed = now
            moved[now].append(microtask.pk)
    for (state, needs, disputed), ids in moved.items():
        MicroTask.objects.filter(pk__in=ids).update(state=state, needs=needs, disputed=disputed)


def _veil(rulings: Sequence[Ruling]) -> None:
    """Let the veil fall on its share, before anyone can have seen a verdict."""
    new = [each.dossier for each in rulings if each.dossier.last is None]
    # What a tutorial shows to everyone is no secret.
    fresh = [each.microtask for each in new if not (each.known and each.known.tutorial)]
    veiled = veils.draw(fresh)
    for microtask in veiled:
        microtask.veiled = True
    MicroTask.objects.filter(pk__in=[each.pk for each in veiled]).update(veiled=True)


def announce(held: Sequence[Dossier]) -> None:
    """After commit: offer what is still open, and tell whoever has news."""
    still_open = [
        dossier.microtask.pk
        for dossier in held
        if dossier.microtask.state == MicroTaskState.OPEN.value
    ]
    if still_open:
        later.after_commit("tasks.queues.offer", queue="default", microtask_ids=still_open)
    if held:
        read = [answer for dossier in held for answer in dossier.answers]
        rooms = {answer.assignment.room_id for answer in read}
        notes.note(
            campaign_ids={dossier.microtask.campaign_id for dossier in held},
            contributor_ids={answer.contributor_id for answer in read},
            room_ids={room_id for room_id in rooms if room_id is not None},
        )

"""Estimating anew: all answers of a step at once, nightly, and when a step has grown enough.

Reading and reckoning hold nothing up: they look at what is there. What comes out is put in place a
few micro-tasks at a time, and only where no answer has come since; what each of them adds to the
sums is taken out and put in as with every answer, so that the sums are right at every moment.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from crowd import valkey
from crowd.models import Belief, Campaign, MicroTask, QuestionKnowledge, Step, Verdict
from crowd.rules import consensus as rules
from crowd.rules.consensus import Vote
from crowd.rules.consensus.growth import next_due
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.services import consensus, dossiers, knowledge, locks, verdicts
from crowd.services.dossiers import Dossier
from crowd.services.verdicts import Ruling

AT_ONCE = 200_000  # answers in memory: some 1.5 kB each while they are reckoned with
CHUNK = 500  # micro-tasks loaded at once
HELD = 100  # micro-tasks put in place at once: cross-checks wait meanwhile
# By day, each piece that took t is followed by a pause of 3 t, and a step that took t in all rests
# for 40 t: whoever plays hardly notices, and cross-checks, which know nearly as much, go first.
PAUSES, TIMES = 3, 40
STIR = 0.02  # an expected count that moves by less stays as it is until the night
BRIEF = 0.5  # seconds; what is done sooner need not rest
LONGEST = 3600  # seconds; a step whose process was killed is left alone for no longer


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """What the nightly rule says of some micro-tasks of one step, and from which votes."""

    casts: Mapping[int, Sequence[Vote]]
    estimate: rules.Estimate


def of_step(step: Step, *, policy: Policy | None = None, pauses: float = 0) -> Iterator[Estimated]:
    """The nightly rule on all answers of a step, the same for any order of arrival.

    A step of more answers than fit is estimated in parts, each from its own answers; which
    micro-task is in which part depends on nothing but the micro-task.

    Args:
        policy: another one than the step's.
        pauses: after each piece of reading, for how many times as long as it took to rest.
    """
    questions = [each.rule for each in step.questions.order_by("position", "pk")]
    for ids in _parts(step):
        casts = _casts(ids, pauses)
        estimate = rules.estimate(questions, casts, policy or step.policy)
        yield Estimated(casts=casts, estimate=estimate)


def _parts(step: Step) -> Iterator[list[int]]:
    answered = MicroTask.objects.filter(step=step).exclude(state=MicroTaskState.WITHDRAWN.value)
    counts = answered.annotate(n=Count("answers", filter=Q(answers__set_aside_at=None)))
    told = counts.filter(Q(n__gt=0) | Q(reviews__replaced_at=None) | ~Q(known_answer=None))
    sizes = dict(told.order_by("pk").values_list("pk", "n"))
    parts = max(1, -(-sum(sizes.values()) // AT_ONCE))
    for part in range(parts):
        ids = [pk for pk in sizes if pk % parts == part]
        if ids:
            yield ids


def _casts(ids: Sequence[int], pauses: float) -> dict[int, Sequence[Vote]]:
    casts: dict[int, Sequence[Vote]] = {}
    for chunk in _unhurried(ids, CHUNK, pauses):
        held = MicroTask.objects.filter(pk__in=chunk).select_related("step", "campaign")
        casts |= {each.microtask.pk: each.votes for each in dossiers.fill(list(held))}
    return casts


def _unhurried(ids: Iterable[int], size: int, pauses: float) -> Iterator[list[int]]:
    """Pieces of this size, each followed by a pause of so many times as long as it took."""
    remaining = iter(ids)
    while chunk := list(islice(remaining, size)):
        began = time.monotonic()
        yield chunk
        if pauses:
            time.sleep(pauses * (time.monotonic() - began))


def nightly(*, campaign_id: int, now: datetime) -> int:
    """Estimate a campaign anew and put it in place.

    Returns:
        How many verdicts were revised.
    """
    steps = Step.objects.filter(campaign=campaign_id).select_related("campaign")
    return sum(put_in_place(step=step, now=now) for step in steps)


def put_in_place(*, step: Step, now: datetime, pauses: float = 0) -> int:
    """Estimate one step anew: sums, beliefs, and verdicts where they change.

    Args:
        pauses: after each piece of work, for how many times as long as it took to rest.

    Returns:
        How many verdicts were revised, or made.
    """
    revised = 0
    for estimated in of_step(step, pauses=pauses):
        ids: Iterable[int] = sorted(estimated.casts)
        if pauses:
            ids = _stirred(ids, estimated.estimate.decisions, pauses)
        for chunk in _unhurried(ids, HELD, pauses):
            revised += _put(step.campaign_id, chunk, estimated, now)
    for row in QuestionKnowledge.objects.filter(question__step=step):
        QuestionKnowledge.objects.filter(pk=row.pk).update(estimated_from=_answers(row))
    return revised


def _stirred(
    ids: Iterable[int], decisions: Mapping[Any, rules.Decision], pauses: float
) -> Iterator[int]:
    """Those of which enough has changed to be written by day; the night puts all in place."""
    for chunk in _unhurried(ids, CHUNK, pauses):
        shares = dict(Belief.objects.filter(microtask__in=chunk).values_list("microtask", "share"))
        states = MicroTask.objects.filter(pk__in=chunk).values_list("pk", "state", "needs")
        for pk, *stands in states.order_by("pk"):
            decision = decisions[pk]
            before = rules.Contribution.from_json(shares.get(pk, {}))
            is_same = stands == [decision.state.value, decision.needs]
            if not is_same or rules.furthest(decision.contribution, before) >= STIR:
                yield pk


@transaction.atomic
def _put(campaign_id: int, ids: Sequence[int], estimated: Estimated, now: datetime) -> int:
    locks.hold(campaign_id=campaign_id)
    held = [each for each in dossiers.load(microtask_ids=ids) if _is_as_read(each, estimated)]
    if not held:
        return 0
    learnt = knowledge.load(held)
    rulings = [_ruling(each, estimated.estimate.decisions, learnt) for each in held]
    knowledge.save(learnt)
    states = {each.microtask.pk: each.microtask.state for each in held}
    made_before = Verdict.objects.filter(microtask__in=ids).count()
    consensus.apply([ruling for ruling in rulings if ruling is not None], now=now)
    consensus.announce([d for d in held if d.microtask.state != states[d.microtask.pk]])
    return Verdict.objects.filter(microtask__in=ids).count() - made_before


def _is_as_read(dossier: Dossier, estimated: Estimated) -> bool:
    """Whether nothing has come in, or gone, since it was reckoned with."""
    if dossier.microtask.state == MicroTaskState.WITHDRAWN.value:
        return False
    now = {vote.id for vote in dossier.votes}
    return now == {vote.id for vote in estimated.casts[dossier.microtask.pk]}


def _ruling(
    dossier: Dossier, decisions: Mapping[Any, rules.Decision], learnt: knowledge.Learnt
) -> Ruling | None:
    """What is to be written, if anything: what is settled is not asked again for a small doubt."""
    pk, votes = dossier.microtask.pk, dossier.votes
    decision = decisions[pk]
    learnt.put(pk, decision.contribution)
    state = dossier.microtask.state
    if state == MicroTaskState.OPEN.value and decision.state is MicroTaskState.CONTESTED:
        return None  # a reviewer has had one person more asked: that answer ends it, not the night
    settled = state == MicroTaskState.SETTLED.value
    if settled and decision.state is MicroTaskState.OPEN:
        if not _is_overturned(dossier, decision):
            return None
        if not decision.needs:
            decision = replace(decision, needs=1)
    ruling = Ruling(dossier=dossier, decision=decision, votes=votes)
    if verdicts.is_news(ruling) and decision.state is not MicroTaskState.OPEN:
        policy = dossier.microtask.step.policy
        ruling.without = rules.leave_one_out(dossier.questions, votes, policy, learnt.without(pk))
    return ruling


def _is_overturned(dossier: Dossier, decision: rules.Decision) -> bool:
    """Whether something else than what is published has become the likeliest."""
    published = dossier.last.probabilities if dossier.last else {}
    return any(
        outlook.label != pairs[0][0]
        for outlook in decision.settles
        if (pairs := published.get(outlook.key, {}).get(outlook.atom))
    )


def grown(*, now: datetime) -> int:
    """Estimate anew the steps of open campaigns whose answers have grown enough since.

    Early on everything is uncertain, and what is learnt helps most. A large step rests in between:
    when a crowd comes all at once the cross-check of each answer, which knows nearly as much, goes
    first.

    Returns:
        How many steps.
    """
    rows = QuestionKnowledge.objects.filter(question__step__campaign__state="open")
    steps = {
        row.question.step_id
        for row in rows.select_related("question")
        if _answers(row) >= next_due(row.estimated_from)
    }
    found = Step.objects.filter(pk__in=steps).select_related("campaign").order_by("pk")
    return sum(_estimated(step, now) for step in found)


def _estimated(step: Step, now: datetime) -> bool:
    """Estimate a step, unless it rests or another process is at it; and have it rest if it took
    long."""
    client, rests = valkey.client(), _resting(step)
    if not client.set(rests, 1, nx=True, ex=LONGEST):
        return False
    began = time.process_time()  # without the pauses
    try:
        put_in_place(step=step, now=now, pauses=PAUSES)
    finally:
        took = time.process_time() - began
        if took > BRIEF:
            client.set(rests, 1, px=int(1000 * TIMES * took))
        else:
            client.delete(rests)
    return True


def _resting(step: Step) -> str:
    return valkey.key("estimated", step.pk)


def _answers(row: QuestionKnowledge) -> float:
    return rules.Pool.from_json(row.sums).people.answers


def campaigns_to_estimate() -> list[int]:
    """Campaigns that may still change: all but drafts and closed ones."""
    found = Campaign.objects.filter(state__in=["open", "paused"])
    return list(found.order_by("pk").values_list("pk", flat=True))

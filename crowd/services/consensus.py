"""The cross-check: read what came in, decide, write the verdict with its proof and its awards.

Safe to run twice, in any order and after any crash: what is to do is what the database says
(answers with `counted_at` null), and each micro-task is decided from all its answers anew.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from crowd import later
from crowd.models import Answer, MicroTask, Question, Verdict, VerdictAnswer
from crowd.rules import consensus as rules
from crowd.rules import lifecycle
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import openings, points

logger = logging.getLogger(__name__)

BATCH = 100  # micro-tasks a transaction settles at most


def settle_waiting(*, now: datetime) -> int:
    """Cross-check one batch of the micro-tasks that have unread answers, oldest answers first.

    Returns:
        How many micro-tasks were looked at; 0 says that nothing waits, or that a rival has it all.
    """
    unread = Answer.objects.waiting().order_by("given_at").values_list("microtask_id", flat=True)
    ids = list(dict.fromkeys(unread[: 5 * BATCH]))[:BATCH]
    try:
        return settle(microtask_ids=ids, now=now)
    except Exception:
        logger.exception("A batch of %s micro-tasks failed; each is tried alone", len(ids))
        return sum(_settle_alone(microtask_id, now=now) for microtask_id in ids)


def _settle_alone(microtask_id: int, *, now: datetime) -> int:
    try:
        return settle(microtask_ids=[microtask_id], now=now)
    except Exception:
        # Its answers stay unread and are tried again: nothing is lost, the others go on.
        logger.exception("Micro-task %s can't be cross-checked", microtask_id)
        return 0


@transaction.atomic
def settle(*, microtask_ids: Iterable[int], now: datetime) -> int:
    """Cross-check these micro-tasks in one transaction.

    Returns:
        How many were looked at; those another worker holds are left to it.
    """
    # Rivals: another worker with the same batch (skipped), claims (short; they wait for us).
    held = list(
        MicroTask.objects.filter(pk__in=list(microtask_ids))
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("step", "campaign")
        .order_by("pk")
    )
    if held:
        answers = _answers_of(held)
        questions = _questions_of(held)
        for microtask in held:
            _settle_one(microtask, questions[microtask.step_id], answers[microtask.pk], now)
        Answer.objects.waiting().filter(
            pk__in=[answer.pk for each in answers.values() for answer in each]
        ).update(counted_at=now)
        _announce(held)
    return len(held)


def _answers_of(held: Sequence[MicroTask]) -> dict[int, list[Answer]]:
    """Every answer of each micro-task, those set aside too: they are read although not counted."""
    found: dict[int, list[Answer]] = {microtask.pk: [] for microtask in held}
    for answer in Answer.objects.filter(microtask__in=found).order_by("given_at", "pk"):
        found[answer.microtask_id].append(answer)
    return found


def _questions_of(held: Sequence[MicroTask]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = {microtask.step_id: [] for microtask in held}
    for question in Question.objects.filter(step__in=found).order_by("position", "pk"):
        found[question.step_id].append(question)
    return found


def _settle_one(
    microtask: MicroTask, questions: Sequence[Question], answers: Sequence[Answer], now: datetime
) -> None:
    counting = [answer for answer in answers if answer.set_aside_at is None]
    votes = [vote_of(answer) for answer in counting]
    asked = [question.rule for question in questions]
    decision = rules.decide(asked, votes, microtask.step.policy)
    if microtask.state == MicroTaskState.WITHDRAWN.value:
        return
    _move(microtask, decision)
    verdict = _revise(microtask, decision, counting, now)
    if verdict is not None:
        openings.follow(microtask=microtask, verdict=verdict)
        points.award(
            microtask=microtask, verdict=verdict, questions=asked, answers=counting, now=now
        )


def vote_of(answer: Answer) -> rules.Vote:
    """An answer as the rules see it."""
    return rules.Vote(id=answer.pk, values=answer.values, badly_cut=answer.badly_cut)


def _move(microtask: MicroTask, decision: rules.Decision) -> None:
    before = MicroTaskState(microtask.state)
    lifecycle.check(lifecycle.MICROTASK_MOVES, before, decision.state)
    if (before, microtask.needs) != (decision.state, decision.needs):
        microtask.state, microtask.needs = decision.state.value, decision.needs
        microtask.save(update_fields=["state", "needs"])


def _revise(
    microtask: MicroTask, decision: rules.Decision, counting: Sequence[Answer], now: datetime
) -> Verdict | None:
    """Write a new revision if the answers changed what the verdict stands on; None otherwise."""
    last = microtask.verdicts.order_by("-revision").first()
    if decision.state is MicroTaskState.OPEN:
        if last is not None and last.is_current:
            microtask.verdicts.filter(pk=last.pk).update(is_current=False)
        return None
    if last is not None and last.is_current and _stands_on(last) == {a.pk for a in counting}:
        return None  # run twice: the same answers, the same verdict
    microtask.verdicts.filter(is_current=True).update(is_current=False)
    verdict = Verdict.objects.create(
        microtask=microtask,
        step=microtask.step,
        revision=last.revision + 1 if last else 1,
        outcome=decision.state.value,
        values={each.key: _as_json(each) for each in decision.questions},
        confidence=decision.confidence,
        answers_count=len(counting),
        rule_version=decision.rule_version,
        made_at=now,
    )
    VerdictAnswer.objects.bulk_create(
        VerdictAnswer(verdict=verdict, answer=answer, agrees=answer.pk in decision.agreeing)
        for answer in counting
    )
    return verdict


def _stands_on(verdict: Verdict) -> set[object]:
    return set(verdict.proof.values_list("answer_id", flat=True))


def _as_json(verdict: rules.QuestionVerdict) -> dict[str, object]:
    return {
        "value": verdict.value,
        "outcome": verdict.outcome,
        "confidence": verdict.confidence,
        "support": verdict.support,
        "answers": verdict.answers,
    }


def _announce(held: Sequence[MicroTask]) -> None:
    ids = [microtask.pk for microtask in held]
    people = Answer.objects.filter(microtask__in=ids).values_list("contributor_id", flat=True)
    still_open = [each.pk for each in held if each.state == MicroTaskState.OPEN.value]
    if still_open:
        later.after_commit("tasks.queues.offer", queue="default", microtask_ids=still_open)
    later.after_commit(
        "tasks.ranks.refresh",
        queue="consensus",
        campaign_ids=sorted({microtask.campaign_id for microtask in held}),
        contributor_ids=sorted(set(people)),
    )

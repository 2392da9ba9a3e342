"""Reviews: a reviewer says what a micro-task's answer is, and that weighs as truth."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crowd import later
from crowd.models import Campaign, Membership, MicroTask, Review, User, Verdict
from crowd.models.campaigns import Role
from crowd.rules import lifecycle, questions
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import changes, consensus, locks, notes, uploads
from crowd.services.answers import InvalidAnswer

MAY_REVIEW = (Role.OWNER, Role.EDITOR, Role.REVIEWER)


def may_review(*, campaign: Campaign, user: User | None) -> bool:
    """Whether an account's word is final in this campaign."""
    if user is None or not user.is_active:
        return False
    roles = Membership.objects.filter(campaign=campaign, user=user, role__in=MAY_REVIEW)
    return user.is_superuser or roles.exists()


@transaction.atomic
def decide(
    *,
    microtask: MicroTask,
    reviewer: User,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
    seen: int | None = None,
) -> Review:
    """Decide one micro-task; its verdict is revised at once. An earlier review is kept, replaced.

    Args:
        seen: the number of the review that stood when the reviewer looked, 0 for none; None
            decides over whatever stands now.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
        Problem: `review_decided`: another reviewer has decided since `seen`.
    """
    clean = {} if badly_cut else checked(microtask, values)
    # Rivals: the cross-check, and another reviewer of this campaign. They wait here, or we do.
    locks.hold(campaign_id=microtask.campaign_id)
    stands = Review.objects.current().filter(microtask=microtask)
    if seen is not None and seen != (stands.values_list("pk", flat=True).first() or 0):
        raise Problem("review_decided")
    stands.update(replaced_at=now)
    review = Review.objects.create(
        microtask=microtask, reviewer=reviewer, values=clean, badly_cut=badly_cut, made_at=now
    )
    consensus.settle(microtask_ids=[microtask.pk], now=now)
    _record(microtask, "review.decided", reviewer, now)
    return review


@transaction.atomic
def withdraw(*, microtask: MicroTask, now: datetime, by: User | None = None) -> None:
    """Take the review of a micro-task back: the answers decide again."""
    locks.hold(campaign_id=microtask.campaign_id)
    if not Review.objects.current().filter(microtask=microtask).update(replaced_at=now):
        return
    consensus.settle(microtask_ids=[microtask.pk], now=now)
    _record(microtask, "review.withdrawn", by, now)


def _record(microtask: MicroTask, what: str, by: User | None, now: datetime) -> None:
    told = {"step": microtask.step.title, "microtask": microtask.pk}
    changes.record(campaign=microtask.campaign, user=by, what=what, details=told, now=now)


@transaction.atomic
def ask_more(*, microtask: MicroTask, now: datetime, by: User | None = None) -> bool:
    """Ask one more person about what is contested; the answers so far go on counting.

    Returns:
        False when it is contested no more.
    """
    locks.hold(campaign_id=microtask.campaign_id)
    contested = MicroTask.objects.filter(pk=microtask.pk, state=MicroTaskState.CONTESTED.value)
    lifecycle.check(lifecycle.MICROTASK_MOVES, MicroTaskState.CONTESTED, MicroTaskState.OPEN)
    if not contested.update(state=MicroTaskState.OPEN.value, needs=1):
        return False
    Verdict.objects.current().filter(microtask=microtask).update(is_current=False)
    later.after_commit("tasks.queues.offer", queue="default", microtask_ids=[microtask.pk])
    notes.note(campaign_ids=[microtask.campaign_id])
    _record(microtask, "review.asked_more", by, now)
    return True


def standing(*, microtask: MicroTask) -> Review | None:
    """The review that decides a micro-task now."""
    return Review.objects.current().filter(microtask=microtask).select_related("reviewer").first()


def checked(microtask: MicroTask, values: Mapping[str, Any]) -> dict[str, questions.Value]:
    """Values as an answer to this micro-task would have them.

    Raises:
        InvalidAnswer: they do not fit.
    """
    asked = list(microtask.step.questions.order_by("position", "pk"))
    rules = [question.rule for question in asked]
    clean, wrong = questions.check_answer(rules, values, language=microtask.campaign.language)
    wrong |= uploads.unknown(asked=asked, values=clean, microtask=microtask, giver=None)
    if wrong:
        raise InvalidAnswer(wrong)
    return clean

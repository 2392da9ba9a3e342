"""Reviews: a reviewer says what a micro-task's answer is, and that weighs as truth."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crowd.models import Campaign, Membership, MicroTask, Review, User
from crowd.models.campaigns import Role
from crowd.rules import questions
from crowd.services import consensus, locks, uploads
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
) -> Review:
    """Decide one micro-task; its verdict is revised at once. An earlier review is kept, replaced.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
    """
    clean = {} if badly_cut else checked(microtask, values)
    # Rivals: the cross-check, and another reviewer of this campaign. They wait here, or we do.
    locks.hold(campaign_id=microtask.campaign_id)
    Review.objects.current().filter(microtask=microtask).update(replaced_at=now)
    review = Review.objects.create(
        microtask=microtask, reviewer=reviewer, values=clean, badly_cut=badly_cut, made_at=now
    )
    consensus.settle(microtask_ids=[microtask.pk], now=now)
    return review


@transaction.atomic
def withdraw(*, microtask: MicroTask, now: datetime) -> None:
    """Take the review of a micro-task back: the answers decide again."""
    locks.hold(campaign_id=microtask.campaign_id)
    Review.objects.current().filter(microtask=microtask).update(replaced_at=now)
    consensus.settle(microtask_ids=[microtask.pk], now=now)


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

"""Audits: settled verdicts drawn by lot, looked at again, and what that says of all of them."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crowd.models import Audit, AuditItem, Campaign, User, Verdict, VerdictAnswer
from crowd.models.audits import AuditPer
from crowd.rules import auditing
from crowd.rules.auditing import Rate, Stratum
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import changes

MOST = 1000  # verdicts of one audit: more than a team looks at
Drawn = tuple[int, UUID | None]  # a verdict, and whose answer is looked at, if anyone's


@transaction.atomic
def draw(*, campaign: Campaign, per: AuditPer, size: int, by: User | None, now: datetime) -> Audit:
    """Draw `size` settled verdicts in all, of each document, or answers of each person.

    Nothing under a veil is drawn: which those are is nobody's to know, and they are drawn by lot
    themselves, so the rate stays right.

    Raises:
        Problem: `audit_empty`: nothing is settled; `audit_size`.
    """
    if not 1 <= size <= MOST:
        raise Problem("audit_size", most=MOST)
    strata = _strata(campaign, per)
    if not strata:
        raise Problem("audit_empty")
    made = Audit.objects.create(
        campaign=campaign, per=per.value, size=size, made_by=by, made_at=now
    )
    lot = random.SystemRandom()
    items = []
    for stratum, verdicts in sorted(strata.items()):
        chosen = lot.sample(verdicts, min(size, len(verdicts)))
        items += [
            AuditItem(
                audit=made,
                verdict_id=verdict,
                answer_id=answer,
                stratum=stratum,
                population=len(verdicts),
            )
            for verdict, answer in chosen
        ]
    lot.shuffle(items)
    AuditItem.objects.bulk_create(items[:MOST])
    told = {"count": min(MOST, len(items))}
    changes.record(campaign=campaign, user=by, what="audit.drawn", details=told, now=now)
    return made


def _strata(campaign: Campaign, per: AuditPer) -> dict[int, list[Drawn]]:
    """Number of the stratum → what may be drawn from it."""
    settled = (
        Verdict.objects.readable()
        .in_play()
        .filter(
            step__campaign=campaign,
            outcome=MicroTaskState.SETTLED.value,
            microtask__excerpt__hidden_at=None,
        )
    )
    found: dict[int, list[Drawn]] = defaultdict(list)
    if per is AuditPer.PERSON:
        proof = VerdictAnswer.objects.filter(verdict__in=settled.values("pk"))
        rows = proof.values_list("answer__contributor", "verdict", "answer")
        for person, verdict, answer in rows.iterator():
            found[person].append((verdict, answer))
        return found
    pairs = settled.values_list("microtask__excerpt__document", "pk")
    for document, verdict in pairs.iterator():
        found[document if per is AuditPer.DOCUMENT else 0].append((verdict, None))
    return found


def check(*, item: AuditItem, right: bool, by: User, now: datetime) -> bool:
    """Say whether a drawn verdict, or answer, is right.

    Returns:
        False when someone has said so before: that stands.
    """
    # Rival: another reviewer with the same page open.
    waiting = AuditItem.objects.filter(pk=item.pk, right=None)
    return bool(waiting.update(right=right, checked_by=by, checked_at=now))


def to_check(*, audit: Audit) -> QuerySet[AuditItem]:
    """What nobody has looked at yet, in the order of the lot."""
    waiting = audit.items.filter(right=None).order_by("pk")
    return waiting.select_related(
        "verdict__microtask__step", "verdict__microtask__excerpt__document", "answer"
    )


def rate(*, audit: Audit) -> Rate | None:
    """The error rate so far, and its 95 % interval; None while nothing is checked."""
    return auditing.stratified(_found(audit.items.all()))


def rates(*, audit: Audit) -> Sequence[tuple[int, Stratum, Rate]]:
    """The same of each stratum, the worst first."""
    by_stratum: dict[int, list[AuditItem]] = defaultdict(list)
    for item in audit.items.exclude(right=None):
        by_stratum[item.stratum].append(item)
    told = [
        (number, found, auditing.wilson(found.wrong, found.checked))
        for number, items in by_stratum.items()
        for found in _found(items)
    ]
    return sorted(told, key=lambda each: (-each[2].rate, each[0]))


def _found(items: Iterable[AuditItem]) -> list[Stratum]:
    counted: dict[int, list[int]] = {}
    for item in items:
        row = counted.setdefault(item.stratum, [item.population, 0, 0])
        row[1] += item.right is not None
        row[2] += item.right is False
    return [Stratum(population=row[0], checked=row[1], wrong=row[2]) for row in counted.values()]

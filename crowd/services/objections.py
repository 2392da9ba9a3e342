"""Objections: an answer that was not confirmed, and its author holds that it is right.

One more person is asked (`services.opinions`) while the verdict stands; the campaign's team looks
at what comes of it. A verdict that comes round to what the objector said grants it by itself.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from crowd.models import Answer, Campaign, Contributor, Objection, User, Verdict, VerdictAnswer
from crowd.models.objections import ObjectionState
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import contributors

MOST_WAITING = 5  # objections of one person that nobody has decided yet
LONGEST_REASON = 500  # characters

# An objection that one more answer may help: none was asked for on an earlier objection, nobody is
# at it, and the micro-task is not open (then everyone is asked anyway), hidden or veiled.
ASKED = """
    FROM crowd_objection o
    JOIN crowd_verdict v ON v.id = o.verdict_id
    JOIN crowd_microtask m ON m.id = v.microtask_id
    JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
    WHERE o.state = 'waiting' AND o.heard_at IS NULL
      AND m.campaign_id = %(campaign)s AND m.state IN ('settled', 'set_aside') AND NOT m.veiled
      AND NOT EXISTS (
        SELECT 1 FROM crowd_assignment a WHERE a.microtask_id = m.id AND a.state = 'lent')
      AND NOT EXISTS (
        SELECT 1 FROM crowd_answer w WHERE w.microtask_id = m.id AND w.counted_at IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM crowd_objection h JOIN crowd_verdict u ON u.id = h.verdict_id
        WHERE u.microtask_id = m.id AND h.heard_at IS NOT NULL)
"""


def object_to(
    *, verdict: Verdict, contributor: Contributor, reason: str = "", now: datetime
) -> Objection:
    """Take an objection. Made again to the same verdict, the first one is returned.

    Raises:
        Verdict.DoesNotExist: it is not one this person may read, or not the current one.
        Problem: `objection_needless` (they did not answer, or were confirmed, or nobody was),
            `objections_too_many`, `note_too_long`.
    """
    if len(reason) > LONGEST_REASON:
        raise Problem("note_too_long", length=len(reason), most=LONGEST_REASON)
    with transaction.atomic():
        # Rivals: this person's other tabs; how many of theirs wait is counted below.
        person = contributors.hold(contributor_id=contributor.pk)
        found = Verdict.objects.public().get(pk=verdict.pk)
        known = Objection.objects.filter(verdict=found, contributor__in=person).first()
        if known is not None:
            return known
        if not may_object(verdict=found, person=person):
            raise Problem("objection_needless")
        waiting = Objection.objects.waiting().filter(contributor__in=person).count()
        if waiting >= MOST_WAITING:
            raise Problem("objections_too_many", most=MOST_WAITING)
        return Objection.objects.create(
            verdict=found,
            contributor_id=person[0],
            reason=storable(reason).strip(),
            made_at=now,
        )


def may_object(*, verdict: Verdict, person: Sequence[int]) -> bool:
    """Whether these contributors said something else than what a verdict concludes."""
    if verdict.outcome == MicroTaskState.CONTESTED.value:
        return False  # nobody was right: a reviewer looks at it anyway
    return verdict.proof.filter(answer__contributor__in=person, agrees=False).exists()


def of_person(*, verdict: Verdict, person: Sequence[int]) -> Objection | None:
    """The newest objection of this person to what a verdict is about."""
    made = Objection.objects.filter(verdict__microtask=verdict.microtask_id, contributor__in=person)
    return made.order_by("-pk").first()


def waiting(*, campaign: Campaign) -> QuerySet[Objection]:
    """What the team is to decide, oldest first: objections, each with its verdict and excerpt.

    Those that wait for one more opinion are among them, once it can't come: the campaign is not
    open. `heard_at` says which have it.
    """
    found = (
        Objection.objects.waiting()
        .filter(verdict__microtask__campaign=campaign)
        .exclude(verdict__microtask__excerpt__hidden_at__isnull=False)
        .select_related("verdict__microtask__excerpt__document", "verdict__microtask__step")
        .order_by("made_at", "pk")
    )
    return found.exclude(heard_at=None) if campaign.is_open else found


def decide(*, objection: Objection, granted: bool, by: User | None, now: datetime) -> bool:
    """Close an objection. What the verdict is to be, `reviews.decide` says.

    Returns:
        False when someone else has decided it already; nothing was changed then.
    """
    # Rivals: another reviewer, and the cross-check that grants it.
    state = ObjectionState.GRANTED if granted else ObjectionState.DECLINED
    decided = {"state": state.value, "decided_by": by, "decided_at": now}
    return bool(Objection.objects.waiting().filter(pk=objection.pk).update(**decided))


def hear(*, microtask_ids: Collection[int], now: datetime) -> None:
    """After these micro-tasks were cross-checked: what came of the objections to their verdicts.

    Inside the transaction that settled them.
    """
    concerned = Objection.objects.waiting().filter(verdict__microtask__in=microtask_ids)
    if not concerned.exists():
        return
    newer = Answer.objects.counting().filter(
        microtask=OuterRef("verdict__microtask"), given_at__gte=OuterRef("made_at")
    )
    concerned.filter(Exists(newer), heard_at=None).update(heard_at=now)
    agreed = VerdictAnswer.objects.filter(
        verdict__microtask=OuterRef("verdict__microtask"),
        verdict__is_current=True,
        verdict__revision__gt=OuterRef("verdict__revision"),
        answer__contributor=OuterRef("contributor"),
        agrees=True,
    )
    concerned.filter(Exists(agreed)).update(state=ObjectionState.GRANTED.value, decided_at=now)


def forget(*, contributor_ids: Collection[int]) -> None:
    """Take the words out of what these contributors objected; that they did stays."""
    Objection.objects.filter(contributor__in=contributor_ids).update(reason="")


def ask_an_opinion(*, campaign_id: int) -> bool:
    """Whether an objection of this campaign waits for an opinion that nobody is about to give."""
    if not Objection.objects.unheard().exists():  # nearly always: a look at an empty index
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 {ASKED})", {"campaign": campaign_id})
        return bool(cursor.fetchone()[0])

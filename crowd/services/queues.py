"""Ready queues: which micro-tasks can be lent, mirrored in Valkey so that claims never search.

Per step: `ready` (sorted set, micro-task → rank), `slots` (hash, micro-task → how many more may
be lent), `loaded` (how far in the step's order the queue has been filled), and per person `seen`
(set of micro-tasks they can't be given) and `at` (how far in the queue they are). PostgreSQL alone
decides (`lending`); a queue that is wrong, stale or gone costs a second look, never an answer.
"""

import logging
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection, transaction

from crowd import later, valkey
from crowd.models import Campaign, Step
from crowd.rules import ordering
from crowd.rules.lifecycle import AssignmentState, CampaignState

logger = logging.getLogger(__name__)

LOW_WATER = 500  # micro-tasks; below it Celery refills
BATCH = 2000  # micro-tasks looked at in one refill, whether or not they can be lent
REFILL_MS = 1000  # at most one claim a second loads a batch itself, each step

NOWHERE = f"{-(2**63)}:0"  # before the first rank there can be


class Slots(NamedTuple):
    """How many more people one micro-task may be lent to."""

    microtask_id: int
    step_id: int
    rank: int
    free: int
    ahead: int

    @property
    def score(self) -> int:
        """Where it stands in its queue, the lowest first."""
        return self.rank - self.ahead * FURTHER


# How many answers a micro-task has come nearer to its verdict, where that puts it ahead of others:
# in campaigns that finish what is begun, and in all when their deadline is near.
AHEAD = """
    (SELECT CASE WHEN c."order" = 'finish' OR c.deadline <= CURRENT_DATE + 3
                 THEN greatest(0, least(2, s.agree - m.needs)) ELSE 0 END
     FROM crowd_step s JOIN crowd_campaign c ON c.id = s.campaign_id WHERE s.id = m.step_id)
"""
FURTHER = 2 * ordering.LARGEST  # farther than any two ranks are apart
AHEAD_OF_ALL = -ordering.LARGEST  # scores below it are of such micro-tasks, ranks are not

_CLOSED = [each.value for each in AssignmentState if each is not AssignmentState.LENT]
# Of a lease `a` that is known by its number or its micro-task: whether it is open. Said by what it
# is not: there are indexes of all open leases, which seem the shorter way where PostgreSQL has
# counted few of them (at night, or never), and by day every answer would look through everybody's.
IS_OPEN = f"a.state NOT IN ({', '.join(map(repr, _CLOSED))})"


def _free(is_open: str, is_unread: str) -> str:
    return f"""
        m.needs
        - (SELECT count(*) FROM crowd_assignment a WHERE a.microtask_id = m.id AND {is_open})
        - (SELECT count(*) FROM crowd_answer w WHERE w.microtask_id = m.id AND {is_unread}
           AND NOT EXISTS (
             SELECT 1 FROM crowd_machine c WHERE c.contributor_id = w.contributor_id))
    """  # noqa: S608 (constants)


# What a micro-task still needs, less what is on its way: open leases, and people's answers the
# cross-check has not read yet. Of many micro-tasks by the indexes of what is open and unread; of
# one by all its leases and answers, which are few, and by nothing that grows with the crowd.
FREE = _free("a.state = 'lent'", "w.counted_at IS NULL")
FREE_OF_ONE = _free(IS_OPEN, "num_nulls(w.counted_at) = 1")


def length(*, step_id: int) -> int:
    """How many micro-tasks are ready in a step's queue.

    Raises:
        valkey.Unreachable: nobody knows.
    """
    return int(valkey.client().zcard(ready_of(step_id)))


def forget_seen(*, step_id: int, contributor_id: int, microtask_id: int) -> None:
    """A lease ended without an answer: the same person may be given the micro-task again."""
    try:
        with valkey.client().pipeline() as pipe:
            pipe.srem(seen_of(step_id, contributor_id), microtask_id)
            pipe.delete(at_of(step_id, contributor_id)).execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; someone's memory keeps a micro-task")


def remember_seen(*, step_id: int, contributor_id: int, microtask_id: int) -> None:
    """This person can't be given a micro-task, though they never held it."""
    try:
        # What is not loaded yet is read from PostgreSQL, which knows already.
        if valkey.client().exists(seen_of(step_id, contributor_id)):
            valkey.client().sadd(seen_of(step_id, contributor_id), microtask_id)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; someone is offered what they can't be lent")


def forget_all_seen(*, step_ids: Collection[int], contributor_id: int) -> None:
    """After commit, look up anew what this person has seen: a guest's work has become theirs."""

    def forget() -> None:
        try:
            valkey.client().delete(*[seen_of(step_id, contributor_id) for step_id in step_ids])
        except valkey.Unreachable:
            logger.warning("Valkey is unreachable; someone's memory lacks some micro-tasks")

    if step_ids:
        transaction.on_commit(forget, robust=True)


def offer(*, microtask_ids: Iterable[int]) -> None:
    """Put micro-tasks in their queues with as many slots as PostgreSQL counts now."""
    ids = list(microtask_ids)
    if ids:
        _mirror(_counted(ids))


def refill(*, step_id: int) -> int:
    """Look at the next micro-tasks of a step, in the campaign's order, when its queue runs low.

    It goes on behind those it looked at last; past the end of the step it begins again. What
    becomes free behind it comes back by `offer`.

    Returns:
        How many micro-tasks were loaded.
    """
    if length(step_id=step_id) >= LOW_WATER:
        return 0
    rows = _next_batch(step_id)
    _mirror(rows)
    return len(rows)


def refill_now(*, step_id: int) -> int:
    """Load one batch for a claim that found the queue dry; rivals a moment later find it loaded.

    Raises:
        valkey.Unreachable: there is no queue to load.
    """
    mine = valkey.client().set(valkey.key("refilling", step_id), 1, nx=True, px=REFILL_MS)
    return refill(step_id=step_id) if mine else 0


def refill_all() -> int:
    """Refill every step of every open campaign that runs low."""
    steps = Step.objects.filter(campaign__state=CampaignState.OPEN.value)
    return sum(refill(step_id=pk) for pk in steps.values_list("pk", flat=True))


def refill_soon() -> None:
    """After commit, let Celery refill: there are new micro-tasks, or a queue was found empty."""
    later.nudge("tasks.queues.refill_all", queue="default")


def rebuild(*, campaign: Campaign) -> int:
    """Throw a campaign's queues away and load them anew."""
    loaded = 0
    for step_id in campaign.steps.values_list("pk", flat=True):
        kept = [ready_of(step_id), slots_of(step_id), loaded_of(step_id)]
        for what in ("seen", "at"):
            of_people = valkey.key(what, step_id, "*")
            kept += valkey.client().scan_iter(match=of_people, count=1000)
        valkey.client().delete(*kept)
        loaded += refill(step_id=step_id)
    return loaded


def free(*, microtask_id: int) -> int:
    """How many more answers a micro-task can take now, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {FREE_OF_ONE} FROM crowd_microtask m WHERE m.id = %s",  # noqa: S608 (a constant)
            [microtask_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _next_batch(step_id: int) -> list[Slots]:
    """What can be lent of the next `BATCH` open micro-tasks of a step."""
    rank, microtask_id = map(int, (valkey.client().get(loaded_of(step_id)) or NOWHERE).split(":"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id, m.step_id, m.rank, {FREE}, {AHEAD} FROM crowd_microtask m
            WHERE m.step_id = %s AND m.state = 'open' AND (m.rank, m.id) > (%s, %s)
            ORDER BY m.rank, m.id LIMIT %s
            """,  # noqa: S608 (constants)
            [step_id, rank, microtask_id, BATCH],
        )
        rows = cursor.fetchall()
    if len(rows) < BATCH:
        valkey.client().delete(loaded_of(step_id))
    else:
        valkey.client().set(loaded_of(step_id), f"{rows[-1][2]}:{rows[-1][0]}")
    return [Slots(*row) for row in rows if row[3] > 0]


def _counted(microtask_ids: list[int]) -> list[Slots]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id, m.step_id, m.rank, {FREE}, {AHEAD} FROM crowd_microtask m
            WHERE m.id = ANY(%s) AND m.state = 'open'
            """,  # noqa: S608 (constants)
            [microtask_ids],
        )
        return [Slots(*row) for row in cursor.fetchall() if row[3] > 0]


def _mirror(rows: list[Slots]) -> None:
    if not rows:
        return
    try:
        with valkey.client().pipeline(transaction=True) as pipe:
            for step_id in {row.step_id for row in rows}:
                of_step = [row for row in rows if row.step_id == step_id]
                pipe.zadd(ready_of(step_id), {str(row.microtask_id): row.score for row in of_step})
                pipe.hset(
                    slots_of(step_id), mapping={str(row.microtask_id): row.free for row in of_step}
                )
            pipe.execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; queues are refilled when it is back")


def ready_of(step_id: int) -> str:
    """The queue of a step: micro-task → score."""
    return valkey.key("ready", step_id)


def slots_of(step_id: int) -> str:
    """How many more may be lent: micro-task → number."""
    return valkey.key("slots", step_id)


def seen_of(step_id: int, contributor_id: int) -> str:
    """What one person can't be given."""
    return valkey.key("seen", step_id, contributor_id)


def at_of(step_id: int, contributor_id: int) -> str:
    """How far in the queue one person is."""
    return valkey.key("at", step_id, contributor_id)


def loaded_of(step_id: int) -> str:
    """How far in the step's order the queue has been filled."""
    return valkey.key("loaded", step_id)

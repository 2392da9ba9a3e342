"""Ready queues: which micro-tasks can be lent, mirrored in Valkey so that claims never search.

Per step: `ready` (sorted set, micro-task → rank), `slots` (hash, micro-task → how many more may
be lent), and per person `seen` (set of micro-tasks they can't be given). PostgreSQL alone decides
(`lending`); a queue that is wrong, stale or gone costs a second look, never an answer.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from crowd import later, valkey
from crowd.models import Campaign, Step
from crowd.rules.lifecycle import CampaignState

logger = logging.getLogger(__name__)

LOW_WATER = 500  # micro-tasks; below it Celery refills
BATCH = 2000  # micro-tasks loaded at once
WINDOW = 200  # how far into the queue a claim looks past what this person has seen
SEEN_SECONDS = 6 * 3600

NOT_LOADED, NONE_LEFT = -2, -1

CLAIM = """
if redis.call('EXISTS', KEYS[3]) == 0 then return -2 end
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)) do
  if redis.call('SISMEMBER', KEYS[3], id) == 0 then
    if redis.call('HINCRBY', KEYS[2], id, -1) <= 0 then
      redis.call('ZREM', KEYS[1], id)
      redis.call('HDEL', KEYS[2], id)
    end
    redis.call('SADD', KEYS[3], id)
    redis.call('EXPIRE', KEYS[3], ARGV[2])
    return tonumber(id)
  end
end
return -1
"""

# What a micro-task still needs, less what is on its way: open leases, and answers the
# cross-check has not read yet.
FREE = """
    m.needs
    - (SELECT count(*) FROM crowd_assignment a WHERE a.microtask_id = m.id AND a.state = 'lent')
    - (SELECT count(*) FROM crowd_answer w WHERE w.microtask_id = m.id AND w.counted_at IS NULL)
"""


def take(*, step_id: int, person: Sequence[int]) -> int | None:
    """Reserve one micro-task of a step for one person, atomically; None when none is ready.

    Args:
        step_id: the step.
        person: the contributor, and guests they were (`contributors.person_ids`).

    Raises:
        valkey.Unreachable: the caller falls back to PostgreSQL.
    """
    keys = [_ready(step_id), _slots(step_id), _seen(step_id, person[0])]
    claim = valkey.script(CLAIM)
    found = int(claim(keys=keys, args=[WINDOW, SEEN_SECONDS]))
    if found == NOT_LOADED:
        _load_seen(step_id=step_id, person=person)
        found = int(claim(keys=keys, args=[WINDOW, SEEN_SECONDS]))
    return found if found > 0 else None


def drop(*, step_id: int, microtask_id: int) -> None:
    """Take a micro-task out of its queue: PostgreSQL said that it can't be lent now."""
    try:
        with valkey.client().pipeline() as pipe:
            pipe.zrem(_ready(step_id), microtask_id).hdel(_slots(step_id), str(microtask_id))
            pipe.execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; a queue keeps a stale micro-task")


def forget_seen(*, step_id: int, contributor_id: int, microtask_id: int) -> None:
    """A lease ended without an answer: the same person may be given the micro-task again."""
    try:
        valkey.client().srem(_seen(step_id, contributor_id), microtask_id)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; someone's memory keeps a micro-task")


def forget_all_seen(*, step_ids: Collection[int], contributor_id: int) -> None:
    """After commit, look up anew what this person has seen: a guest's work has become theirs."""

    def forget() -> None:
        try:
            valkey.client().delete(*[_seen(step_id, contributor_id) for step_id in step_ids])
        except valkey.Unreachable:
            logger.warning("Valkey is unreachable; someone's memory lacks some micro-tasks")

    if step_ids:
        transaction.on_commit(forget, robust=True)


def offer(*, microtask_ids: Iterable[int]) -> None:
    """Put micro-tasks in their queues with as many slots as PostgreSQL counts now."""
    ids = list(microtask_ids)
    if ids:
        _mirror(_select("m.id = ANY(%s)", [ids], limit=len(ids)))


def refill(*, step_id: int) -> int:
    """Load the next micro-tasks of a step, in the campaign's order, when its queue runs low.

    Returns:
        How many micro-tasks were loaded.
    """
    if int(valkey.client().zcard(_ready(step_id))) >= LOW_WATER:
        return 0
    rows = _select("m.step_id = %s", [step_id], limit=BATCH)
    _mirror(rows)
    return len(rows)


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
        seen = list(valkey.client().scan_iter(match=valkey.key("seen", step_id, "*"), count=1000))
        valkey.client().delete(_ready(step_id), _slots(step_id), *seen)
        loaded += refill(step_id=step_id)
    return loaded


def next_open(*, step_id: int, person: Sequence[int], even_busy: bool = False) -> int | None:
    """The same question asked of PostgreSQL: one bounded, indexed look.

    Args:
        even_busy: take rows into account that others have locked at this moment.
    """
    # Rival: another claim holding the row; skipping it mostly beats waiting to be refused.
    lock = "" if even_busy else "FOR NO KEY UPDATE OF m SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id FROM crowd_microtask m
            JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
            WHERE m.step_id = %s AND m.state = 'open' AND {FREE} > 0
              AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment mine
                WHERE mine.microtask_id = m.id AND mine.contributor_id = ANY(%s)
                  AND mine.state NOT IN ('returned', 'expired'))
            ORDER BY m.rank, m.id LIMIT 1 {lock}
            """,  # noqa: S608 (constants)
            [step_id, list(person)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def free(*, microtask_id: int) -> int:
    """How many more answers a micro-task can take now, as PostgreSQL counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {FREE} FROM crowd_microtask m WHERE m.id = %s",  # noqa: S608 (a constant)
            [microtask_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _select(where: str, params: list[Any], *, limit: int) -> list[tuple[int, int, int, int]]:
    """(id, step, rank, free slots) of micro-tasks that can be lent."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT id, step_id, rank, free FROM (
                SELECT m.id, m.step_id, m.rank, {FREE} AS free
                FROM crowd_microtask m WHERE {where} AND m.state = 'open'
            ) AS candidates
            WHERE free > 0 ORDER BY rank, id LIMIT %s
            """,  # noqa: S608 (constants)
            [*params, limit],
        )
        return list(cursor.fetchall())


def _mirror(rows: list[tuple[int, int, int, int]]) -> None:
    if not rows:
        return
    try:
        with valkey.client().pipeline(transaction=True) as pipe:
            for step_id in {row[1] for row in rows}:
                of_step = [row for row in rows if row[1] == step_id]
                pipe.zadd(_ready(step_id), {str(pk): rank for pk, _, rank, _ in of_step})
                pipe.hset(_slots(step_id), mapping={str(pk): free for pk, _, _, free in of_step})
            pipe.execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; queues are refilled when it is back")


def _load_seen(*, step_id: int, person: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.microtask_id FROM crowd_assignment a
            JOIN crowd_microtask m ON m.id = a.microtask_id
            WHERE a.contributor_id = ANY(%s) AND m.step_id = %s AND m.state = 'open'
              AND a.state NOT IN ('returned', 'expired')
            """,
            [list(person), step_id],
        )
        seen = [str(row[0]) for row in cursor.fetchall()]
    with valkey.client().pipeline() as pipe:
        # "0" is no micro-task: it marks the set as loaded, even for a newcomer.
        pipe.sadd(_seen(step_id, person[0]), "0", *seen)
        pipe.expire(_seen(step_id, person[0]), SEEN_SECONDS)
        pipe.execute()


def _ready(step_id: int) -> str:
    return valkey.key("ready", step_id)


def _slots(step_id: int) -> str:
    return valkey.key("slots", step_id)


def _seen(step_id: int, contributor_id: int) -> str:
    return valkey.key("seen", step_id, contributor_id)

"""Reservations: one person takes one micro-task out of a queue, in one atomic script."""

import logging
from collections.abc import Sequence

from django.db import connection

from crowd import valkey
from crowd.services import queues

logger = logging.getLogger(__name__)

WINDOW = 3000  # how many that this person has seen a claim passes over in the queue
SEEN_SECONDS = 6 * 3600
PLACE_SECONDS = 60  # then a person begins at the front again, where micro-tasks may have returned
DRY_MS = 1000  # how long a person for whom the queue holds nothing is not looked for in it again
BUSY_MS = 20  # longer than a claim holds a micro-task's row on a busy machine
NOT_LOADED = -2

# What was put ahead of all others; then from where this person is to the end of the queue, and once
# from its front.
CLAIM = """
if redis.call('EXISTS', KEYS[3]) == 0 then return -2 end
local from = redis.call('GET', KEYS[4]) or '-inf'
if from == 'dry' then return -1 end
local offset, left, again, second = 0, tonumber(ARGV[1]), from ~= '-inf', nil
local function take(id)
  if redis.call('HINCRBY', KEYS[2], id, -1) <= 0 then
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
  redis.call('SADD', KEYS[3], id)
  redis.call('EXPIRE', KEYS[3], ARGV[2])
  return tonumber(id)
end
local ahead = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. ARGV[6], 'BYSCORE', 'LIMIT', 0, 50)
for _, id in ipairs(ahead) do
  if redis.call('SISMEMBER', KEYS[3], id) == 0 then return take(id) end
end
while left > 0 do
  local part = redis.call(
    'ZRANGE', KEYS[1], from, '+inf', 'BYSCORE', 'LIMIT', offset, 50, 'WITHSCORES')
  for i = 1, #part, 2 do
    local id = part[i]
    if redis.call('SISMEMBER', KEYS[3], id) == 0 then
      if ARGV[5] == '0' or redis.call('SET', KEYS[5] .. id, 1, 'NX', 'PX', ARGV[5]) then
        redis.call('SET', KEYS[4], part[i + 1], 'EX', ARGV[3])
        return take(id)
      end
      second = second or {id, part[i + 1]}
    end
  end
  if second then
    redis.call('SET', KEYS[4], second[2], 'EX', ARGV[3])
    return take(second[1])
  end
  left, offset = left - 50, offset + 50
  if #part < 100 then
    if not again then break end
    from, offset, again = '-inf', 0, false
  end
end
redis.call('SET', KEYS[4], 'dry', 'PX', ARGV[4])
return -1
"""

PEEK = """
local from = redis.call('GET', KEYS[3]) or '-inf'
if from == 'dry' then return -1 end
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], from, '+inf', 'BYSCORE', 'LIMIT', 0, 50)) do
  if redis.call('SISMEMBER', KEYS[2], id) == 0 then return tonumber(id) end
end
return -1
"""


def take(*, step_id: int, person: Sequence[int], apart: bool = False) -> int | None:
    """Reserve one micro-task of a step for one person, atomically; None when none is ready.

    Args:
        step_id: the step.
        person: the contributor, and guests they were (`contributors.person_ids`).
        apart: rather one that nobody else was given this very moment, whose row they may have
            locked still.

    Raises:
        valkey.Unreachable: the caller falls back to PostgreSQL.
    """
    me = person[0]
    keys = [
        queues.ready_of(step_id),
        queues.slots_of(step_id),
        queues.seen_of(step_id, me),
        queues.at_of(step_id, me),
        _busy(),
    ]
    args = [
        WINDOW,
        SEEN_SECONDS,
        PLACE_SECONDS,
        DRY_MS,
        BUSY_MS if apart else 0,
        queues.AHEAD_OF_ALL,
    ]
    claim = valkey.script(CLAIM)
    found = int(claim(keys=keys, args=args))
    if found == NOT_LOADED:
        _load_seen(step_id=step_id, person=person)
        found = int(claim(keys=keys, args=args))
    return found if found > 0 else None


def peek(*, step_id: int, person: Sequence[int]) -> int | None:
    """The micro-task of a step that `take` would most likely give this person; it stays free.

    Raises:
        valkey.Unreachable: nobody knows.
    """
    me = person[0]
    keys = [queues.ready_of(step_id), queues.seen_of(step_id, me), queues.at_of(step_id, me)]
    found = int(valkey.script(PEEK)(keys=keys))
    return found if found > 0 else None


def drop(*, step_id: int, microtask_id: int) -> None:
    """Take a micro-task out of its queue: PostgreSQL said that it can't be lent now."""
    try:
        with valkey.client().pipeline() as pipe:
            pipe.zrem(queues.ready_of(step_id), microtask_id).hdel(
                queues.slots_of(step_id), str(microtask_id)
            )
            pipe.execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; a queue keeps a stale micro-task")


def _load_seen(*, step_id: int, person: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        # From the person's own leases, whatever PostgreSQL knows of the tables: a plan that begins
        # with the step's open micro-tasks would look for each of them, for a newcomer most of all.
        cursor.execute(
            """
            WITH mine AS MATERIALIZED (
                SELECT microtask_id FROM crowd_assignment
                WHERE contributor_id = ANY(%s) AND state NOT IN ('returned', 'expired')
            )
            SELECT microtask_id FROM mine WHERE (
                SELECT m.step_id = %s AND m.state = 'open'
                FROM crowd_microtask m WHERE m.id = mine.microtask_id)
            """,
            [list(person), step_id],
        )
        seen = [str(row[0]) for row in cursor.fetchall()]
    with valkey.client().pipeline() as pipe:
        # "0" is no micro-task: it marks the set as loaded, even for a newcomer.
        pipe.sadd(queues.seen_of(step_id, person[0]), "0", *seen)
        pipe.expire(queues.seen_of(step_id, person[0]), SEEN_SECONDS)
        pipe.execute()


def _busy() -> str:
    return valkey.key("busy", "")

"""Roll-ups: what a dashboard shows, counted by a worker. One command counts all of it anew.

What came since the last count is found by time (a small index by blocks), so that a count reads the
new answers and the campaign's micro-tasks, never all answers; a view reads a few hundred rows.
"""

import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from crowd import later
from crowd.models import Campaign, HourCount, RollUp
from crowd.rules import forecasting
from crowd.rules.forecasting import Forecast
from crowd.rules.lifecycle import CampaignState
from crowd.services import progress

AGAIN = timedelta(minutes=1)
TIMES = 20  # a count that took t is made again after 20 t: a twentieth of one worker at most
LATE = timedelta(hours=1)  # answers may be committed so long after their own moment

HOURS = """
INSERT INTO crowd_hourcount (step_id, hour, answers)
SELECT m.step_id, date_trunc('hour', a.given_at, 'UTC'), count(*)
FROM crowd_answer a JOIN crowd_microtask m ON m.id = a.microtask_id
WHERE m.campaign_id = %(campaign)s AND a.given_at >= %(since)s
GROUP BY 1, 2
ON CONFLICT (step_id, hour) DO UPDATE SET answers = EXCLUDED.answers
"""
DAYS = """
WITH came AS (
    SELECT coalesce(c.joined_into_id, c.id) AS person,
           date_trunc('day', a.given_at, 'UTC') AS day
    FROM crowd_answer a
    JOIN crowd_microtask m ON m.id = a.microtask_id
    JOIN crowd_contributor c ON c.id = a.contributor_id
    WHERE m.campaign_id = %(campaign)s AND a.given_at >= %(since)s
    GROUP BY 1, 2
), first AS (
    SELECT person, min(day) AS day, EXISTS (
        SELECT 1 FROM crowd_answer e
        JOIN crowd_microtask n ON n.id = e.microtask_id AND n.campaign_id = %(campaign)s
        WHERE e.given_at < %(since)s AND e.contributor_id IN (
            SELECT id FROM crowd_contributor WHERE id = person OR joined_into_id = person)
    ) AS known FROM came GROUP BY person
)
INSERT INTO crowd_daycount (campaign_id, day, new, "returning")
SELECT %(campaign)s, (came.day AT TIME ZONE 'UTC')::date,
       count(*) FILTER (WHERE came.day = first.day AND NOT known),
       count(*) FILTER (WHERE came.day > first.day OR known)
FROM came JOIN first USING (person) GROUP BY 2
ON CONFLICT (campaign_id, day) DO UPDATE SET new = EXCLUDED.new,
    "returning" = EXCLUDED."returning"
"""
DOCUMENTS = """
INSERT INTO crowd_documentcount (document_id, total, settled, contested, set_aside)
SELECT e.document_id, count(*),
       count(*) FILTER (WHERE m.state = 'settled' AND (%(closed)s OR NOT m.veiled)),
       count(*) FILTER (WHERE m.state = 'contested' AND (%(closed)s OR NOT m.veiled)),
       count(*) FILTER (WHERE m.state = 'set_aside' AND (%(closed)s OR NOT m.veiled))
FROM crowd_microtask m JOIN crowd_excerpt e ON e.id = m.excerpt_id
WHERE m.campaign_id = %(campaign)s AND m.state <> 'withdrawn' GROUP BY 1
ON CONFLICT (document_id) DO UPDATE SET total = EXCLUDED.total, settled = EXCLUDED.settled,
    contested = EXCLUDED.contested, set_aside = EXCLUDED.set_aside
"""
NEEDS = """
SELECT s.key, count(m.id), coalesce(sum(m.needs), 0)
FROM crowd_step s LEFT JOIN crowd_microtask m ON m.step_id = s.id AND m.state = 'open'
WHERE s.campaign_id = %(campaign)s GROUP BY s.key
"""
CONCLUDED = """
SELECT s.key, count(v.id), coalesce(sum(v.answers_count), 0)
FROM crowd_step s LEFT JOIN crowd_verdict v ON v.step_id = s.id AND v.is_current
WHERE s.campaign_id = %(campaign)s GROUP BY s.key
"""
CONTESTED = """
SELECT s.key, said.key, count(*)
FROM crowd_step s JOIN crowd_verdict v ON v.step_id = s.id AND v.is_current
    AND v.outcome = 'contested', jsonb_each(v.values) said
WHERE s.campaign_id = %(campaign)s AND said.value->>'outcome' = 'contested' GROUP BY 1, 2
"""


def due(*, now: datetime) -> list[int]:
    """Campaigns to be counted: those in play, and those that were never counted."""
    # Closed ones once more: what was under a veil counts from then on.
    closed_since = Q(state=CampaignState.CLOSED.value, roll_up__counted_at__lt=F("closed_at"))
    in_play = Q(state__in=[CampaignState.OPEN.value, CampaignState.PAUSED.value])
    live = Campaign.objects.filter(in_play | closed_since)
    counted = {each.campaign_id: each for each in RollUp.objects.filter(campaign__in=live)}
    return [
        pk
        for pk in live.order_by("pk").values_list("pk", flat=True)
        if pk not in counted or now - counted[pk].counted_at >= _pause(counted[pk])
    ]


def _pause(last: RollUp) -> timedelta:
    return max(AGAIN, TIMES * timedelta(milliseconds=last.took_ms))


def last(campaign: Campaign) -> RollUp | None:
    """The last count of a campaign."""
    return RollUp.objects.filter(campaign=campaign).first()


def forecast_of(counted: RollUp) -> Forecast | None:
    """The forecast of a count."""
    if counted.forecast is None:
        return None
    dates = {
        key: datetime.fromisoformat(said) if said else None
        for key, said in counted.forecast.items()
        if key != "on_time"
    }
    return Forecast(**dates, on_time=counted.forecast["on_time"])


def soon(campaign: Campaign) -> None:
    """Have a campaign counted after commit."""
    later.after_commit("tasks.rollups.count", queue="default", campaign_id=campaign.pk)


def count(*, campaign: Campaign, now: datetime, anew: bool = False) -> RollUp:
    """Count what came since the last time, and forecast.

    Args:
        anew: count everything from the first answer on, whatever is kept.
    """
    began = time.monotonic()
    with transaction.atomic():
        # Rival: another count of this campaign. The rows are the same whoever writes them last.
        last = RollUp.objects.select_for_update().filter(campaign=campaign).first()
        if anew:
            HourCount.objects.filter(step__campaign=campaign).delete()
            campaign.days.all().delete()
        _count_answers(campaign, None if anew else last)
        steps = _of_steps(campaign)
        told = _forecast(campaign, steps, now)
        made, _ = RollUp.objects.update_or_create(
            campaign=campaign,
            defaults={
                "counted_at": now,
                "took_ms": int(1000 * (time.monotonic() - began)),
                "steps": steps,
                "forecast": _as_json(told) if told else None,
            },
        )
    progress.of_campaign(campaign)  # kept a while: whoever looks next need not wait for it
    return made


def _count_answers(campaign: Campaign, last: RollUp | None) -> None:
    since = datetime(1970, 1, 1, tzinfo=UTC) if last is None else last.counted_at - LATE
    midnight = {"hour": 0, "minute": 0, "second": 0, "microsecond": 0}
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = since.astimezone(UTC).replace(**midnight)  # type: ignore[arg-type]
    closed = campaign.state == CampaignState.CLOSED.value
    with connection.cursor() as cursor:
        cursor.execute(HOURS, {"campaign": campaign.pk, "since": hour})
        cursor.execute(DAYS, {"campaign": campaign.pk, "since": day})
        cursor.execute(DOCUMENTS, {"campaign": campaign.pk, "closed": closed})


def _of_steps(campaign: Campaign) -> dict[str, Any]:
    """Step key → what is open, what it needs, and what its verdicts took."""
    with connection.cursor() as cursor:
        cursor.execute(NEEDS, {"campaign": campaign.pk})
        steps = {
            key: {"open": count, "least": least, "contested": {}}
            for key, count, least in cursor.fetchall()
        }
        cursor.execute(CONCLUDED, {"campaign": campaign.pk})
        for key, concluded, answers in cursor.fetchall():
            steps[key] |= {"concluded": concluded, "answers": answers}
        cursor.execute(CONTESTED, {"campaign": campaign.pk})
        for key, question, number in cursor.fetchall():
            steps[key]["contested"][question] = number
    given = _given(campaign)
    for key, step in steps.items():
        step["needed"] = _needed(step, given.get(key, 0))
    return steps


def _given(campaign: Campaign) -> dict[str, int]:
    given: dict[str, int] = {}
    hours = HourCount.objects.filter(step__campaign=campaign)
    for key, answers in hours.values_list("step__key", "answers"):
        given[key] = given.get(key, 0) + answers
    return given


def _needed(step: dict[str, Any], given: int) -> int:
    """Answers that what is open will still take: as many as verdicts took so far, less those that
    are in already; never fewer than the rule's own least number.
    """
    if not step["concluded"]:
        return int(step["least"])
    each = step["answers"] / step["concluded"]
    there = max(0, given - step["answers"])
    return int(max(step["least"], round(each * step["open"]) - there))


def _forecast(campaign: Campaign, steps: dict[str, Any], now: datetime) -> Forecast | None:
    if campaign.opened_at is None or campaign.state == CampaignState.CLOSED.value:
        return None
    since = campaign.opened_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = int((now - since) / timedelta(hours=1))
    counts = [0] * max(0, hours)
    found = HourCount.objects.filter(step__campaign=campaign, hour__gte=since)
    for hour, answers in found.values_list("hour", "answers"):
        index = int((hour - since) / timedelta(hours=1))
        if index < len(counts):
            counts[index] += answers
    return forecasting.forecast(
        hourly=counts,
        since=since,
        needed=sum(step["needed"] for step in steps.values()),
        deadline=_end_of(campaign),
        seed=campaign.pk,
    )


def _end_of(campaign: Campaign) -> datetime | None:
    """The moment the deadline's day is over."""
    day = campaign.deadline
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def _as_json(told: Forecast) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(told).items()
    }

"""The dashboard's charts: answers over time with the forecast, hour by hour, people day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crowd.models import Campaign
from crowd.services.dashboards import Dashboard
from frontend.charts import Chart, Mark, round_steps

MOST_POINTS = 400  # of a line: more can't be seen
SHOWN_DAYS = 42


@dataclass(frozen=True)
class Charts:
    """Drawn; None where there is nothing to draw yet."""

    ahead: SafeString | None
    hours: SafeString | None
    days: SafeString | None
    by_day: list[tuple[datetime, int]]


def of(board: Dashboard, campaign: Campaign, *, now: datetime) -> Charts:
    """All charts of one dashboard."""
    return Charts(
        ahead=_ahead(board, campaign, now) if board.so_far else None,
        hours=_hours(board) if board.last_day or any(count for _, count in board.hours) else None,
        days=_days(board) if board.days else None,
        by_day=_by_day(board),
    )


def _ahead(board: Dashboard, campaign: Campaign, now: datetime) -> SafeString:
    """Answers so far as an area, the fan of the forecast, the deadline as a line."""
    goal = board.answers + board.needed
    began = board.so_far[0][0] - timedelta(hours=1)
    ends = [now + timedelta(days=1)]
    told = board.forecast
    deadline = None
    if campaign.deadline:
        deadline = datetime.combine(campaign.deadline, time.max, UTC)
        ends.append(deadline)
    if told:
        furthest = now + 3 * max(now - began, timedelta(days=3))
        ends += [min(each, furthest) for each in (told.likely, told.late) if each]
        if told.late is None:
            ends.append(furthest)
    end = max(ends) + (max(ends) - began) * 0.04

    def share(moment: datetime) -> float:
        return min(1.0, max(0.0, (moment - began) / (end - began)))

    top, steps = round_steps(goal)
    chart = Chart(title=_("Answers so far, and the forecast"), most=top)
    chart.steps = [(step, str(intcomma(round(step)))) for step in steps]
    every = max(1, len(board.so_far) // MOST_POINTS)
    seen = [(began, 0), *board.so_far[::every], (now, board.answers)]
    points = [(share(moment), float(total)) for moment, total in seen]
    if told and board.needed:
        here = (share(now), float(board.answers))
        early, late = share(told.early or end), share(told.late or end)
        reached = float(goal)
        if told.late is None:  # a fan that leaves the drawing before it reaches the goal
            reached = board.answers + board.needed * 0.7
        chart.shape("fan", [here, (early, float(goal)), (late, reached)])
        if told.likely:
            chart.line("likely", [here, (share(told.likely), float(goal))])
    chart.area("given", points)
    chart.line("given-line", points)
    chart.line("goal", [(0.0, float(goal)), (1.0, float(goal))])
    chart.marks = [Mark(at, words) for at, words in _dates(began, end)]
    chart.marks.append(Mark(share(now), _("now"), "now"))
    if deadline and deadline > began:
        chart.marks.append(Mark(share(deadline), _("deadline"), "deadline"))
    return chart.drawn()


def _dates(began: datetime, end: datetime) -> list[tuple[float, str]]:
    """Four dates along the axis."""
    length = end - began
    return [(at, date_format(began + length * at, "j N")) for at in (0.0, 0.25, 0.5, 0.75)]


def _hours(board: Dashboard) -> SafeString:
    values = [float(count) for _, count in board.hours]
    top, steps = round_steps(max(values))
    chart = Chart(title=_("Answers per hour, the last seven days"), most=top)
    chart.steps = [(step, str(intcomma(round(step)))) for step in steps]
    chart.columns("given", values)
    for index, (hour, _count) in enumerate(board.hours):
        if hour.hour == 0 and hour.toordinal() % 2 == 0:  # room for their words on a phone
            chart.marks.append(Mark(index / len(values), date_format(hour, "D j")))
    return chart.drawn()


def _days(board: Dashboard) -> SafeString:
    shown = board.days[-SHOWN_DAYS:]
    top, steps = round_steps(max(day.new + day.returning for day in shown))
    chart = Chart(title=_("People per day, new and returning"), most=top)
    chart.steps = [(step, str(intcomma(round(step)))) for step in steps]
    returning = [float(day.returning) for day in shown]
    chart.columns("returning", returning)
    chart.columns("given", [float(day.new) for day in shown], returning)
    every = -(-len(shown) // 4)
    for index in range(0, len(shown), every):
        chart.marks.append(Mark((index + 0.5) / len(shown), date_format(shown[index].day, "j N")))
    return chart.drawn()


def _by_day(board: Dashboard) -> list[tuple[datetime, int]]:
    """Answers of each day, the newest first: the charts' table."""
    days: dict[datetime, int] = {}
    before = 0
    for moment, total in board.so_far:
        day = (moment - timedelta(hours=1)).replace(hour=0, minute=0)
        days[day] = days.get(day, 0) + total - before
        before = total
    return sorted(days.items(), reverse=True)[:SHOWN_DAYS]

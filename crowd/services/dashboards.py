"""Dashboards: will we finish in time? Read from what is kept; nothing big is counted here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F, QuerySet, Sum

from crowd.models import Campaign, DayCount, DocumentCount, HourCount, Question, QuestionKnowledge
from crowd.rules.forecasting import Forecast
from crowd.services import agreement, flow, progress, rollups
from crowd.services.flow import Flow
from crowd.services.progress import Progress

WATCHED = timedelta(days=7)  # answers are shown hour by hour for so long


class Hour(NamedTuple):
    """Answers of one hour."""

    hour: datetime
    answers: int


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A question people answer in different ways, and of how many micro-tasks it is contested."""

    question: Question
    contested: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """What a campaign's team wants to know.

    Attributes:
        counted_at: when the numbers of time were counted; None: never yet.
        needed: answers still needed, as far as one can tell.
        hours: answers of each hour of the last week (UTC), oldest first, none left out.
        so_far: (moment, answers until then) since the opening, hour by hour.
    """

    progress: Progress
    flow: Flow
    agreement: list[QuestionKnowledge]
    counted_at: datetime | None
    needed: int
    forecast: Forecast | None
    hours: list[Hour]
    so_far: list[tuple[datetime, int]]
    days: list[DayCount]
    doubts: list[Doubt]

    @property
    def answers(self) -> int:
        return self.so_far[-1][1] if self.so_far else 0

    @property
    def last_day(self) -> int:
        """Answers of the last 24 full hours."""
        return sum(count for _, count in self.hours[-24:])


def of_campaign(*, campaign: Campaign, now: datetime) -> Dashboard:
    """A campaign's dashboard; what was never counted is asked for."""
    counted = rollups.last(campaign)
    if counted is None:
        rollups.soon(campaign)
    by_hour = _by_hour(campaign)
    steps = counted.steps if counted else {}
    return Dashboard(
        progress=progress.of_campaign(campaign),
        flow=flow.of_campaign(campaign=campaign, now=now),
        agreement=agreement.of_campaign(campaign),
        counted_at=counted.counted_at if counted else None,
        needed=sum(step["needed"] for step in steps.values()),
        forecast=rollups.forecast_of(counted) if counted else None,
        hours=_last(by_hour, now),
        so_far=_so_far(by_hour),
        days=list(DayCount.objects.filter(campaign=campaign).order_by("day")),
        doubts=_doubts(campaign, steps),
    )


def documents(*, campaign: Campaign) -> QuerySet[DocumentCount]:
    """How far each document is, those with most left to do first."""
    counted = DocumentCount.objects.filter(document__campaign=campaign).select_related("document")
    left = F("total") - F("settled") - F("set_aside")
    return counted.order_by(left.desc(), "document_id")


def _by_hour(campaign: Campaign) -> dict[datetime, int]:
    found = HourCount.objects.filter(step__campaign=campaign).values_list("hour").order_by("hour")
    return dict(found.annotate(Sum("answers")))


def _last(by_hour: dict[datetime, int], now: datetime) -> list[Hour]:
    end = now.replace(minute=0, second=0, microsecond=0)
    length = int(WATCHED / timedelta(hours=1))
    moments = [end - timedelta(hours=back) for back in range(length, 0, -1)]
    return [Hour(moment, by_hour.get(moment, 0)) for moment in moments]


def _so_far(by_hour: dict[datetime, int]) -> list[tuple[datetime, int]]:
    total, found = 0, []
    for hour, answers in by_hour.items():
        total += answers
        found.append((hour + timedelta(hours=1), total))
    return found


def _doubts(campaign: Campaign, steps: dict[str, dict[str, object]]) -> list[Doubt]:
    asked = Question.objects.filter(step__campaign=campaign).select_related("step")
    found = []
    for question in asked:
        step = steps.get(question.step.key, {})
        contested = step.get("contested", {}).get(question.key, 0)  # type: ignore[attr-defined]
        concluded = step.get("concluded", 0)
        if contested and isinstance(concluded, int):
            share = contested / max(1, concluded)
            found.append(Doubt(question=question, contested=contested, share=share))
    return sorted(found, key=lambda doubt: -doubt.share)

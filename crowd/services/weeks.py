"""Weeks: from Monday, midnight UTC."""

from datetime import UTC, datetime, timedelta


def week_start(now: datetime) -> datetime:
    """Monday, midnight UTC, of this week."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def week_name(now: datetime) -> str:
    """This week as ISO 8601 names it: "2026-W10"."""
    year, week, _ = now.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"

"""A running campaign: dashboard, forecast, review queue, announcements."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices


class ForecastSerializer(serializers.Serializer[Any]):
    """When what is needed will have come; null: not within a year."""

    early = serializers.DateTimeField(allow_null=True, help_text="One in ten is done before.")
    likely = serializers.DateTimeField(allow_null=True, help_text="Half are done before.")
    late = serializers.DateTimeField(allow_null=True, help_text="Nine in ten are done before.")
    on_time = serializers.FloatField(
        allow_null=True, help_text="Probability to be done by the deadline; null without one."
    )


class HourSerializer(serializers.Serializer[Any]):
    hour = serializers.DateTimeField()
    answers = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    new = serializers.IntegerField()
    returning = serializers.IntegerField()


class DashboardSerializer(serializers.Serializer[Any]):
    """Will it be finished in time?"""

    counted_at = serializers.DateTimeField(allow_null=True, help_text="Null: not counted yet.")
    needed = serializers.IntegerField(help_text="Answers still needed, about.")
    answers = serializers.IntegerField(help_text="All that were given.")
    last_day = serializers.IntegerField(help_text="Of these, in the last 24 full hours.")
    forecast = ForecastSerializer(allow_null=True)
    hours = HourSerializer(many=True, help_text="The last seven days.")
    days = DaySerializer(many=True, help_text="People of each day.")


class StateSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=choices.COURSE_STATES)
    deadline = serializers.DateField(required=False, allow_null=True)


class QueuedSerializer(serializers.Serializer[Any]):
    """Something that waits for a reviewer.

    A micro-task; or a report, a find, or (`why` is “cut”) an excerpt that people call badly cut.
    """

    why = serializers.ChoiceField(choices=choices.REVIEW_SOURCES, source="source")
    excerpt = serializers.IntegerField(source="excerpt.pk")
    microtask = serializers.IntegerField(source="microtask.pk", default=None, allow_null=True)
    step = serializers.CharField(source="microtask.step.key", default=None, allow_null=True)
    confidence = serializers.FloatField(source="verdict.confidence", default=None, allow_null=True)
    report = serializers.IntegerField(source="report.pk", default=None, allow_null=True)
    find = serializers.IntegerField(source="find.pk", default=None, allow_null=True)
    since = serializers.DateTimeField(allow_null=True)


class AnnouncementRequestSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=150)
    text = serializers.CharField(max_length=5000)


class AnnouncementSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    made_at = serializers.DateTimeField()

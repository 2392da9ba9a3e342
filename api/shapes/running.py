"""A running campaign: dashboard, forecast, changes after launch, audits, announcements."""

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


class PolicyRequestSerializer(serializers.Serializer[Any]):
    """Another policy for one step; what is left out stays."""

    step = serializers.SlugField()
    preset = serializers.ChoiceField(choices=choices.PRESETS, required=False)
    agree = serializers.IntegerField(min_value=1, max_value=99, required=False)
    at_most = serializers.IntegerField(min_value=1, max_value=99, required=False)


class AmendmentSerializer(serializers.Serializer[Any]):
    """A change after launch: what it comes to, and how far it is applied."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=choices.AMENDMENT_KINDS)
    step = serializers.CharField(source="step.key")
    question = serializers.CharField(source="question.key", allow_null=True, default=None)
    before = serializers.DictField()
    after = serializers.DictField()
    effect = serializers.DictField(help_text="Empty while it is being weighed.")
    state = serializers.ChoiceField(choices=choices.AMENDMENT_STATES)
    done = serializers.IntegerField(help_text="Micro-tasks gone through.")
    total = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)


class QueuedSerializer(serializers.Serializer[Any]):
    """Something that waits for a reviewer."""

    microtask = serializers.IntegerField(source="microtask.pk")
    why = serializers.ChoiceField(choices=choices.REVIEW_SOURCES, source="source")
    step = serializers.CharField(source="microtask.step.key")
    excerpt = serializers.IntegerField(source="microtask.excerpt_id")
    confidence = serializers.FloatField(source="verdict.confidence")
    since = serializers.DateTimeField()


class RateSerializer(serializers.Serializer[Any]):
    """An error rate with its 95 % interval."""

    rate = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class AuditRequestSerializer(serializers.Serializer[Any]):
    per = serializers.ChoiceField(choices=choices.AUDIT_WAYS)
    size = serializers.IntegerField(min_value=1, max_value=1000)


class AuditSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="audit.pk")
    per = serializers.ChoiceField(choices=choices.AUDIT_WAYS, source="audit.per")
    size = serializers.IntegerField(source="audit.size")
    made_at = serializers.DateTimeField(source="audit.made_at")
    waiting = serializers.IntegerField(help_text="Verdicts nobody has looked at yet.")
    rate = RateSerializer(allow_null=True, help_text="Null until one is looked at.")


class KnownAnswersSerializer(serializers.Serializer[Any]):
    """What the known answers measured. For the campaign's team alone."""

    count = serializers.IntegerField()
    microtasks = serializers.IntegerField()
    answers = serializers.IntegerField()
    right = serializers.IntegerField()


class AnnouncementRequestSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=150)
    text = serializers.CharField(max_length=5000)


class AnnouncementSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    made_at = serializers.DateTimeField()

"""Audits, and known answers: how right a campaign's verdicts and people are."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from crowd.models import AuditItem


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


class AuditItemSerializer(serializers.Serializer[Any]):
    """A verdict that was drawn; in a sample of people, one answer of the person drawn."""

    id = serializers.IntegerField()
    verdict = serializers.IntegerField(source="verdict_id")
    step = serializers.CharField(source="verdict.microtask.step.key")
    excerpt = serializers.IntegerField(source="verdict.microtask.excerpt_id")
    values = serializers.SerializerMethodField(help_text="What is held to be right.")

    def get_values(self, item: AuditItem) -> dict[str, Any]:
        if item.answer is not None:
            return dict(item.answer.values)
        return {key: said["value"] for key, said in item.verdict.values.items()}


class DrawnAuditSerializer(AuditSerializer):
    items = AuditItemSerializer(many=True)


class CheckRequestSerializer(serializers.Serializer[Any]):
    right = serializers.BooleanField()


class DrawRequestSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=500)


class WriteRequestSerializer(serializers.Serializer[Any]):
    values = serializers.DictField(help_text="As in an answer.")


class WaitingMicrotaskSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    step = serializers.CharField(source="step.key")
    excerpt = serializers.IntegerField(source="excerpt_id")


class ToWriteSerializer(serializers.Serializer[Any]):
    microtask = WaitingMicrotaskSerializer(allow_null=True)


class KnownAnswersSerializer(serializers.Serializer[Any]):
    """What the known answers measured. For the campaign's team alone."""

    count = serializers.IntegerField()
    offered = serializers.IntegerField(help_text="That could be taken now.")
    microtasks = serializers.IntegerField()
    answers = serializers.IntegerField()
    right = serializers.IntegerField()

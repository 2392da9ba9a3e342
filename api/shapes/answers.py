"""Answers: what is said, and what became of it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.shapes import choices
from api.shapes.assignments import ClaimSerializer
from api.shapes.fields import ClientId, Flag, ShapedValues, Values
from crowd.services import points
from crowd.services.history import HistoryItem


@extend_schema_serializer(component_name="Answer")
class AnswerRequestSerializer(ShapedValues, serializers.Serializer[Any]):
    id = ClientId(help_text="Made by you; sent again, the answer is recognised.")
    values = Values(required=False, default=dict)
    badly_cut = Flag(
        required=False, default=False, help_text="The excerpt can't be read; values are ignored."
    )
    next = Flag(required=False, default=False, help_text="Claim the next one in the same request.")


@extend_schema_serializer(component_name="Correcting")
class CorrectionRequestSerializer(ShapedValues, serializers.Serializer[Any]):
    id = ClientId(help_text="Made by you; sent again, the correction is recognised.")
    values = Values(required=False, default=dict)
    badly_cut = Flag(
        required=False, default=False, help_text="The excerpt can't be read; values are ignored."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    assignment = serializers.IntegerField(source="assignment_id")
    microtask = serializers.IntegerField(source="microtask_id")
    values = Values()
    badly_cut = serializers.BooleanField()
    given_at = serializers.DateTimeField()


class ReceiptSerializer(serializers.Serializer[Any]):
    answer = AnswerSerializer()
    outcome = serializers.ChoiceField(choices=choices.RECEIPT_OUTCOMES)
    next = ClaimSerializer(allow_null=True)


class CorrectionSerializer(serializers.Serializer[Any]):
    answer = AnswerSerializer()
    outcome = serializers.ChoiceField(choices=choices.RECEIPT_OUTCOMES)


class MyAnswerSerializer(serializers.Serializer[Any]):
    """One of my answers, and what became of it."""

    answer = AnswerSerializer()
    campaign = serializers.CharField(source="answer.microtask.campaign.slug")
    step = serializers.CharField(source="answer.microtask.step.key")
    about = serializers.CharField(source="answer.microtask.about")
    excerpt = serializers.IntegerField(source="answer.microtask.excerpt_id")
    set_aside = serializers.SerializerMethodField(help_text="Why it does not count; null: it does.")
    verdict = serializers.SerializerMethodField(help_text="Null while others are still asked.")
    may_correct = serializers.BooleanField(help_text="It may still be corrected.")
    agrees = serializers.SerializerMethodField(help_text="Whether the verdict says the same.")
    points = serializers.SerializerMethodField(help_text="What it earned, or cost.")

    @extend_schema_field(
        serializers.ChoiceField(choices=choices.SET_ASIDE_REASONS, allow_null=True)
    )
    def get_set_aside(self, item: HistoryItem) -> str | None:
        return item.answer.set_aside_reason or None

    def get_verdict(self, item: HistoryItem) -> int | None:
        return item.verdict.pk if item.verdict else None

    def get_agrees(self, item: HistoryItem) -> bool | None:
        return item.agrees

    def get_points(self, item: HistoryItem) -> float | None:
        if item.points is None:
            return None
        return round(float(item.points) * points.SHOWN_PER_POINT, 1)

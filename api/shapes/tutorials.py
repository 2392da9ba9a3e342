"""Tutorials: what is asked to learn, and what is right."""

from typing import Any

from rest_framework import serializers

from api.shapes.assignments import MicroTaskSerializer
from api.shapes.fields import Values


class LessonSerializer(serializers.Serializer[Any]):
    """One question of a tutorial, as it would be asked."""

    id = serializers.IntegerField()
    microtask = MicroTaskSerializer()


class LessonAnswerSerializer(serializers.Serializer[Any]):
    values = Values(required=False, default=dict)


class FeedbackSerializer(serializers.Serializer[Any]):
    """How what was said compares with what is right; nothing of it is kept."""

    right = serializers.BooleanField(help_text="All of it.")
    agrees = serializers.SerializerMethodField(help_text="Question key → whether it is right.")
    values = serializers.SerializerMethodField(help_text="What is right.")
    note = serializers.CharField(source="lesson.note", help_text="Why.")

    def get_agrees(self, feedback: Any) -> dict[str, bool]:
        return {each.question.key: each.agrees for each in feedback.said}

    def get_values(self, feedback: Any) -> dict[str, Any]:
        return dict(feedback.lesson.values)

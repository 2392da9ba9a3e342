"""Objections, to whoever made them and to the team."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Flag, Text
from crowd.services.objections import LONGEST_REASON


class ObjectingSerializer(serializers.Serializer[Any]):
    reason = Text(required=False, default="", allow_blank=True, max_length=LONGEST_REASON)


class MyObjectionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    verdict = serializers.IntegerField(source="verdict_id")
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=choices.OBJECTION_STATES)
    made_at = serializers.DateTimeField()
    heard_at = serializers.DateTimeField(
        allow_null=True, help_text="When one more opinion had come; null: it is still asked for."
    )


class ObjectionSerializer(MyObjectionSerializer):
    """As the campaign's team sees it; who objects is not told."""

    microtask = serializers.IntegerField(source="verdict.microtask_id")
    excerpt = serializers.IntegerField(source="verdict.microtask.excerpt_id")


class DecidingSerializer(serializers.Serializer[Any]):
    granted = Flag(help_text="Whether the objection was right.")

"""Legal texts, and permits to launch."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Language
from crowd.services import launching, legal


class NewLegalTextSerializer(serializers.Serializer[Any]):
    language = Language()
    body = serializers.CharField(max_length=legal.LONGEST, help_text="Markdown.")


class LegalTextSerializer(NewLegalTextSerializer):
    topic = serializers.ChoiceField(choices=choices.LEGAL_TOPICS)
    made_at = serializers.DateTimeField(
        allow_null=True, help_text="null: the words that come with Tamis."
    )


class LaunchAskSerializer(serializers.Serializer[Any]):
    about = serializers.CharField(
        max_length=launching.LONGEST_ABOUT, help_text="What the campaign would be about."
    )


class LaunchingSerializer(serializers.Serializer[Any]):
    may_launch = serializers.BooleanField()
    may_ask = serializers.BooleanField(help_text="Asking for it leads somewhere here.")
    state = serializers.ChoiceField(
        choices=choices.LAUNCH_STATES,
        allow_null=True,
        help_text="Of what was asked; null: nothing.",
    )
    about = serializers.CharField(allow_blank=True, help_text="What was asked.")

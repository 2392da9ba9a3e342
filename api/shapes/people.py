"""What is kept of you, and of which devices you are."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.contributors import ContributorSerializer
from api.shapes.fields import ClientId, Flag, Text
from crowd.models.mails import Topic


class ForgettingSerializer(serializers.Serializer[Any]):
    withdraw = serializers.ChoiceField(
        choices=choices.WITHDRAWALS,
        default="none",
        help_text="Answers with free text or files: keep, withdraw all, or those in `answers`.",
    )
    answers = serializers.ListField(
        child=ClientId(), default=list, max_length=10_000, required=False
    )


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="letters")
    until = serializers.DateTimeField()


class JoiningSerializer(serializers.Serializer[Any]):
    code = Text(max_length=20)


class JoinedSerializer(serializers.Serializer[Any]):
    contributor = ContributorSerializer()
    token = serializers.CharField(
        allow_null=True, help_text="Of the guest who speaks for both; null: an account does."
    )


class MailChoicesSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {topic.value: Flag(required=False, help_text=str(topic.label)) for topic in Topic}

"""API keys. Their secret is in one answer, once."""

from typing import Any

from rest_framework import serializers

from crowd.models.users import Scope
from crowd.services import accounts


class KeySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    campaign = serializers.CharField(
        source="campaign.slug", default=None, allow_null=True, help_text="The only one it reaches."
    )
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the hour.")


class NewKeySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=accounts.LONGEST_KEY_NAME, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False
    )
    campaign = serializers.SlugField(
        required=False, allow_null=True, default=None, help_text="The only one it shall reach."
    )
    days = serializers.IntegerField(
        min_value=1,
        max_value=accounts.LONGEST_KEY_LIFE,
        required=False,
        allow_null=True,
        default=None,
        help_text="Until it expires; null: never.",
    )


class MadeKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Shown this once: keep it where nobody else reads.")

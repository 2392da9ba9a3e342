"""Webhooks: what an address is told, and what came of it. A secret is shown when it is made."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crowd import sentences
from crowd.models import WebhookDelivery
from crowd.models.webhooks import EventKind, Stopped, WebhookState


class WebhookSerializer(serializers.Serializer[Any]):
    """An address, and what it is told."""

    id = serializers.IntegerField(source="pk")
    address = serializers.CharField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=EventKind.choices))
    stopped = serializers.ChoiceField(
        choices=Stopped.choices,
        allow_blank=True,
        help_text="Why nothing is sent any more; empty: it is sent to.",
    )
    failing_since = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField(help_text="Failures in a row.")
    made_at = serializers.DateTimeField()


class SecretSerializer(serializers.Serializer[Any]):
    """A secret, shown this once."""

    secret = serializers.CharField(help_text="`whsec_…`; checks the header webhook-signature.")


class MadeWebhookSerializer(WebhookSerializer, SecretSerializer):
    """A new webhook, with its secret."""


class NewWebhookSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=2000, help_text="Of a server on the public network.")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=EventKind.choices), min_length=1
    )


class WebhookChangeSerializer(serializers.Serializer[Any]):
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=EventKind.choices), min_length=1, required=False
    )
    active = serializers.BooleanField(
        required=False, help_text="false stops it, true lets it go on."
    )


SHOWN = [each for each in WebhookState.choices if each[0] != WebhookState.HELD.value]


class WebhookDeliverySerializer(serializers.Serializer[Any]):
    """One event, and what came of it."""

    event = serializers.UUIDField(help_text="The header webhook-id, each time it is sent.")
    kind = serializers.CharField()
    payload = serializers.JSONField(help_text="The `data` that is sent: numbers and links.")
    state = serializers.ChoiceField(choices=SHOWN)
    attempts = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    next_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True, help_text="Answered last.")
    problem = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(help_text="What kept the last answer from coming."))
    def get_problem(self, delivery: WebhookDelivery) -> str:
        if not delivery.problem_code:
            return ""
        return sentences.sentence_of(delivery.problem_code, delivery.problem_params)

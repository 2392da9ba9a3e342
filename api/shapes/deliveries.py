"""Deliveries: what came together, how far its reading is, what of it was refused."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.problems import SaidSerializer
from crowd import sentences
from crowd.models import Delivery, Refusal
from crowd.services.deliveries import Summary


class DeliverySerializer(serializers.Serializer[Any]):
    """One delivery, with the archives that were found inside of it."""

    id = serializers.IntegerField(source="delivery.pk")
    campaign = serializers.CharField(source="delivery.campaign.slug")
    kind = serializers.ChoiceField(source="delivery.kind", choices=choices.DELIVERY_KINDS)
    name = serializers.CharField(source="delivery.name")
    source_url = serializers.CharField(source="delivery.source_url")
    state = serializers.ChoiceField(source="delivery.state", choices=choices.DELIVERY_STATES)
    unfinished = serializers.BooleanField(help_text="Whether something of it is still to be read.")
    entries_known = serializers.IntegerField(
        source="known", allow_null=True, help_text="Null until somebody has looked into it."
    )
    entries_done = serializers.IntegerField(source="done")
    documents = serializers.IntegerField(help_text="How many of its entries became documents.")
    refused = serializers.IntegerField(help_text="How many could not: see /problems.")
    problem = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField(source="delivery.received_at")
    finished_at = serializers.DateTimeField(source="delivery.finished_at", allow_null=True)

    @extend_schema_field(SaidSerializer(allow_null=True))
    def get_problem(self, summary: Summary) -> dict[str, str] | None:
        return said(summary.delivery)


class RefusedSerializer(serializers.Serializer[Any]):
    """One entry that could not become a document."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="With its folders, or its address.")
    position = serializers.IntegerField(
        allow_null=True, help_text="Which entry, from 1; null when files came one by one."
    )
    problem = serializers.SerializerMethodField()
    refused_at = serializers.DateTimeField()

    @extend_schema_field(SaidSerializer)
    def get_problem(self, refusal: Refusal) -> dict[str, str] | None:
        return said(refusal)


class AddressesSerializer(serializers.Serializer[Any]):
    """What to fetch: a list of files, or a IIIF manifest or collection."""

    urls = serializers.ListField(
        child=serializers.CharField(max_length=2000), required=False, allow_empty=False
    )
    iiif = serializers.CharField(max_length=2000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give either “urls” or “iiif”."))
        return attrs


def said(about: Delivery | Refusal) -> dict[str, str] | None:
    """A problem that was kept, in the reader's language."""
    if not about.problem_code:
        return None
    detail = sentences.sentence_of(about.problem_code, about.problem_params)
    return {"code": about.problem_code, "detail": detail}

"""Batches: some assignments together."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes.assignments import AssignmentSerializer, NothingSerializer, nothing
from crowd.models import Batch
from crowd.services import batches


class BatchSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.CharField(source="campaign.slug")
    lent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When the leases end; answers still may come.")
    assignments = serializers.SerializerMethodField(help_text="Those still to be answered.")

    @extend_schema_field(AssignmentSerializer(many=True))
    def get_assignments(self, batch: Batch) -> Any:
        held = batches.contents(batch=batch)
        return AssignmentSerializer(held, many=True, context=self.context).data


class BatchReplySerializer(serializers.Serializer[Any]):
    """A batch, or why there is none."""

    batch = BatchSerializer(allow_null=True)
    nothing = serializers.SerializerMethodField()

    @extend_schema_field(NothingSerializer(allow_null=True))
    def get_nothing(self, told: dict[str, Any]) -> dict[str, str] | None:
        return nothing(told["reason"])

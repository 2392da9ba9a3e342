"""Reports of personal data."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices, fields
from crowd.services.reports import LONGEST_NOTE


class ReportingSerializer(serializers.Serializer[Any]):
    note = fields.Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_NOTE,
        help_text="What is there, without repeating it.",
    )


class ReportedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    excerpt = serializers.IntegerField(source="excerpt_id")
    hidden = serializers.BooleanField(
        source="hides", help_text="Whether it was hidden at once; if not, someone will look at it."
    )
    state = serializers.ChoiceField(choices=choices.REPORT_STATES)


class ReportSerializer(ReportedSerializer):
    """As the campaign's team sees it; who reported is not told."""

    note = serializers.CharField()
    document = serializers.IntegerField(source="excerpt.document_id")
    made_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)

"""Drafts: what is typed, by the names that the play page's inputs have."""

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Text

NAMES = "Name of an input of the play page (`q-KEY`) → all that was typed or ticked there."
LONGEST_NAME = 200


def typed(**more: Any) -> serializers.DictField:
    """What was typed, whatever it is worth as an answer."""
    values = serializers.ListField(child=Text(allow_blank=True, trim_whitespace=False))
    return serializers.DictField(child=values, help_text=NAMES, **more)


class TypedSerializer(serializers.Serializer[Any]):
    typed = typed()
    seen = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        default=0,
        help_text="The revision you know; 0: none. What you did not know of comes back to you.",
    )


class DraftSerializer(serializers.Serializer[Any]):
    typed = typed(source="fields")
    revision = serializers.IntegerField()
    written_at = serializers.DateTimeField()


class KeptDraftSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(source="draft.revision")
    overtaken = typed(allow_null=True)

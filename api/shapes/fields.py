"""Fields that take exactly what JSON means: `true` is a boolean, "true" is a text."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from jsonschema import Draft202012Validator
from rest_framework import serializers

SHARE = {"type": "number", "minimum": 0, "maximum": 1}
MARK_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A box (left, top, right, bottom) or a point, as fractions of the picture.",
    "properties": {
        "box": {"type": "array", "items": SHARE, "minItems": 4, "maxItems": 4},
        "point": {"type": "array", "items": SHARE, "minItems": 2, "maxItems": 2},
        "label": {"type": "string"},
    },
}
ROW_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A row of a table: column key → cell; null: empty.",
    "additionalProperties": {"type": ["string", "number", "null"]},
}
VALUE_SCHEMA: dict[str, Any] = {
    "description": (
        "An option, options, a text, a number, a date (2014, 2014-03, 2014-03-12, each with ~ "
        "when approximate), the rows of a table ([]: nothing declared), marks on the picture "
        "([]: nothing to mark), the id of an uploaded file; null: can't tell. Numbers and dates "
        "may be sent as people type them."
    ),
    "anyOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, MARK_SCHEMA, ROW_SCHEMA]}},
        {"type": "null"},
    ],
}
VALUES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Question key → value.",
    "additionalProperties": VALUE_SCHEMA,
}


class Flag(serializers.BooleanField):
    """`true` or `false`, nothing that merely looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Text(serializers.CharField):
    """A text, never a number read as one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ClientId(serializers.UUIDField):
    """A UUID in its usual form."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or len(data) != len("00000000-0000-0000-0000-000000000000"):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Language(serializers.ChoiceField):
    """One of the languages Tamis speaks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=settings.LANGUAGES, **options)


@extend_schema_field(VALUE_SCHEMA)
class Value(serializers.JSONField):
    """One value, as stored."""


@extend_schema_field(VALUES_SCHEMA)
class Values(serializers.JSONField):
    """Values by question key."""

    default_error_messages = {
        "not_an_object": _("An object is expected here: question key → value.")
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("not_an_object")
        return data


class ShapedValues:
    """Of a request with values: those of what is badly cut count for nothing, and no rule of a
    question looks at them, but they are values all the same.
    """

    shape = Draft202012Validator(VALUES_SCHEMA)
    told = _("Question key → a text, a number, a list or null is expected here.")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["badly_cut"] and not self.shape.is_valid(asked["values"]):
            raise serializers.ValidationError({"values": [self.told]})
        return asked

"""Steps, as a campaign's team arranges them."""

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Flag


class MoveSerializer(serializers.Serializer[Any]):
    up = Flag(help_text="Before the step that comes before it now; else behind the next.")

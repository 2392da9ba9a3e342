"""What open data there are to take along."""

from typing import Any

from rest_framework import serializers


class FormatSerializer(serializers.Serializer[Any]):
    format = serializers.CharField(help_text="Its name in addresses.")
    media_type = serializers.CharField()
    streamed = serializers.BooleanField(help_text="Sent while it is read, whatever the size.")
    url = serializers.URLField()


class FormatsSerializer(serializers.Serializer[Any]):
    licence = serializers.CharField(help_text="Of the data, as the campaign says.")
    formats = FormatSerializer(many=True)

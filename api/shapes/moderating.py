"""Words that wait for a campaign's reviewers."""

from typing import Any

from rest_framework import serializers

from api.shapes.fields import Flag
from api.shapes.finds import FindSerializer
from api.shapes.targets import CommentSerializer


class WaitingWordsSerializer(serializers.Serializer[Any]):
    finds = FindSerializer(many=True)
    comments = CommentSerializer(many=True)


class ShowingSerializer(serializers.Serializer[Any]):
    shown = Flag(help_text="For everyone to see.")

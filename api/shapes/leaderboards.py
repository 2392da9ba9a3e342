"""Leaderboards: only those who chose a pseudonym and to be listed."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices

LONGEST = 100


class RowSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    pseudonym = serializers.CharField(help_text="Or the name of a team.")
    team = serializers.CharField(source="slug", help_text="A team's address; empty for people.")
    points = serializers.IntegerField()
    is_you = serializers.BooleanField()


class BoardSerializer(serializers.Serializer[Any]):
    period = serializers.ChoiceField(choices=choices.PERIOD_NAMES)
    who = serializers.ChoiceField(choices=choices.BOARDS_OF)
    rows = RowSerializer(many=True, help_text="The top, best first.")
    you = RowSerializer(allow_null=True, help_text="Your row, when you are listed here.")
    neighbours = RowSerializer(many=True, help_text="You and those next to you, below the top.")
    total_listed = serializers.IntegerField()
    is_closed = serializers.BooleanField(
        help_text="Fewer than five people are listed: the site's boards and a week's wait for them."
    )


class BoardRequestSerializer(serializers.Serializer[Any]):
    period = serializers.ChoiceField(choices=choices.PERIOD_NAMES, required=False, default="all")
    who = serializers.ChoiceField(choices=choices.BOARDS_OF, required=False, default="people")
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=LONGEST)

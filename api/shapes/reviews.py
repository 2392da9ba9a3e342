"""Reviews, flags, and how reliable one is."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Flag, ShapedValues, Values


class ReviewRequestSerializer(ShapedValues, serializers.Serializer[Any]):
    values = Values(required=False, default=dict)
    badly_cut = Flag(required=False, default=False, help_text="The excerpt can't be read.")


class ReviewSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    microtask = serializers.IntegerField(source="microtask_id")
    values = Values()
    badly_cut = serializers.BooleanField()
    made_at = serializers.DateTimeField()


class SuspicionSerializer(serializers.Serializer[Any]):
    """Something odd in one person's answers."""

    id = serializers.IntegerField(source="flag.pk")
    kind = serializers.ChoiceField(choices=choices.FLAG_KINDS, source="flag.kind")
    person = serializers.IntegerField(
        source="flag.contributor_id", help_text="A number, the same in all flags; no name."
    )
    measured = serializers.DictField(source="flag.measured", help_text="What was measured.")
    state = serializers.ChoiceField(choices=choices.FLAG_STATES, source="flag.state")
    answers = serializers.IntegerField(help_text="Answers of this person in this campaign.")
    made_at = serializers.DateTimeField(source="flag.made_at")


class DecisionRequestSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=choices.FLAG_STATES)


class StandingSerializer(serializers.Serializer[Any]):
    """What one's own answers to one kind of question have come to."""

    kind = serializers.ChoiceField(choices=choices.QUESTION_KINDS)
    answers = serializers.IntegerField(help_text="Those that others have answered too.")
    standing = serializers.ChoiceField(choices=choices.STANDINGS, source="standing.value")

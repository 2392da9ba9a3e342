"""What a campaign's team prepares and tells."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Text
from crowd import sentences
from crowd.services import outcomes, thanks
from crowd.services.goals import LARGEST_TARGET, LONGEST_TITLE
from crowd.services.readiness import Missing


class MissingSerializer(serializers.Serializer[Any]):
    stage = serializers.CharField(source="stage.value", help_text="On which page it is mended.")
    needed = serializers.BooleanField(help_text="The campaign can't open without it.")
    code = serializers.CharField(source="problem.code", help_text="Stable.")
    detail = serializers.SerializerMethodField()

    def get_detail(self, missing: Missing) -> str:
        return sentences.sentence(missing.problem)


class CampaignGameSerializer(serializers.Serializer[Any]):
    game = serializers.ChoiceField(choices=choices.GAMES)


class NewGoalSerializer(serializers.Serializer[Any]):
    title = Text(max_length=LONGEST_TITLE)
    target = serializers.IntegerField(min_value=1, max_value=LARGEST_TARGET)
    until = serializers.DateField(required=False, default=None, allow_null=True)


class ThanksSerializer(serializers.Serializer[Any]):
    words = Text(max_length=thanks.LONGEST)


class SaidThanksSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    words = serializers.CharField()
    people = serializers.IntegerField(help_text="To whom it was said.")
    made_at = serializers.DateTimeField()


class OutcomeSerializer(serializers.Serializer[Any]):
    outcome = Text(max_length=outcomes.LONGEST, allow_blank=True)

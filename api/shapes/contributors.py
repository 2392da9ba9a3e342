"""Contributors, to themselves."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Flag, Language, Text
from crowd.models import Contributor
from crowd.services import game, points


class PointsSerializer(serializers.Serializer[Any]):
    points = serializers.IntegerField(
        required=False, help_text="Absent where the game is switched off."
    )
    confirmed = serializers.IntegerField(help_text="Answers that say what their verdict says.")
    not_confirmed = serializers.IntegerField()
    contested = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Answers without a verdict yet.")


class ContributorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=choices.CONTRIBUTOR_KINDS)
    pseudonym = serializers.CharField(allow_null=True)
    listed = serializers.BooleanField(
        allow_null=True, help_text="On the leaderboards; null: not asked yet."
    )
    language = serializers.CharField()
    reads = serializers.SerializerMethodField(help_text="Codes of languages; none: all.")
    no_handwriting = serializers.BooleanField(help_text="Is given no handwriting to read.")
    no_sensitive = serializers.BooleanField(help_text="Is given no sensitive topics.")
    points = serializers.SerializerMethodField()

    def get_reads(self, contributor: Contributor) -> list[str]:
        return [code for code in contributor.reads.split(",") if code]

    @extend_schema_field(PointsSerializer)
    def get_points(self, contributor: Contributor) -> Any:
        found = PointsSerializer(points.summary(contributor=contributor)).data
        if not game.shown_to(contributor=contributor).points:
            found.pop("points")
        return found


@extend_schema_serializer(component_name="Guest")
class GuestRequestSerializer(serializers.Serializer[Any]):
    language = Language(required=False)


class GuestSerializer(serializers.Serializer[Any]):
    contributor = ContributorSerializer()
    token = serializers.CharField(help_text="Send it as `Authorization: Bearer …`. Keep it safe.")


class ContributorChangeSerializer(serializers.Serializer[Any]):
    pseudonym = Text(required=False, allow_blank=True, allow_null=True)
    listed = Flag(required=False)
    language = Language(required=False)
    reads = serializers.ListField(child=Text(max_length=8), max_length=10, required=False)
    no_handwriting = Flag(required=False)
    no_sensitive = Flag(required=False)

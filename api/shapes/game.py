"""The game: badges, levels, goals, teams, certificates, and the switches."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Flag, Text
from crowd.models import Team
from crowd.services import teams


class BadgeSerializer(serializers.Serializer[Any]):
    """One badge, yours or still to be earned."""

    kind = serializers.ChoiceField(choices=choices.BADGE_KINDS)
    name = serializers.CharField(source="kind.label")
    earned_at = serializers.DateTimeField(source="badge.earned_at", default=None, allow_null=True)
    verdict = serializers.IntegerField(
        source="badge.verdict_id",
        default=None,
        allow_null=True,
        help_text="What it was given for, if one verdict.",
    )


class LevelSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    name = serializers.ChoiceField(choices=choices.LEVELS, source="level.value")
    since = serializers.IntegerField(help_text="Points from which it is reached.")
    until = serializers.IntegerField(
        allow_null=True, help_text="Points of the next; null on the last."
    )


class BadgesSerializer(serializers.Serializer[Any]):
    level = LevelSerializer()
    badges = BadgeSerializer(many=True)


class GoalSerializer(serializers.Serializer[Any]):
    """Answers a week, Monday to Sunday (UTC)."""

    answers = serializers.IntegerField(source="goal.answers", default=None, allow_null=True)
    paused = serializers.BooleanField(source="goal.paused", default=False)
    given = serializers.IntegerField(help_text="Answers this week.")


class GoalChangeSerializer(serializers.Serializer[Any]):
    answers = serializers.IntegerField(
        required=False, allow_null=True, help_text="1 to 1000; null: no goal."
    )
    paused = Flag(required=False)


class SwitchesSerializer(serializers.Serializer[Any]):
    """Whatever is chosen, answers count the same."""

    no_game = Flag(required=False, help_text="No points, levels, badges or goals.")
    no_ranks = Flag(required=False, help_text="No leaderboards.")
    calm = Flag(required=False, help_text="Nothing pops up or moves; your socket is silent.")


class TogetherSerializer(serializers.Serializer[Any]):
    """What a campaign's people fill together."""

    title = serializers.CharField(source="goal.title")
    total = serializers.IntegerField(help_text="Excerpts to confirm.")
    settled = serializers.IntegerField(help_text="Confirmed since the goal was set.")
    until = serializers.DateField(source="goal.until", allow_null=True)
    reached_at = serializers.DateTimeField(source="goal.reached_at", allow_null=True)


class TeamSerializer(serializers.Serializer[Any]):
    """A team of volunteers and what it has come to."""

    team = serializers.CharField(source="slug", help_text="Its address.")
    name = serializers.CharField()
    is_open = serializers.BooleanField(help_text="Anyone may join; else who has its link.")
    made_at = serializers.DateTimeField()
    members = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField()

    @extend_schema_field(serializers.IntegerField())
    def get_members(self, team: Team) -> int:
        return teams.summary(team=team).members

    @extend_schema_field(serializers.IntegerField())
    def get_points(self, team: Team) -> int:
        return teams.summary(team=team).points


class TeamRequestSerializer(serializers.Serializer[Any]):
    name = Text(max_length=teams.LONGEST)
    is_open = Flag(required=False, default=True)


class ArrangementSerializer(serializers.Serializer[Any]):
    name = Text(required=False, max_length=teams.LONGEST)
    is_open = Flag(required=False)
    new_code = Flag(required=False, default=False, help_text="The link before leads nowhere then.")


class ArrangedTeamSerializer(TeamSerializer):
    code = serializers.CharField(help_text="Of its invitation link. For its founder alone.")


class JoinTeamSerializer(serializers.Serializer[Any]):
    team = serializers.CharField(allow_null=True, help_text="Its address; null: leave the team.")
    code = Text(required=False, default="", allow_blank=True, help_text="Of the invitation link.")


class CertificateRequestSerializer(serializers.Serializer[Any]):
    bearer = Text(max_length=80, help_text="The name on it.")
    campaign = serializers.CharField(required=False, default="", help_text="All, when empty.")


class CertificateSerializer(serializers.Serializer[Any]):
    """What someone has given, as it stood. Hours are estimated: see docs/game.md."""

    code = serializers.CharField()
    bearer = serializers.CharField()
    campaign = serializers.CharField(source="campaign.slug", default=None, allow_null=True)
    minutes = serializers.IntegerField()
    answers = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    made_at = serializers.DateTimeField()

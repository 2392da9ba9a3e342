"""Rooms: people who answer together."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crowd.models import Room
from crowd.services import rooms


class TeamTallySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    people = serializers.IntegerField()
    answers = serializers.IntegerField()


class TallySerializer(serializers.Serializer[Any]):
    """What a room has done: counts, no names."""

    people = serializers.IntegerField()
    answers = serializers.IntegerField()
    total = serializers.IntegerField(help_text="Micro-tasks that someone here has answered.")
    settled = serializers.IntegerField()
    contested = serializers.IntegerField()
    set_aside = serializers.IntegerField()
    teams = TeamTallySerializer(many=True)


class RoomSerializer(serializers.Serializer[Any]):
    """A room, for whoever has its code."""

    code = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    campaign = serializers.CharField(source="campaign.slug")
    teams = serializers.ListField(child=serializers.CharField(), help_text="Names, in order.")
    trusted = serializers.BooleanField(help_text="Its people decide as independent people.")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    tally = serializers.SerializerMethodField()

    @extend_schema_field(TallySerializer)
    def get_tally(self, room: Room) -> Any:
        return TallySerializer(rooms.tally(room=room)).data


class NewRoomSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, allow_blank=True, default="")
    teams = serializers.ListField(
        child=serializers.CharField(max_length=rooms.LONGEST_NAME),
        max_length=rooms.MOST_TEAMS,
        default=list,
    )
    trusted = serializers.BooleanField(default=True)


class RoomChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays."""

    title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    teams = serializers.ListField(
        child=serializers.CharField(max_length=rooms.LONGEST_NAME),
        max_length=rooms.MOST_TEAMS,
        required=False,
    )
    trusted = serializers.BooleanField(required=False)


class SitSerializer(serializers.Serializer[Any]):
    team = serializers.IntegerField(
        min_value=0,
        required=False,
        allow_null=True,
        help_text="The number of a team, from 0; for rooms that have teams.",
    )

"""Machine volunteers. A token is in one answer, once."""

from typing import Any

from rest_framework import serializers

from crowd.services import machines


class MachineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    suggests = serializers.BooleanField(
        help_text="Whether one person a micro-task is shown what it says, to take over or correct."
    )
    made_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)


class MadeMachineSerializer(MachineSerializer):
    token = serializers.CharField(help_text="Shown this once; sent as `Authorization: Bearer …`.")


class NewMachineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=machines.LONGEST_NAME)


class MachineChangeSerializer(serializers.Serializer[Any]):
    suggests = serializers.BooleanField(required=False)
    stopped = serializers.BooleanField(required=False)

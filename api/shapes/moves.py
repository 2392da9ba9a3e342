"""Moves: projects that come in, campaigns that leave as a whole."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crowd.models import Move
from crowd.models.moves import MoveKind, MoveState
from crowd.sentences import sentence_of


class RefusedLineSerializer(serializers.Serializer[Any]):
    where = serializers.CharField(help_text="Which line of the file.")
    code = serializers.CharField()
    detail = serializers.SerializerMethodField(help_text="Why, in a sentence.")

    def get_detail(self, line: dict[str, Any]) -> str:
        return sentence_of(line["code"], line["params"])


class BringInSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="ZIP or JSON: see the operation.")
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)


class MoveSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=MoveKind.choices)
    state = serializers.ChoiceField(choices=MoveState.choices)
    campaign = serializers.CharField(
        source="campaign.slug", allow_null=True, default=None, help_text="Slug, once it is there."
    )
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    refused_count = serializers.IntegerField()
    refusals = RefusedLineSerializer(many=True, help_text="The first of them.")
    problem = serializers.SerializerMethodField(help_text="Why it failed, in a sentence.")

    @extend_schema_field(serializers.CharField())
    def get_problem(self, move: Move) -> str:
        return sentence_of(move.problem_code, move.problem_params) if move.problem_code else ""

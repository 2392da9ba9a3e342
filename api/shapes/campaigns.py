"""Campaigns, their steps and questions, and how far they are."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from crowd.models import Campaign, Step
from crowd.services import flow, progress

OPTIONS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["value", "label"],
        "properties": {"value": {"type": "string"}, "label": {"type": "string"}},
    },
}
SETTINGS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "max_length": {"type": "integer", "description": "Characters of a text."},
        "multiline": {"type": "boolean"},
        "min": {"type": "number"},
        "max": {"type": "number"},
        "unit": {"type": "string"},
    },
}
CONDITION_SCHEMA: dict[str, Any] = {
    "type": ["object", "null"],
    "description": (
        "The earlier step's question whose verdict opens this step: for `each` of its options, "
        "or when it `is` one."
    ),
    "properties": {
        "step": {"type": "string"},
        "question": {"type": "string"},
        "each": {"type": "boolean"},
        "is": {"type": "string"},
    },
}


@extend_schema_field(OPTIONS_SCHEMA)
class Options(serializers.JSONField):
    pass


@extend_schema_field(SETTINGS_SCHEMA)
class Settings(serializers.JSONField):
    pass


@extend_schema_field(CONDITION_SCHEMA)
class Condition(serializers.JSONField):
    pass


class QuestionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=choices.QUESTION_KINDS)
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    required = serializers.BooleanField(  # type: ignore[assignment]
        help_text="null (“can't tell”) is always an answer."
    )
    options = Options()
    settings = Settings()


class PolicySerializer(serializers.Serializer[Any]):
    agree = serializers.IntegerField(help_text="Answers that must agree.")
    at_most = serializers.IntegerField(help_text="Answers after which it is contested.")


class AskedStepSerializer(serializers.Serializer[Any]):
    """A step as a volunteer needs it."""

    key = serializers.CharField()
    title = serializers.CharField()
    instructions = serializers.CharField()
    questions = QuestionSerializer(many=True)

    def to_representation(self, step: Step) -> dict[str, Any]:
        # Every reply of the loop shows a step; `services.outlines` keeps each for a moment.
        kept: dict[type, dict[str, Any]] = vars(step).setdefault("_shown", {})
        if type(self) not in kept:
            kept[type(self)] = super().to_representation(step)
        return kept[type(self)]


class StepSerializer(AskedStepSerializer):
    opens_when = Condition()
    policy = PolicySerializer()
    lease_seconds = serializers.IntegerField()


class CountsSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text="Micro-tasks.")
    open = serializers.IntegerField()
    settled = serializers.IntegerField()
    contested = serializers.IntegerField()
    set_aside = serializers.IntegerField(help_text="Badly cut.")


class StepProgressSerializer(CountsSerializer):
    key = serializers.CharField()
    title = serializers.CharField()


class ProgressSerializer(CountsSerializer):
    answers = serializers.IntegerField()
    contributors = serializers.IntegerField()
    steps = StepProgressSerializer(many=True, source="per_step")


class FlowSerializer(serializers.Serializer[Any]):
    waiting = serializers.IntegerField(
        help_text=f"Answers not yet cross-checked; {flow.MOST_COUNTED} says “or more”."
    )
    behind_seconds = serializers.SerializerMethodField(
        help_text="How long the oldest of them has waited."
    )
    ready = serializers.IntegerField(
        allow_null=True, help_text="Micro-tasks in the queues; null: not known now."
    )
    is_checked = serializers.BooleanField(
        allow_null=True, help_text="Whether a worker has looked lately; null: not known now."
    )

    def get_behind_seconds(self, found: flow.Flow) -> float:
        return round(found.behind.total_seconds(), 1)


class CampaignSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    problem = serializers.CharField()
    state = serializers.ChoiceField(choices=choices.CAMPAIGN_STATES)
    language = serializers.CharField(help_text="Of its texts; numbers are read in it.")
    game = serializers.ChoiceField(choices=choices.GAMES)
    licence = serializers.CharField(help_text="Of the data.")
    deadline = serializers.DateField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class CampaignInFullSerializer(CampaignSerializer):
    solution = serializers.CharField()
    story = serializers.CharField()
    outcome = serializers.CharField()
    steps = StepSerializer(many=True)
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, campaign: Campaign) -> Any:
        return ProgressSerializer(progress.of_campaign(campaign)).data

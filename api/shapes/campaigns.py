"""Campaigns, their steps and questions, and how far they are."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from crowd.models import Campaign, Step
from crowd.rules.dates import ORDERS
from crowd.rules.entries import tables
from crowd.rules.entries.regions import SHAPES
from crowd.rules.sameness import FIELDS
from crowd.services import flow, progress

OPTIONS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["value", "label"],
        "properties": {"value": {"type": "string"}, "label": {"type": "string"}},
    },
}
COLUMN_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["key", "kind"],
    "properties": {
        "key": {"type": "string"},
        "label": {"type": "string"},
        "kind": {"type": "string", "enum": list(tables.KINDS)},
        "options": OPTIONS_SCHEMA,
        "settings": {"type": "object"},
    },
}
SETTINGS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "By the kind of question; `shown_when` for all of them.",
    "properties": {
        "field": {"type": "string", "enum": list(FIELDS), "description": "What a text is."},
        "min_length": {"type": "integer", "description": "Characters of a text."},
        "max_length": {"type": "integer", "description": "Characters of a text."},
        "multiline": {"type": "boolean"},
        "pattern": {"type": "string", "description": "Regular expression of a whole text."},
        "pattern_example": {"type": "string"},
        "min": {"type": ["number", "string"], "description": "Of numbers, dates, marks."},
        "max": {"type": ["number", "string"], "description": "Of numbers, dates, marks."},
        "unit": {"type": "string"},
        "tolerance": {"type": "number", "description": "Numbers, or days, taken as the same."},
        "estimate": {"type": "boolean", "description": "People guess; the mean is asked for."},
        "precision": {
            "type": ["number", "string"],
            "description": "How near an estimate must be; of dates, year, month or day.",
        },
        "order": {"type": "string", "enum": list(ORDERS), "description": "Of dates in figures."},
        "columns": {"type": "array", "items": COLUMN_SCHEMA},
        "min_rows": {"type": "integer"},
        "max_rows": {"type": "integer"},
        "shapes": {"type": "array", "items": {"type": "string", "enum": list(SHAPES)}},
        "overlap": {"type": "number", "description": "From which two boxes are the same one."},
        "shown_when": {
            "type": "object",
            "description": "An earlier question of this step, and what its answer must be.",
            "required": ["question"],
            "properties": {"question": {"type": "string"}, "is": {"type": ["string", "number"]}},
        },
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
    preset = serializers.ChoiceField(choices=choices.PRESETS, help_text="How sure, in a word.")
    sure = serializers.FloatField(
        allow_null=True, help_text="The probability wanted; null: as the preset says."
    )
    per_room = serializers.IntegerField(
        help_text="Deciding answers of one room, or of one burst of newcomers, at most."
    )
    agree = serializers.IntegerField(help_text="Answers that must agree.")
    at_most = serializers.IntegerField(help_text="Answers after which it is contested.")


class AskedStepSerializer(serializers.Serializer[Any]):
    """A step as a volunteer needs it."""

    key = serializers.CharField()
    title = serializers.CharField()
    instructions = serializers.CharField()
    example = serializers.CharField(help_text="A worked example, shown with the instructions.")
    questions = QuestionSerializer(many=True)

    def to_representation(self, step: Step) -> dict[str, Any]:
        # Every reply of the loop shows a step; `services.outlines` keeps each for a moment.
        kept: dict[type, dict[str, Any]] = vars(step).setdefault("_shown", {})
        if type(self) not in kept:
            kept[type(self)] = super().to_representation(step)
        return kept[type(self)]


class StepSerializer(AskedStepSerializer):
    opens_when = Condition()
    policy = PolicySerializer(source="*")
    lease_seconds = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Grows with each change; see changing a step.")


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
    use = serializers.CharField(help_text="What the data is for.")
    version = serializers.IntegerField(help_text="Of the cause: grows with every change.")
    outcome = serializers.CharField()
    steps = StepSerializer(many=True)
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, campaign: Campaign) -> Any:
        return ProgressSerializer(progress.of_campaign(campaign)).data

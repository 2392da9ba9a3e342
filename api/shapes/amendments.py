"""Changes after launch: other policies, corrected questions."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from crowd.services.step_descriptions import LONGEST


class PolicyRequestSerializer(serializers.Serializer[Any]):
    """Another policy for one step; what is left out stays."""

    step = serializers.SlugField()
    preset = serializers.ChoiceField(choices=choices.PRESETS, required=False)
    agree = serializers.IntegerField(min_value=1, max_value=99, required=False)
    at_most = serializers.IntegerField(min_value=1, max_value=99, required=False)


class OptionSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(max_length=100)
    label = serializers.CharField(max_length=500)  # type: ignore[assignment]


class QuestionRequestSerializer(serializers.Serializer[Any]):
    """A correction of one question; what is left out stays."""

    step = serializers.SlugField()
    question = serializers.SlugField()
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=500, required=False
    )
    help = serializers.CharField(allow_blank=True, required=False)
    options = OptionSerializer(many=True, required=False)
    settings = serializers.DictField(required=False)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]
    means_else = serializers.BooleanField(
        default=False, help_text="What is asked is not the same any more, whatever changed."
    )


class StepRequestSerializer(serializers.Serializer[Any]):
    """A correction of what a step says above its questions; what is left out stays."""

    step = serializers.SlugField()
    title = serializers.CharField(max_length=LONGEST["title"], required=False)
    instructions = serializers.CharField(
        allow_blank=True, max_length=LONGEST["instructions"], required=False
    )
    example = serializers.CharField(allow_blank=True, max_length=LONGEST["example"], required=False)
    means_else = serializers.BooleanField(
        default=False,
        help_text="The earlier words led people astray: their answers are set aside, and asked "
        "for again.",
    )


class AmendmentSerializer(serializers.Serializer[Any]):
    """A change after launch: what it comes to, and how far it is applied."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=choices.AMENDMENT_KINDS)
    step = serializers.CharField(source="step.key")
    question = serializers.CharField(
        source="question.key",
        allow_null=True,
        default=None,
        help_text="Null where it is about how sure a step is, or about a step's own words.",
    )
    before = serializers.DictField()
    after = serializers.DictField()
    effect = serializers.DictField(help_text="Empty while it is being weighed.")
    state = serializers.ChoiceField(choices=choices.AMENDMENT_STATES)
    done = serializers.IntegerField(help_text="Micro-tasks gone through.")
    total = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)

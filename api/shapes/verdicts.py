"""Verdicts, their proof, and excerpts with what is concluded about them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.excerpts import ExcerptSerializer
from api.shapes.fields import Value, Values
from crowd.models import Excerpt, MicroTask
from crowd.rules.lifecycle import MicroTaskState


class QuestionVerdictSerializer(serializers.Serializer[Any]):
    value = Value()
    outcome = serializers.ChoiceField(choices=choices.QUESTION_OUTCOMES)
    confidence = serializers.FloatField(help_text="0 to 1.")
    support = serializers.IntegerField(help_text="Answers that say exactly this.")
    answers = serializers.IntegerField(help_text="Answers that count for this question.")


class VerdictSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    microtask = serializers.IntegerField(source="microtask_id")
    excerpt = serializers.IntegerField(source="microtask.excerpt_id")
    step = serializers.CharField(source="microtask.step.key")
    about = serializers.CharField(source="microtask.about")
    revision = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=choices.VERDICT_OUTCOMES)
    values = serializers.DictField(
        child=QuestionVerdictSerializer(), help_text="By question key; empty when badly cut."
    )
    confidence = serializers.FloatField(help_text="Of the least sure question, 0 to 1.")
    answers_count = serializers.IntegerField()
    rule_version = serializers.CharField()
    made_at = serializers.DateTimeField()


class ProofSerializer(serializers.Serializer[Any]):
    """One answer the verdict stands on; nobody is named."""

    values = Values(source="answer.values")
    badly_cut = serializers.BooleanField(source="answer.badly_cut")
    weight = serializers.FloatField()
    agrees = serializers.BooleanField(help_text="It says what the verdict says, wholly.")


class VerdictInFullSerializer(VerdictSerializer):
    campaign = serializers.CharField(source="microtask.campaign.slug")
    is_current = serializers.BooleanField(help_text="False once a later revision replaced it.")
    proof = ProofSerializer(many=True)


class MicroTaskResultSerializer(serializers.Serializer[Any]):
    """What is asked about an excerpt, and what is concluded once it is."""

    id = serializers.IntegerField()
    step = serializers.CharField(source="step.key")
    about = serializers.CharField()
    state = serializers.SerializerMethodField()
    verdict = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=choices.MICROTASK_STATES))
    def get_state(self, microtask: MicroTask) -> str:
        shown = microtask.public_verdicts  # type: ignore[attr-defined]
        return microtask.state if shown else MicroTaskState.OPEN.value

    @extend_schema_field(VerdictSerializer(allow_null=True))
    def get_verdict(self, microtask: MicroTask) -> Any:
        found = next(iter(microtask.public_verdicts), None)  # type: ignore[attr-defined]
        return VerdictSerializer(found).data if found else None


class ExcerptInFullSerializer(ExcerptSerializer):
    campaign = serializers.CharField(source="campaign.slug")
    microtasks = serializers.SerializerMethodField()

    @extend_schema_field(MicroTaskResultSerializer(many=True))
    def get_microtasks(self, excerpt: Excerpt) -> Any:
        return MicroTaskResultSerializer(excerpt.shown_microtasks, many=True).data  # type: ignore[attr-defined]

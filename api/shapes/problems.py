"""Problem documents (RFC 9457)."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices


class ProblemErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        required=False, help_text="Where in the body: a JSON Pointer, such as #/values/topic."
    )
    parameter = serializers.CharField(required=False, help_text="Which parameter of the address.")
    header = serializers.CharField(required=False, help_text="Which header.")
    code = serializers.CharField(help_text="Stable; such as option_unknown.")
    detail = serializers.CharField(help_text="One sentence in the reader's language.")


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.URLField(help_text="Names the kind of problem, and describes it.")
    title = serializers.CharField(help_text="The kind of problem in a few words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong and what to do, for people.")
    code = serializers.ChoiceField(choices=choices.PROBLEM_CODES, help_text="The kind. Stable.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class SaidSerializer(serializers.Serializer[Any]):
    """A problem that was kept with what it is about."""

    code = serializers.CharField(help_text="Stable; such as pdf_encrypted.")
    detail = serializers.CharField(help_text="One sentence in the reader's language.")


class KindSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()
    detail = serializers.CharField()

"""Documents as they came, and how far their splitting is."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.problems import ProblemErrorSerializer
from crowd import sentences
from crowd.models import Document
from crowd.rules.problems import Problem


class DocumentProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable; such as pdf_encrypted.")
    detail = serializers.CharField(help_text="One sentence in the reader's language.")


class SourceSerializer(serializers.Serializer[Any]):
    """Where an excerpt comes from."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    source_url = serializers.CharField()
    sha256 = serializers.CharField()


class DocumentSerializer(SourceSerializer):
    campaign = serializers.CharField(source="campaign.slug")
    byte_size = serializers.IntegerField()
    state = serializers.ChoiceField(choices=choices.DOCUMENT_STATES)
    pages_known = serializers.IntegerField(
        allow_null=True, help_text="Pages or rows; null until the splitter has looked."
    )
    pages_done = serializers.IntegerField(help_text="How many of them are excerpts now.")
    columns = serializers.ListField(child=serializers.CharField(), help_text="Of a table.")
    problem = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(DocumentProblemSerializer(allow_null=True))
    def get_problem(self, document: Document) -> dict[str, str] | None:
        if not document.problem_code:
            return None
        problem = Problem(document.problem_code, **document.problem_params)
        return {"code": problem.code, "detail": sentences.sentence(problem)}


class UploadSerializer(serializers.Serializer[Any]):
    """One or several files, all from the same source."""

    file = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=None), allow_empty=False
    )
    source_url = serializers.URLField(required=False, default="", allow_blank=True, max_length=2000)


class ReceivedSerializer(serializers.Serializer[Any]):
    """What became of one file: a document, or what is wrong with it."""

    name = serializers.CharField()
    document = DocumentSerializer(allow_null=True)
    problem = ProblemErrorSerializer(allow_null=True)


class ReceivedFilesSerializer(serializers.Serializer[Any]):
    results = ReceivedSerializer(many=True, help_text="In the order of the files.")

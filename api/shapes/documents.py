"""Documents as they came, and how far their splitting is."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.deliveries import DeliverySerializer
from api.shapes.problems import ProblemErrorSerializer, SaidSerializer
from crowd import sentences
from crowd.models import Document
from crowd.rules.problems import Problem


class GapSerializer(SaidSerializer):
    """A part that was left out while the others went on."""

    position = serializers.IntegerField(help_text="Which part, from 1.")


class SourceSerializer(serializers.Serializer[Any]):
    """Where an excerpt comes from."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    source_url = serializers.CharField()
    sha256 = serializers.CharField()


class SheetSerializer(serializers.Serializer[Any]):
    """One of a workbook's sheets; without a choice, the one with the most cells is read."""

    name = serializers.CharField()
    rows = serializers.IntegerField(help_text="That hold anything, the header among them.")
    columns = serializers.IntegerField()


class DocumentSerializer(SourceSerializer):
    campaign = serializers.CharField(source="campaign.slug")
    byte_size = serializers.IntegerField()
    state = serializers.ChoiceField(choices=choices.DOCUMENT_STATES)
    pages_known = serializers.IntegerField(
        allow_null=True, help_text="Pages or rows; null until the splitter has looked."
    )
    pages_done = serializers.IntegerField(help_text="How many of them are excerpts now.")
    columns = serializers.ListField(child=serializers.CharField(), help_text="Of a table: all.")
    sheets = SheetSerializer(many=True, help_text="Of a workbook: those that are not hidden.")
    splitting = serializers.DictField(
        help_text="The plan that was chosen for it; empty for the natural one of its type."
    )
    problem = serializers.SerializerMethodField()
    gaps = serializers.SerializerMethodField(help_text="Parts that were left out.")
    delivery = serializers.IntegerField(
        source="delivery_id", allow_null=True, help_text="What it came with."
    )
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(SaidSerializer(allow_null=True))
    def get_problem(self, document: Document) -> dict[str, str] | None:
        if not document.problem_code:
            return None
        problem = Problem(document.problem_code, **document.problem_params)
        return {"code": problem.code, "detail": sentences.sentence(problem)}

    @extend_schema_field(GapSerializer(many=True))
    def get_gaps(self, document: Document) -> list[dict[str, Any]]:
        return [
            {
                "position": gap["position"],
                "code": gap["code"],
                "detail": sentences.sentence_of(gap["code"], gap["params"]),
            }
            for gap in document.gaps
        ]


class UploadSerializer(serializers.Serializer[Any]):
    """One or several files, all from the same source."""

    file = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=None), allow_empty=False
    )
    source_url = serializers.URLField(required=False, default="", allow_blank=True, max_length=2000)


class ReceivedSerializer(serializers.Serializer[Any]):
    """What became of one file: a document, a delivery of several, or what is wrong with it."""

    name = serializers.CharField()
    document = DocumentSerializer(allow_null=True)
    delivery = DeliverySerializer(
        allow_null=True, help_text="Of an archive, a list of addresses, or a IIIF manifest."
    )
    problem = ProblemErrorSerializer(allow_null=True)


class ReceivedFilesSerializer(serializers.Serializer[Any]):
    delivery = DeliverySerializer(
        allow_null=True, help_text="Of several files together, or of what is to be fetched."
    )
    results = ReceivedSerializer(many=True, help_text="In the order of the files.")


class TileSerializer(serializers.Serializer[Any]):
    across = serializers.IntegerField(min_value=1)
    down = serializers.IntegerField(min_value=1)
    overlap = serializers.FloatField(required=False)


class PlanSerializer(serializers.Serializer[Any]):
    """In what way a document is split; nothing at all is the natural way of its type."""

    by = serializers.ChoiceField(choices=choices.PLANS, required=False)
    sheet = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of rows of a workbook: the sheet they are on; empty for the largest one.",
    )
    columns = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Of rows: those that are shown."
    )
    tile = TileSerializer(required=False, help_text="The grid, for tiles.")


class KeptSerializer(serializers.Serializer[Any]):
    kept = serializers.IntegerField(help_text="Micro-tasks that stay: somebody has seen them.")
    replaced = serializers.IntegerField(help_text="Micro-tasks that are made anew, or go.")


class RemovedSerializer(serializers.Serializer[Any]):
    """What became of the micro-tasks of a document that was taken out."""

    kept = serializers.IntegerField(help_text="With answers, or being answered.")
    replaced = serializers.IntegerField(help_text="Gone with it.")

"""Excerpts: the part of a document that is shown."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices
from api.shapes.documents import SourceSerializer
from crowd.models import Excerpt


class CellSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    value = serializers.CharField()


class PictureSerializer(serializers.Serializer[Any]):
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")
    url = serializers.URLField()


class ExcerptSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    document = SourceSerializer()
    kind = serializers.ChoiceField(choices=choices.EXCERPT_KINDS)
    position = serializers.IntegerField(help_text="Which of the document's parts, from 1.")
    sheet = serializers.CharField(help_text="Of a row, where its workbook has several sheets.")
    page = serializers.IntegerField(allow_null=True, help_text="Of the document, from 1.")
    box = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Left, top, right, bottom, as fractions of that page; null for all of it.",
    )
    text = serializers.CharField(help_text="A paragraph, or the text layer of a page.")
    cells = serializers.SerializerMethodField(help_text="Of a row, in the order of its columns.")
    metadata = serializers.DictField(help_text="Of a row: the cells of columns not shown.")
    pictures = serializers.SerializerMethodField(help_text="Of a page, the smallest first.")

    @extend_schema_field(CellSerializer(many=True))
    def get_cells(self, excerpt: Excerpt) -> list[dict[str, str]]:
        pairs = zip(excerpt.column_names, excerpt.cells, strict=False)
        return [{"column": column, "value": value} for column, value in pairs]

    @extend_schema_field(PictureSerializer(many=True))
    def get_pictures(self, excerpt: Excerpt) -> list[dict[str, Any]]:
        return [self._picture(excerpt, width) for width in excerpt.image_widths]

    def _picture(self, excerpt: Excerpt, width: int) -> dict[str, Any]:
        path = reverse("picture", args=[excerpt.pk, width])
        largest, height = excerpt.width or width, excerpt.height or width
        return {
            "width": width,
            "height": round(height * width / largest) or 1,
            "url": self.context["request"].build_absolute_uri(path),
        }

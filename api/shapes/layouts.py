"""Layouts, their zones, previews of cuts, pages that wait, and cuts that volunteers found bad."""

import base64
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes import choices, fields
from api.shapes.excerpts import ExcerptSerializer
from crowd.services.cut_previews import CutPreview

BOX = "Left, top, right, foot, as fractions of the page."


class Box(serializers.ListField):
    """Four fractions of a page."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", BOX)
        super().__init__(child=serializers.FloatField(), min_length=4, max_length=4, **options)


class LayoutSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="layout.pk")
    campaign = serializers.CharField(source="layout.campaign.slug")
    name = serializers.CharField(source="layout.name")
    reference = serializers.IntegerField(
        source="layout.reference_id", help_text="The document that zones are drawn on."
    )
    pages = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of the reference: those to draw on."
    )
    documents = serializers.IntegerField()
    zones = serializers.IntegerField()
    masks = serializers.IntegerField()
    unmatched = serializers.IntegerField(help_text="Pages that could not be registered, and wait.")
    waiting = serializers.IntegerField(help_text="Documents that are still to be cut.")
    cut = serializers.IntegerField(help_text="Documents that are cut.")
    failed = serializers.IntegerField(help_text="Documents that could not be cut.")
    kept = serializers.IntegerField(help_text="Excerpts that stayed: people have answered them.")
    applied_at = serializers.DateTimeField(source="layout.applied_at", allow_null=True)
    stopped_at = serializers.DateTimeField(source="layout.stopped_at", allow_null=True)


class LayoutChangeSerializer(serializers.Serializer[Any]):
    name = fields.Text(max_length=100)


class MergeSerializer(serializers.Serializer[Any]):
    into = serializers.IntegerField(help_text="The layout that takes all documents of this one.")


class RegroupSerializer(serializers.Serializer[Any]):
    layout = serializers.IntegerField(allow_null=True, help_text="null: one of its own.")


class ZoneSerializer(serializers.Serializer[Any]):
    """One rectangle. `step` is the key of what is asked about its cuts."""

    id = serializers.IntegerField(
        required=False,
        help_text="Of a zone that is there; else the one of this name, or a new one.",
    )
    name = fields.Text(max_length=100, allow_blank=True)
    page = serializers.IntegerField(min_value=1, help_text="Of the reference document, from 1.")
    box = Box()
    step = serializers.CharField(
        source="step.key",
        required=False,
        allow_null=True,
        default=None,
        help_text="null: every step that no answer opens.",
    )
    mask = fields.Flag(default=False, help_text="Blacked out for good; nothing is cut.")


class ZonesSerializer(serializers.Serializer[Any]):
    zones = ZoneSerializer(many=True, help_text="All of them: others are taken off.")


class CutPreviewSerializer(serializers.Serializer[Any]):
    zone = serializers.CharField(source="zone.name")
    document = serializers.IntegerField(source="document.pk")
    page = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="How well its page fits, 0 to 1.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    inside = Box(help_text="The part of the picture that is not dimmed.")
    picture = serializers.SerializerMethodField(help_text="WebP, as a data: address.")

    @extend_schema_field(serializers.CharField())
    def get_picture(self, preview: CutPreview) -> str:
        return "data:image/webp;base64," + base64.b64encode(preview.picture).decode()


class PreviewsSerializer(serializers.Serializer[Any]):
    results = CutPreviewSerializer(many=True)


class PageMatchSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    document = serializers.IntegerField(source="document_id")
    layout = serializers.IntegerField(source="document.layout_id", allow_null=True)
    page = serializers.IntegerField()
    state = serializers.ChoiceField(choices=choices.MATCH_STATES)
    reference_page = serializers.IntegerField(allow_null=True)
    score = serializers.FloatField(allow_null=True)


class Place(serializers.ListField):
    """x and y, as fractions of a page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=2, max_length=2, **options)


class PairSerializer(serializers.Serializer[Any]):
    reference = Place(help_text="On the reference page.")
    page = Place(help_text="The same place on this page.")


class PlacingSerializer(serializers.Serializer[Any]):
    reference_page = serializers.IntegerField(min_value=1)
    points = PairSerializer(many=True, help_text="Two, far apart.")


class CutSerializer(ExcerptSerializer):
    """An excerpt that was cut, with its zone and the page it was cut from."""

    zone = serializers.IntegerField(source="zone_id", allow_null=True)
    zone_name = serializers.CharField(source="zone.name", default="")
    within = serializers.IntegerField(
        source="within_id", allow_null=True, help_text="The excerpt that is its page."
    )
    inside = Box(source="cut.inside", default=None, help_text="The part that is not dimmed.")


class BadCutSerializer(CutSerializer):
    sayings = serializers.IntegerField(help_text="How many found it badly cut.")


class MendSerializer(serializers.Serializer[Any]):
    box = Box()


class MendedSerializer(serializers.Serializer[Any]):
    excerpts = serializers.IntegerField(help_text="How many are being cut anew.")

"""What open data there are to take along."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from crowd.models import Snapshot, SnapshotFile
from crowd.models.snapshots import SnapshotReason, SnapshotState
from crowd.services import snapshots


class FormatSerializer(serializers.Serializer[Any]):
    format = serializers.CharField(help_text="Its name in addresses.")
    media_type = serializers.CharField()
    streamed = serializers.BooleanField(help_text="Sent while it is read, whatever the size.")
    url = serializers.URLField()


class FormatsSerializer(serializers.Serializer[Any]):
    licence = serializers.CharField(help_text="Of the data, as the campaign says.")
    formats = FormatSerializer(many=True)


class SnapshotFileSerializer(serializers.Serializer[Any]):
    format = serializers.CharField(help_text="`package` is the Frictionless Data Package.")
    bytes = serializers.IntegerField(source="byte_size")
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_url(self, file: SnapshotFile) -> str:
        slug = self.context["slug"]
        place = [slug, file.snapshot.key, file.format]
        url: str = reverse("api:snapshot-file", args=place, request=self.context["request"])
        return url


class ContentsSerializer(serializers.Serializer[Any]):
    excerpts = serializers.IntegerField(default=0)
    verdicts = serializers.IntegerField(default=0)
    votes = serializers.IntegerField(default=0)
    voters = serializers.IntegerField(default=0)
    withdrawn = serializers.IntegerField(help_text="Excerpts that are in it no more.")


class SnapshotSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Its address within the campaign.")
    state = serializers.ChoiceField(choices=SnapshotState.choices)
    reason = serializers.ChoiceField(choices=SnapshotReason.choices)
    revision = serializers.IntegerField(
        help_text="Times it was written: more than once when something was withdrawn from it."
    )
    asked_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True, help_text="Whose moment it holds.")
    written_at = serializers.DateTimeField(allow_null=True)
    done = serializers.SerializerMethodField(help_text="Micro-tasks read, of `total`.")
    total = serializers.IntegerField()
    contents = serializers.SerializerMethodField()
    files = SnapshotFileSerializer(many=True)

    def get_done(self, snapshot: Snapshot) -> int:
        return snapshots.how_far(snapshot)

    @extend_schema_field(ContentsSerializer)
    def get_contents(self, snapshot: Snapshot) -> dict[str, Any]:
        return dict(ContentsSerializer(snapshots.contents(snapshot)).data)

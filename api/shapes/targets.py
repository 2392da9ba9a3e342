"""Targets, their stages, comments on them, and files given as answers."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.shapes import choices
from api.shapes.assignments import LeaseSerializer
from api.shapes.excerpts import ExcerptSerializer, PictureSerializer
from api.shapes.fields import Flag, Text
from crowd.models import Comment, Upload
from crowd.services import comments, names


class StageSerializer(serializers.Serializer[Any]):
    """One stage, and how many targets are there."""

    key = serializers.CharField(source="stage.key")
    step = serializers.CharField(source="stage.step.key", default=None, allow_null=True)
    what = serializers.ChoiceField(source="stage.what.value", choices=choices.TARGET_STAGES)
    count = serializers.IntegerField()


class TargetSerializer(serializers.Serializer[Any]):
    """An excerpt that people take on."""

    id = serializers.IntegerField(source="excerpt.pk")
    campaign = serializers.CharField(source="excerpt.campaign.slug")
    title = serializers.CharField()
    stage = serializers.CharField(source="stage.key")
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when someone has taken it on."
    )
    kept_until = serializers.SerializerMethodField(
        help_text="Until when its next step is kept for whoever did an earlier one; null: for all."
    )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_kept_until(self, target: Any) -> str | None:
        excerpt = target["excerpt"] if isinstance(target, dict) else target.excerpt
        moment = self.context.get("kept", {}).get(excerpt.pk)
        return serializers.DateTimeField().to_representation(moment) if moment else None


class PublishedSerializer(serializers.Serializer[Any]):
    """A file that was checked and published, as pictures of its pages."""

    id = serializers.UUIDField()
    step = serializers.CharField(source="microtask.step.key")
    question = serializers.CharField()
    redacted = serializers.SerializerMethodField(help_text="Something in it was blacked out.")
    pictures = serializers.SerializerMethodField(help_text="The largest of each page.")

    def get_redacted(self, upload: Upload) -> bool:
        return upload.state == "redacted"

    @extend_schema_field(PictureSerializer(many=True))
    def get_pictures(self, upload: Upload) -> list[dict[str, Any]]:
        request = self.context["request"]
        return [
            {
                "width": page["width"],
                "height": page["height"],
                "url": request.build_absolute_uri(
                    reverse("api:upload-page", args=[upload.pk, number])
                ),
            }
            for number, page in enumerate(upload.pages, start=1)
        ]


class EventSerializer(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=choices.TARGET_EVENTS)
    step = serializers.CharField(help_text="Its title.")
    at = serializers.DateTimeField()


class TargetInFullSerializer(TargetSerializer):
    excerpt = ExcerptSerializer()
    events = EventSerializer(many=True, help_text="The latest first; never who did it.")
    proofs = PublishedSerializer(many=True)


class UploadedSerializer(PublishedSerializer):
    """A file given as an answer. Name its id in the answer."""

    assignment = serializers.IntegerField(source="assignment_id")
    state = serializers.ChoiceField(choices=choices.UPLOAD_STATES)
    made_at = serializers.DateTimeField()


class SendingSerializer(serializers.Serializer[Any]):
    """One file for one question of an assignment of yours."""

    id = serializers.UUIDField(help_text="Made by you: the same id again is the same file.")
    assignment = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    question = serializers.SlugField(max_length=40)
    file = serializers.FileField(allow_empty_file=True, max_length=None)


class FollowingSerializer(serializers.Serializer[Any]):
    by_mail = Flag(
        required=False, default=False, help_text="Accounts that agreed to such mails only."
    )


class CommentingSerializer(serializers.Serializer[Any]):
    text = Text(max_length=comments.LONGEST)


@extend_schema_serializer(component_name="Comment")
class CommentSerializer(serializers.Serializer[Any]):
    """What someone says of a target. “waiting” ones are yours, and not shown to others yet."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    by = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=choices.COMMENT_STATES)
    made_at = serializers.DateTimeField()

    def get_by(self, comment: Comment) -> str:
        return names.shown(comment.contributor)


class TargetsSerializer(serializers.Serializer[Any]):
    """One page of them."""

    results = TargetSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Address of the next page.")


class MyTargetsSerializer(serializers.Serializer[Any]):
    held = LeaseSerializer(many=True, help_text="The first to end comes first.")
    followed = TargetSerializer(many=True)

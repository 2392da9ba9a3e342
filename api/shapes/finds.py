"""Finds and complaints about words."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Text
from crowd.models import Find
from crowd.services import complaints, finds, names


class FindSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    excerpt = serializers.IntegerField(source="excerpt_id")
    sentence = serializers.CharField()
    by = serializers.SerializerMethodField(help_text="A pseudonym, of who wants to be listed.")
    made_at = serializers.DateTimeField()

    def get_by(self, find: Find) -> str:
        return names.shown(find.contributor)


class MarkingSerializer(serializers.Serializer[Any]):
    sentence = Text(max_length=finds.LONGEST, help_text="Why others should see it.")


class MarkedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    excerpt = serializers.IntegerField(source="excerpt_id")
    sentence = serializers.CharField()
    state = serializers.ChoiceField(choices=choices.FIND_STATES)


class ComplainingSerializer(serializers.Serializer[Any]):
    about = serializers.ChoiceField(choices=choices.COMPLAINT_SUBJECTS)
    which = Text(max_length=80, help_text="The name of a person or team; the number of the others.")
    campaign = Text(
        required=False, default="", allow_blank=True, help_text="On whose page the words stand."
    )
    note = Text(required=False, default="", allow_blank=True, max_length=complaints.LONGEST_NOTE)


class ComplaintSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    about = serializers.ChoiceField(choices=choices.COMPLAINT_SUBJECTS, source="subject")
    state = serializers.ChoiceField(choices=choices.REPORT_STATES)

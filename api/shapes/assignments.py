"""Claims and assignments: a micro-task lent until a moment."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from api.shapes import choices
from api.shapes.campaigns import AskedStepSerializer
from api.shapes.excerpts import ExcerptSerializer
from api.shapes.fields import Text
from crowd.rules.claims import Nothing
from crowd.services.assignments import Claim

WHY_NOTHING = {
    Nothing.NOT_OPEN: _("This campaign takes no answers now."),
    Nothing.COMPLETE: _("Everything is settled. Thank you to all who took part."),
    Nothing.CHECKING: _("The last answers are being compared. Ask again in a few seconds."),
    Nothing.ALL_LENT: _("Others are on the last ones. Ask again in a minute."),
    Nothing.TO_TAKE_ON: _("What is left is taken on from the list of targets."),
    Nothing.FILTERED: _("What is left is of a kind you leave out. Your choices can be changed."),
    Nothing.ALL_YOURS: _("You have seen all there is. What is left needs other people."),
}


class MicroTaskSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    about = serializers.CharField(
        help_text="For follow-ups: the option of the earlier step's verdict that this is about."
    )
    step = AskedStepSerializer()
    excerpt = ExcerptSerializer()


class LeaseSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    campaign = serializers.CharField(source="microtask.campaign.slug")
    state = serializers.ChoiceField(choices=choices.ASSIGNMENT_STATES)
    lent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When the lease ends; extend it to keep it.")


class AssignmentSerializer(LeaseSerializer):
    microtask = MicroTaskSerializer()


class NothingSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=choices.NOTHING_CODES)
    detail = serializers.CharField()


def nothing(reason: Nothing | None) -> dict[str, str] | None:
    """Why there is nothing, in the shape of `NothingSerializer`."""
    return {"code": reason.value, "detail": str(WHY_NOTHING[reason])} if reason else None


class ClaimSerializer(serializers.Serializer[Any]):
    """An assignment, or why there is none."""

    assignment = AssignmentSerializer(allow_null=True)
    resumed = serializers.BooleanField(help_text="You held it already.")
    nothing = serializers.SerializerMethodField()

    @extend_schema_field(NothingSerializer(allow_null=True))
    def get_nothing(self, claim: Claim) -> dict[str, str] | None:
        return nothing(claim.reason)


@extend_schema_serializer(component_name="Claim")
class ClaimRequestSerializer(serializers.Serializer[Any]):
    step = Text(
        required=False, allow_null=True, default=None, help_text="Key of the step to look in first."
    )

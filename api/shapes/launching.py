"""Launching a campaign: its cause, its team, invitations and log."""

from typing import Any

from rest_framework import serializers

from api.shapes import choices
from api.shapes.fields import Language
from crowd import changed
from crowd.models import Change, Membership
from crowd.services import causes


class NewCampaignSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    language = Language(default="en", help_text="Of its texts.")


class CauseSerializer(serializers.Serializer[Any]):
    """What a campaign's page tells before anyone answers. Leave out what stays."""

    title = serializers.CharField(max_length=200)
    problem = serializers.CharField(allow_blank=True, max_length=causes.LONGEST)
    solution = serializers.CharField(allow_blank=True, max_length=causes.LONGEST)
    story = serializers.CharField(allow_blank=True, max_length=causes.LONGEST)
    use = serializers.CharField(allow_blank=True, max_length=causes.LONGEST)
    licence = serializers.CharField(allow_blank=True, help_text="Of the data.")
    language = Language()
    picture_says = serializers.CharField(
        allow_blank=True, help_text="What the picture shows, for those who don't see it."
    )
    deadline = serializers.DateField(allow_null=True)
    version = serializers.IntegerField(
        min_value=0, help_text="The version you have read: refused if it is another by now."
    )


class MemberSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    account = serializers.SerializerMethodField(help_text="As the team's page names it.")
    role = serializers.ChoiceField(choices=choices.ROLES)

    def get_account(self, member: Membership) -> str:
        return str(member.user)


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=choices.ROLES)


class InvitationSerializer(serializers.Serializer[Any]):
    """A way into the team that can still be used."""

    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=choices.INVITABLE_ROLES)
    email = serializers.CharField(allow_blank=True, help_text="For whom it is, as far as known.")
    for_several = serializers.BooleanField(help_text="Used again and again until it expires.")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class MadeInvitationSerializer(InvitationSerializer):
    link = serializers.CharField(help_text="Told now and never again: only a digest is kept.")


class NewInvitationSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=choices.INVITABLE_ROLES)
    email = serializers.EmailField(allow_blank=True, default="")
    for_several = serializers.BooleanField(default=False)


class ChangeSerializer(serializers.Serializer[Any]):
    """One line of the log."""

    id = serializers.IntegerField()
    what = serializers.CharField(help_text="A stable name, such as `campaign.opened`.")
    words = serializers.SerializerMethodField(help_text="In the language of Accept-Language.")
    details = serializers.JSONField(help_text="What the words tell, by name.")
    by = serializers.SerializerMethodField(help_text="null: the site itself, or an account gone.")
    made_at = serializers.DateTimeField()

    def get_words(self, change: Change) -> str:
        return changed.words(what=change.what, details=change.details)

    def get_by(self, change: Change) -> str | None:
        return str(change.user) if change.user else None


class AcceptedSerializer(serializers.Serializer[Any]):
    campaign = serializers.CharField(source="campaign.slug")
    role = serializers.ChoiceField(choices=choices.ROLES)

"""Contributors: whoever answers. A person with an account, a guest's browser, or a machine."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crowd.models.rows import QuickRow
from crowd.models.users import User


class ContributorKind(models.TextChoices):
    GUEST = "guest", _("guest")
    ACCOUNT = "account", _("account")
    MACHINE = "machine", _("machine")


class ContributorQuerySet(models.QuerySet["Contributor"]):
    def listed(self) -> "ContributorQuerySet":
        """Those who chose a pseudonym and to be shown on boards (DESIGN, rule 6)."""
        return self.filter(
            listed=True,
            no_game=False,
            no_ranks=False,
            pseudonym__isnull=False,
            joined_into=None,
        ).exclude(kind=ContributorKind.MACHINE)


class Contributor(QuickRow):
    """Identity is a token, never an address (DESIGN, rule 3).

    A guest who signs in to an existing account stays as a row with `joined_into`: their answers
    keep their author, and the account speaks for both.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ContributorKind)
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contributor",
        verbose_name=_("account"),
    )
    joined_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined"
    )
    # Guests of other devices have joined this one: what is asked of one contributor, where nearly
    # every guest is alone, must then be asked of several (`services.contributors.person_ids`).
    has_joined = models.BooleanField(default=False, editable=False)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, null=True, blank=True)
    listed = models.BooleanField(_("on the boards"), null=True, blank=True)
    no_game = models.BooleanField(_("without points and ranks"), default=False)
    no_ranks = models.BooleanField(_("without ranks"), default=False, db_default=False)
    calm = models.BooleanField(_("calm: nothing moves or pops up"), default=False, db_default=False)
    language = models.CharField(_("language"), max_length=8, default="fr")
    # What they want to be given: languages they read (none named: all), and what they leave out.
    reads = models.CharField(_("reads"), max_length=100, default="", blank=True)  # "fr,en"
    no_handwriting = models.BooleanField(_("no handwriting"), default=False)
    no_sensitive = models.BooleanField(_("no sensitive topics"), default=False)
    made_at = models.DateTimeField(_("since"))
    # Shared by guests who came one after the other from one network: a random name that says
    # nothing of the network (`services.bursts`). Null for nearly everybody.
    burst = models.UUIDField(null=True, blank=True, editable=False)
    # Where this browser sits now: what it is lent in that room's campaign belongs to the room.
    room = models.ForeignKey(
        "crowd.Room",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("room"),
        db_index=False,  # an index below is smaller
    )
    # Set when the account is deleted: the pseudonym goes, the answers stay without a name.
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ContributorQuerySet.as_manager()

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        constraints = [
            models.UniqueConstraint(Lower("pseudonym"), name="one_contributor_per_pseudonym"),
            models.CheckConstraint(
                condition=Q(listed=None) | Q(listed=False) | Q(pseudonym__isnull=False),
                name="listed_contributors_have_a_pseudonym",
            ),
            models.CheckConstraint(
                condition=Q(joined_into=None) | Q(user=None),
                name="a_joined_guest_has_no_account_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(pseudonym=None, user=None),
                name="a_forgotten_contributor_has_no_name",
            ),
        ]
        indexes = [
            # Read by services.rooms.close: who still sits here?
            models.Index(fields=["room"], condition=Q(room__isnull=False), name="people_in_a_room"),
        ]

    def __str__(self) -> str:
        return self.pseudonym or f"{self.get_kind_display()} {self.pk}"

"""Teams of volunteers, across campaigns, and who was in which of them when."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor


class Team(models.Model):
    """Some volunteers who add up what they earn. Open to anyone, or to who has its link."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=40)
    is_open = models.BooleanField(_("anyone may join"), default=True)
    # In its invitation link; made anew when the link has gone too far.
    code = models.CharField(max_length=24, unique=True, editable=False)
    founder = models.ForeignKey(
        Contributor,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="teams_founded",
        verbose_name=_("founder"),
    )
    made_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="one_team_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamPlaceQuerySet(models.QuerySet["TeamPlace"]):
    def current(self) -> "TeamPlaceQuerySet":
        return self.filter(until=None)


class TeamPlace(models.Model):
    """One person in one team, from a moment to another; what is earned then is the team's too."""

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="places", verbose_name=_("team")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="places", verbose_name=_("contributor")
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = TeamPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a team")
        verbose_name_plural = _("places in teams")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor"],
                condition=Q(until=None),
                name="one_team_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="a_place_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} in {self.team_id}"

"""Rooms: people who answer together in one place, and where each of them sits."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor


class RoomQuerySet(models.QuerySet["Room"]):
    def open(self) -> "RoomQuerySet":
        return self.filter(closed_at=None)


class Room(models.Model):
    """A workshop around one campaign: joined by a code, without e-mail, from behind one address.

    Its answers count as dependent unless it is trusted (`Step.per_room` of them decide).
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="rooms", verbose_name=_("campaign")
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    # Names of the teams, in order; a seat says which by its number. Empty: one room, no teams.
    teams = models.JSONField(_("teams"), default=list, blank=True)
    trusted = models.BooleanField(_("its people count as independent"), default=False)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(code=Upper("code")), name="codes_are_capitals"),
        ]

    def __str__(self) -> str:
        return self.title or self.code

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Seat(models.Model):
    """Someone who joined a room, and their team in it; kept when they leave."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="seats", verbose_name=_("room")
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.CASCADE,
        related_name="seats",
        verbose_name=_("contributor"),
    )
    team = models.PositiveSmallIntegerField(_("team"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"))

    class Meta:
        verbose_name = _("seat in a room")
        verbose_name_plural = _("seats in rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "contributor"], name="one_seat_per_room_and_contributor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor} in {self.room}"

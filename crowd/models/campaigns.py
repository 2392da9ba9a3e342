"""Campaigns: a cause, a deadline, documents and steps."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.users import User
from crowd.rules.lifecycle import CampaignState
from crowd.rules.ordering import Order


class Game(models.TextChoices):
    NONE = "none", _("no game")
    PERSONAL = "personal", _("each for themselves")
    COOPERATIVE = "cooperative", _("together")
    COMPETITIVE = "competitive", _("leaderboard")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible(self) -> "CampaignQuerySet":
        """What anyone may see: everything but drafts."""
        return self.exclude(state=CampaignState.DRAFT.value)

    def open(self) -> "CampaignQuerySet":
        return self.filter(state=CampaignState.OPEN.value)


class Campaign(models.Model):
    """A drive: the problem, the solution, the story, and by when."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    problem = models.TextField(_("the problem"), blank=True)
    solution = models.TextField(_("the solution"), blank=True)
    story = models.TextField(_("the story"), blank=True)
    # Where the story's picture is stored (WebP, without metadata); blank: none.
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    picture_says = models.CharField(_("what the picture shows"), max_length=300, blank=True)
    use = models.TextField(_("what will be done with the result"), blank=True)
    outcome = models.TextField(_("the outcome"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="fr")
    # What volunteers may choose not to be given, of all its steps.
    handwritten = models.BooleanField(_("handwriting to read"), default=False)
    sensitive = models.BooleanField(_("a sensitive topic"), default=False)
    licence = models.CharField(_("licence of the data"), max_length=100, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[
            (CampaignState.DRAFT.value, _("draft")),
            (CampaignState.OPEN.value, _("open")),
            (CampaignState.PAUSED.value, _("paused")),
            (CampaignState.CLOSED.value, _("closed")),
        ],
        default=CampaignState.DRAFT.value,
    )
    game = models.CharField(_("game"), max_length=12, choices=Game, default=Game.COMPETITIVE)
    order = models.CharField(
        _("order of the micro-tasks"),
        max_length=10,
        choices=[
            (Order.DOCUMENT.value, _("document by document")),
            (Order.SPREAD.value, _("the beginning of every document first")),
            (Order.FINISH.value, _("finish what is begun")),
            (Order.RANDOM.value, _("by lot")),
            (Order.COLUMN.value, _("by a column of the table")),
        ],
        default=Order.DOCUMENT.value,
    )
    order_column = models.CharField(_("column of the order"), max_length=200, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    # How its documents are split, family → plan (crowd.rules.splitting.plans); {} for the natural
    # way of each.
    splitting = models.JSONField(_("ways of splitting"), default=dict, blank=True)
    # Zones that came with a set-up, for layouts that documents have yet to make
    # (crowd.services.setup_layouts).
    expected_layouts = models.JSONField(_("zones expected"), default=list, blank=True)
    # Of what is settled, this share looks unsettled until the campaign closes; null: the site's.
    veiled_share = models.FloatField(_("share kept veiled"), null=True, blank=True)
    owner = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="campaigns",
        verbose_name=_("owner"),
    )
    # Raised by every change of its words: who saves an older one is told.
    version = models.PositiveIntegerField(_("version"), default=0)
    made_at = models.DateTimeField(_("made"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CampaignState]),
                name="a_campaign_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=Q(veiled_share=None) | Q(veiled_share__gte=0, veiled_share__lte=1),
                name="what_is_veiled_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == CampaignState.OPEN.value


class Role(models.TextChoices):
    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    REVIEWER = "reviewer", _("reviewer")
    READER = "reader", _("reader")


class Membership(models.Model):
    """What an account may do in a campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("campaign")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_role_per_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

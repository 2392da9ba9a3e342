"""Steps and their questions, and what the rules need to know of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.rules import leases
from crowd.rules import questions as rules
from crowd.rules.policy import SURE, VERY_SURE, Policy


class Preset(models.TextChoices):
    """How sure a step wants to be, in words (`crowd.rules.policy` knows what each one means)."""

    QUICK = "quick", _("quick look")
    CAREFUL = "careful", _("careful")
    VERY_CAREFUL = "very_careful", _("very careful")
    IDENTICAL = "identical", _("so many identical answers")
    FIXED = "fixed", _("a fixed number of answers")


class Step(models.Model):
    """One kind of question in a campaign: instructions, questions, policy, and what opens it."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="steps", verbose_name=_("campaign")
    )
    key = models.SlugField(_("key"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    # A worked example, shown with the instructions.
    example = models.TextField(_("an example"), blank=True)
    # What volunteers may choose not to be given; the campaign's own flags count for every step.
    handwritten = models.BooleanField(_("handwriting to read"), default=False)
    sensitive = models.BooleanField(_("a sensitive topic"), default=False)
    position = models.PositiveSmallIntegerField(_("position"))
    opens_when = models.JSONField(_("opens when"), null=True, blank=True)
    preset = models.CharField(
        _("how sure"), max_length=12, choices=Preset, default=Preset.IDENTICAL
    )
    agree = models.PositiveSmallIntegerField(_("answers that must agree"), default=2)
    at_most = models.PositiveSmallIntegerField(_("answers at most"), default=5)
    at_least = models.PositiveSmallIntegerField(_("answers at least"), default=1)
    # The probability at which a verdict is sure enough; null: as the preset says.
    sure = models.FloatField(_("probability wanted"), null=True, blank=True)
    # Of one room that is not trusted, or of one burst of newcomers, so many answers decide.
    per_room = models.PositiveSmallIntegerField(_("deciding answers of one room"), default=1)
    lease_seconds = models.PositiveIntegerField(_("lease, in seconds"), default=1800)
    weight = models.DecimalField(
        _("weight of its points"), max_digits=5, decimal_places=2, default=1
    )
    # Raised by every change of it and its questions: who saves an older one is told.
    version = models.PositiveIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["campaign_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"], name="one_step_per_campaign_and_key"
            ),
            models.UniqueConstraint(
                fields=["campaign", "position"],
                name="one_step_per_campaign_and_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(agree__gte=1, at_most__gte=F("agree")),
                name="enough_answers_are_asked_to_agree",
            ),
            models.CheckConstraint(condition=Q(lease_seconds__gte=30), name="leases_last_a_while"),
            models.CheckConstraint(
                condition=Q(at_least__gte=1, at_least__lte=F("at_most")),
                name="no_more_answers_at_least_than_at_most",
            ),
            models.CheckConstraint(
                condition=Q(sure=None) | Q(sure__gt=0.5, sure__lt=1),
                name="what_is_sure_is_more_than_even_and_less_than_certain",
            ),
            models.CheckConstraint(
                condition=Q(per_room__gte=1), name="someone_of_a_room_may_decide"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def taken_on(self) -> bool:
        """Whether people choose from a list what they do, and have days for it."""
        return leases.is_long(self.lease_seconds)

    @property
    def policy(self) -> Policy:
        return policy_of(
            preset=self.preset,
            agree=self.agree,
            at_most=self.at_most,
            at_least=self.at_least,
            sure=self.sure,
            per_room=self.per_room,
        )


def policy_of(
    *, preset: str, agree: int, at_most: int, at_least: int, sure: float | None, per_room: int
) -> Policy:
    """A preset and its numbers, as the rules know them.

    Raises:
        ValueError: what is asked for can never happen.
    """
    most = max(2, at_most)  # by probability, two people at least
    match preset:
        case Preset.QUICK:
            return Policy.quick_look(per_group=per_room)
        case Preset.CAREFUL:
            return Policy.careful(sure=sure or SURE, at_most=most, per_group=per_room)
        case Preset.VERY_CAREFUL:
            return Policy.very_careful(sure=sure or VERY_SURE, at_most=most, per_group=per_room)
        case Preset.FIXED:
            return Policy.fixed(at_most, per_group=per_room)
    return Policy.identical(agree, at_most=at_most, at_least=at_least, per_group=per_room)


class Question(models.Model):
    """One question, in the field's words; its options are `{"value": …, "label": …}`."""

    step = models.ForeignKey(
        Step, on_delete=models.CASCADE, related_name="questions", verbose_name=_("step")
    )
    key = models.SlugField(_("key"), max_length=40)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[
            (rules.Kind.CHOICE.value, _("one choice")),
            (rules.Kind.CHOICES.value, _("several choices")),
            (rules.Kind.TEXT.value, _("text")),
            (rules.Kind.NUMBER.value, _("number")),
            ("date", _("date")),
            ("table", _("table")),
            ("region", _("region")),
            ("upload", _("file")),
        ],
    )
    label = models.CharField(_("question"), max_length=500)
    help = models.TextField(_("help"), blank=True)
    required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(_("position"))
    options = models.JSONField(_("options"), default=list, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["step_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["step", "key"], name="one_question_per_step_and_key"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def rule(self) -> rules.Question:
        """The question as the rules know it."""
        return rules.Question(
            key=self.key,
            kind=rules.Kind(self.kind),
            options=tuple(option["value"] for option in self.options),
            required=self.required,
            settings=self.settings,
        )

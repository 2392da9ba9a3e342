"""Campaigns, their steps, questions and teams."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crowd import sentences
from crowd.models import Campaign, Membership, Question, Step, User
from crowd.rules import opening
from crowd.rules.lifecycle import CampaignState, ForbiddenMove
from crowd.rules.problems import Problem
from crowd.services import campaigns


class QuestionForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        try:
            campaigns.check_question(clean)
        except Problem as problem:
            raise ValidationError(sentences.sentence(problem)) from problem
        return clean


class StepForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        campaign, condition = clean.get("campaign"), clean.get("opens_when")
        if campaign is not None and condition:
            earlier = campaign.steps.filter(position__lt=clean.get("position") or 0)
            asked = {step.key: {q.key: q.rule for q in step.questions.all()} for step in earlier}
            try:
                opening.check(condition, asked)
            except Problem as problem:
                raise ValidationError({"opens_when": sentences.sentence(problem)}) from problem
        return clean


class QuestionInline(admin.StackedInline):
    model = Question
    form = QuestionForm
    extra = 0


@admin.register(Step)
class StepAdmin(admin.ModelAdmin):
    form = StepForm
    list_display = ["title", "campaign", "position", "preset", "agree", "at_most"]
    list_filter = ["campaign"]
    inlines: ClassVar = [QuestionInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            # A step made after the documents came in is asked about all of them.
            campaigns.ask_about_all(campaign=form.instance.campaign)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    list_display = ["title", "slug", "state", "game", "deadline", "opened_at"]
    list_filter = ["state"]
    search_fields = ["title", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["state", "expected_layouts", "made_at", "opened_at", "closed_at"]
    autocomplete_fields = ["owner"]
    inlines: ClassVar = [MembershipInline]
    actions = ["open", "pause", "close"]

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        if not change:
            obj.made_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Open"))
    def open(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._move(request, queryset, CampaignState.OPEN)

    @admin.action(description=_("Pause"))
    def pause(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._move(request, queryset, CampaignState.PAUSED)

    @admin.action(description=_("Close"))
    def close(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        self._move(request, queryset, CampaignState.CLOSED)

    def _move(
        self, request: HttpRequest, queryset: QuerySet[Campaign], state: CampaignState
    ) -> None:
        for campaign in queryset:
            try:
                campaigns.move(
                    campaign=campaign,
                    state=state,
                    now=timezone.now(),
                    by=cast(User, request.user),
                )
            except ForbiddenMove as forbidden:
                self.message_user(request, f"{campaign}: {forbidden}", messages.ERROR)

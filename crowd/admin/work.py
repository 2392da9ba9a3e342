"""Micro-tasks, answers, verdicts and awards: to look at. What they say is changed by no form."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crowd.models import Answer, Award, MicroTask, Verdict


class ReadOnlyAdmin(admin.ModelAdmin):
    show_full_result_count = False  # counting millions of rows for a footer

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MicroTask)
class MicroTaskAdmin(ReadOnlyAdmin):
    list_display = ["id", "campaign", "step", "about", "state", "needs"]
    list_filter = ["campaign", "state"]
    list_select_related = ["campaign", "step"]


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ["id", "microtask_id", "badly_cut", "given_at", "counted_at", "set_aside_reason"]
    list_filter = ["set_aside_reason"]


@admin.register(Verdict)
class VerdictAdmin(ReadOnlyAdmin):
    list_display = ["microtask_id", "revision", "outcome", "confidence", "answers_count", "made_at"]
    list_filter = ["outcome", "is_current"]


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    list_display = ["contributor", "campaign", "points", "agreement", "chance", "made_at"]
    list_select_related = ["contributor", "campaign"]

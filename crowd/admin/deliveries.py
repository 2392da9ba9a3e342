"""Deliveries: what came together, what of it was refused, stop and go on."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crowd import sentences
from crowd.models import Delivery, Refusal
from crowd.services import deliveries


class LookOnly:
    """Made by giving documents, never by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RefusalInline(LookOnly, admin.TabularInline):
    model = Refusal
    fields = ["position", "name", "problem"]
    readonly_fields = ["problem"]
    extra = 0

    @admin.display(description=_("problem"))
    def problem(self, refusal: Refusal) -> str:
        return sentences.sentence_of(refusal.problem_code, refusal.problem_params)


@admin.register(Delivery)
class DeliveryAdmin(LookOnly, admin.ModelAdmin):
    list_display = [
        *("name", "campaign", "kind", "state", "entries_done", "entries_known", "refused"),
        "problem",
    ]
    list_filter = ["campaign", "kind", "state"]
    actions = ["stop", "resume"]
    inlines = [RefusalInline]

    @admin.display(description=_("refused"))
    def refused(self, delivery: Delivery) -> int:
        return delivery.refusals.count()

    @admin.display(description=_("problem"))
    def problem(self, delivery: Delivery) -> str:
        return sentences.sentence_of(delivery.problem_code, delivery.problem_params)

    @admin.action(description=_("Stop reading"))
    def stop(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        for delivery in queryset:
            deliveries.stop(delivery=delivery, now=timezone.now())

    @admin.action(description=_("Read on"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        for delivery in queryset:
            deliveries.resume(delivery=delivery)

"""Layouts, zones and reports in the administration, to be looked at: the workshop changes them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from crowd.admin.work import ReadOnlyAdmin
from crowd.models import Layout, PageMatch, Report, Zone


class ZoneInline(admin.TabularInline):
    model = Zone
    fields = ["number", "name", "page", "box", "step", "mask", "retired_at"]
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Layout)
class LayoutAdmin(ReadOnlyAdmin):
    list_display = ["name", "campaign", "reference", "revision", "applied_at"]
    list_filter = ["campaign"]
    list_select_related = ["campaign", "reference"]
    inlines = [ZoneInline]


@admin.register(PageMatch)
class PageMatchAdmin(ReadOnlyAdmin):
    list_display = ["document", "page", "state", "reference_page", "score"]
    list_filter = ["state", "document__campaign"]
    list_select_related = ["document"]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["excerpt", "kind", "state", "hides", "made_at", "reviewed_by"]
    list_filter = ["state", "excerpt__campaign"]
    list_select_related = ["excerpt", "reviewed_by"]

"""Apps of others: seen, and taken out where one deceives people. Nobody sees their tokens."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class AppAdmin(admin.ModelAdmin):
    """Set as APPLICATION_ADMIN_CLASS."""

    list_display = ["name", "user", "client_type", "created"]
    search_fields = ["name", "client_id"]
    fields = ["name", "user", "client_id", "client_type", "redirect_uris", "created"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # its makers do, and see its secret once

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NotShown(admin.ModelAdmin):
    """No page; but what goes when an account or an app goes may go."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

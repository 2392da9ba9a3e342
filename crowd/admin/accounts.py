"""Accounts, contributors and keys."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crowd.models import ApiKey, Contributor, User
from crowd.services import accounts, contributors


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["__str__", "is_staff", "is_active", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email"]
    fields = ["email", "is_active", "is_staff", "is_superuser", "groups"]
    filter_horizontal = ["groups"]
    actions = ["make_signin_link"]

    @admin.action(description=_("Make a one-time sign-in link"))
    def make_signin_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            link = accounts.make_link(user=user, origin=settings.TAMIS_ORIGIN)
            self.message_user(request, f"{user}: {link}", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        obj.email = obj.email or None  # an empty form field is no address
        super().save_model(request, obj, form, change)


@admin.register(Contributor)
class ContributorAdmin(admin.ModelAdmin):
    list_display = ["__str__", "kind", "listed", "no_game", "language", "made_at"]
    list_filter = ["kind", "listed"]
    search_fields = ["pseudonym"]
    fields = ["kind", "pseudonym", "listed", "no_game", "no_ranks", "calm", "language"]
    readonly_fields = ["kind"]

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        contributors.tell_boards(contributor=obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Contributor | None = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    list_display = ["name", "user", "scopes", "made_at", "expires_at", "revoked_at", "last_used_at"]
    fields = [
        "name",
        "user",
        "scopes",
        "campaign",
        "made_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    ]
    readonly_fields = ["name", "user", "scopes", "campaign", "made_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the secret is shown once, by `manage.py api_key`

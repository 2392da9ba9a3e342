"""All addresses: pages, API, administration, accounts."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from api.health import health
from frontend.views.account import ask_for_code

# There are no passwords: the administration is entered through the site's own sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Tamis"

urlpatterns = [
    path("healthz", health, name="health"),
    path("api/", include("api.urls")),
    path("admin/", admin.site.urls),
    path("accounts/login/code/", ask_for_code),  # in front of allauth's own, whose name stays
    path("accounts/", include("allauth.urls")),
    path("", include("frontend.urls")),
]

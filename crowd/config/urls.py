"""All addresses: pages, API, administration, accounts."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from oauth2_provider.urls import metadata_urlpatterns

from api import tokens
from api.health import health
from frontend.views.account import ask_for_code
from frontend.views.apps import Leave

# There are no passwords: the administration is entered through the site's own sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Tamis"

# Under the names by which django-oauth-toolkit looks for them, for the metadata of RFC 8414 too.
of_apps = (
    [
        path("oauth/authorize/", Leave.as_view(), name="authorize"),
        path("oauth/token/", tokens.Token.as_view(), name="token"),
        path("oauth/revoke/", tokens.Revoke.as_view(), name="revoke-token"),
        *(each for each in metadata_urlpatterns if each.name == "oauth-server-metadata"),
    ],
    "oauth2_provider",
)

urlpatterns = [
    path("healthz", health, name="health"),
    path("api/", include("api.urls")),
    path("admin/", admin.site.urls),
    path("accounts/login/code/", ask_for_code),  # in front of allauth's own, whose name stays
    path("accounts/", include("allauth.urls")),
    path("", include(of_apps)),
    path("", include("frontend.urls")),
]

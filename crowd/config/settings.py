"""Django's settings, read from the environment (see `environment.py` for what is refused)."""

import os
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

from crowd.config import environment, places
from crowd.config.api_settings import *  # noqa: F403
from crowd.config.apps_settings import *  # noqa: F403
from crowd.config.apps_settings import OAUTH2_PROVIDER
from crowd.config.document_settings import *  # noqa: F403
from crowd.config.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401
from crowd.config.upload_settings import *  # noqa: F403
from crowd.config.valkey_settings import *  # noqa: F403
from crowd.config.web_settings import *  # noqa: F403

EMBEDDED = not os.environ.get("DATABASE_URL")
VAR = places.var()

DEBUG = environment.flag("TAMIS_DEBUG", default=False)
SECRET_KEY = environment.secret_key(kept_in=VAR / "secret-key", embedded=EMBEDDED)
TAMIS_ORIGIN = environment.origin("TAMIS_ORIGIN", default="http://localhost:8000")
TAMIS_HTTPS = TAMIS_ORIGIN.startswith("https://")
ALLOWED_HOSTS = environment.words(
    "TAMIS_HOSTS", default=f"{urlsplit(TAMIS_ORIGIN).hostname},localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = [TAMIS_ORIGIN]
OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"] = TAMIS_ORIGIN  # who the metadata of RFC 8414 say we are

# --- The house ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "crowd",
    "api",
    "frontend",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "channels",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "frontend.middleware.SecurityHeadersMiddleware",
    "api.http.ApiHttpMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.middleware.ContributorMiddleware",
]
ROOT_URLCONF = "crowd.config.urls"
WSGI_APPLICATION = "crowd.config.wsgi.application"
ASGI_APPLICATION = "crowd.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own: allauth's pages must look like Tamis.
        "DIRS": [places.root() / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# --- What must not be lost: PostgreSQL -----------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        environment.server_url(
            "DATABASE_URL", places.database_url(), schemes={"postgres", "postgresql"}
        ),
        engine="crowd.config.postgres",
    )
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {"min_size": 1, "max_size": 12, "timeout": 15},
    # Statements of the volunteer's loop are prepared (crowd/prepared.py). Poolers that hand one
    # connection to many, like PgBouncer, need this off.
    "prepare_threshold": 5 if environment.flag("TAMIS_PREPARED_STATEMENTS", default=True) else None,
}
DATABASES["default"]["TEST"] = {"NAME": "tamis_test"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "crowd.User"

SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- People --------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "contributions"
LOGOUT_REDIRECT_URL = "home"
TAMIS_EMAIL_URL = os.environ.get("TAMIS_EMAIL_URL", "")
TAMIS_SENDS_EMAIL = bool(TAMIS_EMAIL_URL)
if TAMIS_SENDS_EMAIL:
    _mail = urlsplit(
        environment.server_url("TAMIS_EMAIL_URL", TAMIS_EMAIL_URL, schemes={"smtp", "smtps"})
    )
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_HOST != "localhost"
else:
    # Nothing sends without an address to send from: a mail asked for by mistake must be an error.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get(
    "TAMIS_EMAIL_FROM", f"Tamis <tamis@{urlsplit(TAMIS_ORIGIN).hostname}>"
)
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# As long as a slow mail server takes; a code works only in the browser that asked for it.
TAMIS_CODE_MINUTES = 15
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = TAMIS_CODE_MINUTES * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = TAMIS_CODE_MINUTES * 60
ACCOUNT_PREVENT_ENUMERATION = True
# Counted per account and per browser: addresses are not stored (DESIGN, rule 3).
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# WebAuthn wants HTTPS; browsers make an exception for localhost, so does this.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TAMIS_HTTPS

# --- Cookies and headers -------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TAMIS_HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TAMIS_HTTPS else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if TAMIS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
TAMIS_GUEST_COOKIE = "tamis_guest"
TAMIS_GUEST_COOKIE_AGE = timedelta(days=365)

# --- Words and files -----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["crowd.config.formats"]
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [places.root() / "crowd" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = [
    "crowd.config.statics.Apps",
    "frontend.bundles.Bundles",
]
STORAGES = {
    "default": {
        "BACKEND": "crowd.storage.LocalStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "crowd.config.statics.StaticFiles"},
}
if _bucket := environment.bucket():
    STORAGES["default"] = {"BACKEND": "crowd.bucket.BucketStorage", "OPTIONS": _bucket}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# --- Limits of what comes in ---------------------------------------------------------------------
# "host:port" that may be fetched although it is not on the public network: for tests alone.
TAMIS_FETCH_ALLOW = environment.for_tests("TAMIS_FETCH_ALLOW", debug=DEBUG)
# Answers given so far, and from then on the share of micro-tasks whose answer is known.
TAMIS_KNOWN_RATES = ((0, 0.4), (20, 0.3), (40, 0.2), (60, 0.1))
# Points, levels, badges, boards: off, nothing of the game is shown or given anywhere.
TAMIS_GAME = environment.flag("TAMIS_GAME", default=True)
# Of what is settled, this share looks unsettled until its campaign closes (`services.veils`).
TAMIS_VEILED_SHARE = environment.whole("TAMIS_VEILED_PERCENT", default=5, least=0, most=100) / 100

# --- Logs: to the terminal, never an address of a person -----------------------------------------
LOG_LEVEL = environment.one_of(
    "TAMIS_LOG_LEVEL", default="INFO", known=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["terminal"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

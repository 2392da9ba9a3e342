"""How pages and sockets are served (crowd/config/serve.py, crowd/config/handler.py)."""

from crowd.config import environment

# The web server's (crowd/config/serve.py). Two processes a core are plenty; a thread of one waits
# for the database while another works.
TAMIS_WEB_PROCESSES = environment.whole("TAMIS_WEB_PROCESSES", default=2, least=1, most=64)
TAMIS_WEB_THREADS = environment.whole("TAMIS_WEB_THREADS", default=4, least=1, most=200)
# Whose word on a visitor's address and on HTTPS is taken: addresses, networks (172.30.77.0/24).
TAMIS_PROXIES = environment.words("TAMIS_PROXIES", default="")
# Where pages find their sockets: another port of their own host, or (0) their own, where a proxy
# sends /ws/ to the socket process.
TAMIS_SOCKETS_PORT = environment.whole("TAMIS_SOCKETS_PORT", default=0, least=0, most=65535)
# Of API requests with a token and no cookies (crowd/config/wsgi.py).
TAMIS_MIDDLEWARE_OF_PROGRAMS = [
    "django.middleware.security.SecurityMiddleware",
    "frontend.middleware.SecurityHeadersMiddleware",
    "api.http.ApiHttpMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
# Who may launch a campaign: "anyone" with an account, those "invited" by the site's staff, or those
# who asked and were "approved". Staff always may.
TAMIS_LAUNCHING = environment.one_of(
    "TAMIS_LAUNCHING", default="approved", known=["anyone", "invited", "approved"]
)
# How many may listen to public streams, in each socket process; more are asked to come back.
TAMIS_STREAM_LISTENERS = environment.whole(
    "TAMIS_STREAM_LISTENERS", default=2000, least=1, most=100_000
)

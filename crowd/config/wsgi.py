"""The HTTP side of Tamis, for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")

application = get_wsgi_application()

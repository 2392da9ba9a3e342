"""The HTTP side of Tamis, for any WSGI server."""

import os

import django

from crowd.config.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")
django.setup()
application = Handler()

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """The HTML door: pages for volunteers. It has no models."""

    name = "frontend"
    label = "frontend"

"""The roof: settings, addresses, workers. Loading it loads Celery, so that tasks find their app."""

from crowd.config.celery import app as celery_app

__all__ = ["celery_app"]

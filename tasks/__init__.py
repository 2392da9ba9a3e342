"""Celery's door: each task is a name, a queue and one call, and safe to run twice."""

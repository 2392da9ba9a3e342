"""The ground: pure Python that decides. No Django, no Celery, no clock, no database."""

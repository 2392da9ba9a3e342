"""What the public streams tell, on its way."""

from celery import shared_task
from django.utils import timezone

from crowd.services import streams


@shared_task(name="tasks.streams.tell")
def tell() -> None:
    """Tell what has become public: a lease that ends makes a verdict so, too."""
    streams.tell(now=timezone.now())

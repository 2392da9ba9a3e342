"""manage.py rebuild: queues, progress and ranks anew from PostgreSQL."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crowd.services import rebuild


class Command(BaseCommand):
    help = "Rebuild everything derived (queues, progress, ranks). Changes no total."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in rebuild.everything(now=timezone.now()):
            self.stdout.write(line)

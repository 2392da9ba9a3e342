"""Count what the dashboards show anew: `manage.py roll_up [CAMPAIGN …]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crowd.models import Campaign
from crowd.services import rollups


class Command(BaseCommand):
    help = "Count everything the dashboards show anew, from the first answer on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Campaign.objects.order_by("pk")
        if options["campaigns"]:
            found = found.filter(slug__in=options["campaigns"])
        for campaign in found:
            made = rollups.count(campaign=campaign, now=timezone.now(), anew=True)
            self.stdout.write(f"{campaign.slug}: {made.took_ms} ms")

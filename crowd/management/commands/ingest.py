"""manage.py ingest CAMPAIGN FILE…: give a campaign documents."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd import sentences
from crowd.models import Campaign
from crowd.rules.problems import Problem
from crowd.services import intake


class Command(BaseCommand):
    help = "Give a campaign documents (PDF: one excerpt a page; CSV: one excerpt a row)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="the campaign's address (slug)")
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--source", default="", help="where the files come from (a URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            known = ", ".join(Campaign.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No campaign “{options['campaign']}”. There are: {known}.")
        refused = sum(
            not self._take(campaign, path, options["source"]) for path in options["files"]
        )
        if refused:
            raise CommandError(f"{refused} of {len(options['files'])} files were not taken.")

    def _take(self, campaign: Campaign, path: Path, source: str) -> bool:
        try:
            with path.open("rb") as file:
                document = intake.receive(
                    campaign=campaign,
                    upload=file,
                    name=path.name,
                    source_url=source,
                    now=timezone.now(),
                )
        except Problem as problem:
            self.stderr.write(f"{path}: {sentences.sentence(problem)}")
            return False
        except OSError as wrong:
            self.stderr.write(f"{path}: {wrong.strerror}")
            return False
        self.stdout.write(f"{path}: document {document.pk}, being split")
        return True

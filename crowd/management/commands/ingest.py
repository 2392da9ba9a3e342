"""manage.py ingest CAMPAIGN FILE|FOLDER|ADDRESS…: give a campaign documents."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crowd import sentences
from crowd.models import Campaign, Delivery, Document
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import deliveries


class Command(BaseCommand):
    help = (
        "Give a campaign documents: PDF, pictures, tables, texts, archives, lists of addresses and "
        "IIIF manifests. Of a folder, everything in it; addresses are fetched by the workers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="the campaign's address (slug)")
        parser.add_argument("sources", nargs="+", metavar="FILE|FOLDER|ADDRESS")
        parser.add_argument("--iiif", action="store_true", help="the addresses are IIIF manifests")
        parser.add_argument("--source", default="", help="where the files come from (a URL)")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            known = ", ".join(Campaign.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No campaign “{options['campaign']}”. There are: {known}.")
        addresses = [each for each in options["sources"] if "://" in each]
        paths = [each for each in options["sources"] if "://" not in each]
        refused = not self._fetch(campaign, addresses, iiif=options["iiif"]) if addresses else 0
        files = [found for path in paths for found in _files(Path(path))]
        together = None
        if len(files) > 1:
            name = files[0][1]
            together = deliveries.begin(campaign=campaign, name=name, now=timezone.now())
        about = {"source_url": options["source"], "delivery": together}
        refused += sum(not self._take(campaign, path, name, **about) for path, name in files)
        if refused:
            given = len(files) + bool(addresses)
            raise CommandError(f"{refused} of {given} files were not taken.")

    def _take(self, campaign: Campaign, path: Path, name: str, **about: Any) -> bool:
        try:
            with path.open("rb") as file:
                made = deliveries.take(
                    campaign=campaign, upload=file, name=name, now=timezone.now(), **about
                )
        except Problem as problem:
            self.stderr.write(f"{storable(str(path))}: {sentences.sentence(problem)}")
            return False
        except OSError as wrong:
            self.stderr.write(f"{storable(str(path))}: {wrong.strerror}")
            return False
        self._say(str(path), made)
        return True

    def _fetch(self, campaign: Campaign, addresses: list[str], *, iiif: bool) -> bool:
        now = timezone.now()
        try:
            if not iiif:
                made = deliveries.receive_urls(campaign=campaign, addresses=addresses, now=now)
                self._say(made.name, made)
                return True
            for address in addresses:
                made = deliveries.receive_iiif(campaign=campaign, address=address, now=now)
                self._say(address, made)
        except Problem as problem:
            self.stderr.write(sentences.sentence(problem))
            return False
        return True

    def _say(self, what: str, made: Document | Delivery) -> None:
        what = storable(what)  # a name in another encoding can't be printed
        if isinstance(made, Document):
            self.stdout.write(f"{what}: document {made.pk}, being split")
        else:
            self.stdout.write(f"{what}: delivery {made.pk}, being read")


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """Files with the names they get: of a folder, everything in it with its path from there."""
    if not path.is_dir():
        yield path, path.name
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not found.is_symlink():
            yield found, f"{path.name}/{found.relative_to(path)}"

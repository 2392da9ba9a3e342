"""manage.py load_samples: the sample campaigns, once."""

import io
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crowd.models import Campaign
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.samples.campaigns import CAMPAIGNS
from crowd.services import campaigns, intake


class Command(BaseCommand):
    help = "Make the sample campaigns, unless they are there."
    stealth_options = ("drawn",)  # documents by name that another process draws meanwhile

    def handle(self, *args: Any, **options: Any) -> None:
        self.drawn: Mapping[str, Future[bytes]] = options.get("drawn", {})
        for sample in CAMPAIGNS:
            campaign = Campaign.objects.filter(slug=sample["slug"]).first()
            if campaign is None:
                campaign = campaigns.set_up(description=sample, owner=None, now=timezone.now())
                self.stdout.write(f"{sample['slug']}: made")
            self._give_document(campaign, sample["document"])
            if campaign.state == CampaignState.DRAFT.value:
                campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())

    def _give_document(self, campaign: Campaign, document: Any) -> None:
        if campaign.documents.filter(name=document["name"]).exists():
            return
        name = document["name"]
        content = self.drawn[name].result() if name in self.drawn else document["make"]()
        try:
            intake.receive(
                campaign=campaign,
                upload=io.BytesIO(content),
                name=name,
                now=timezone.now(),
            )
        except Problem as problem:
            if problem.code != "file_known":
                raise

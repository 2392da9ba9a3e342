"""Filled-in forms of two versions, as a scanner gives them, and a campaign that reads them."""

import functools
import io
from random import Random
from typing import Any

from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Document, Layout
from crowd.rules.lifecycle import CampaignState
from crowd.samples import questionnaire, scanner
from crowd.services import campaigns, cutting, grouping, intake, zones
from crowd.services.zones import ZoneSpec
from tests.frontend import team

OLD = questionnaire.VERSIONS[0]
QUESTION = {"key": "text", "kind": "text", "label": "What is written here?", "required": False}
DESCRIPTION: dict[str, Any] = {
    "slug": "forms",
    "title": "Who has interests in what?",
    "language": "en",
    "steps": [
        {
            "key": "read",
            "title": "Read the frame",
            "agree": 1,
            "at_most": 3,
            "questions": [QUESTION],
        }
    ],
}


@functools.cache
def scanned(version: str, number: int) -> bytes:
    """The PDF of one person's two pages, each laid on the glass in its own way."""
    rng = Random(f"scan {version} {number}")
    pages = [
        scanner.drifted(
            questionnaire.inked(version=version, page=page, number=number),
            drift=scanner.a_drift(rng=rng),
            rng=rng,
        )
        for page in range(1, questionnaire.PAGES + 1)
    ]
    first, *others = (page.convert("RGB") for page in pages)
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=150, quality=60)
    return out.getvalue()


def campaign_of_forms(*, old: int, new: int) -> Campaign:
    """A draft whose documents are split and not yet grouped: so many of each version."""
    campaign = campaigns.set_up(description=DESCRIPTION, owner=None, now=timezone.now())
    for version, count in zip(questionnaire.VERSIONS, (old, new), strict=True):
        for number in range(1, count + 1):
            intake.receive(
                campaign=campaign,
                upload=io.BytesIO(scanned(version, number)),
                name=f"form {version} no {number}.pdf",
                now=timezone.now(),
            )
    team.split_all()
    return campaign


def place(version: str, key: str) -> questionnaire.Place:
    return next(each for each in questionnaire.places(version) if each.key == key)


def group(campaign: Campaign) -> None:
    """What a worker would do."""
    grouping.run(campaign_id=campaign.pk, now=timezone.now())


def register(document_id: int) -> None:
    """What a worker would do with a document that was put into another layout."""
    grouping.register(document_id=document_id, now=timezone.now())


def cut_all() -> None:
    """What workers would do, until nothing waits."""
    while cutting.go_on(now=timezone.now()):
        pass


def open_to_all(campaign: Campaign) -> None:
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())


def layout_of(version: str) -> Layout:
    """The layout that the documents of one version have found."""
    document = Document.objects.filter(name__contains=version).select_related("layout").first()
    assert document
    assert document.layout
    return document.layout


def draw(layout: Layout, *keys: str) -> None:
    """Draw these zones where they are on a flat page, and have the documents cut."""
    places = [place(OLD, key) for key in keys]
    zones.save(
        layout=layout,
        zones=[
            ZoneSpec(name=questionnaire.LABELS[each.key], page=each.page, box=each.fractions)
            for each in places
        ],
        now=timezone.now(),
    )
    cutting.apply(layout=layout, now=timezone.now())
    cut_all()


def owner(client: Client, campaign: Campaign) -> str:
    """Sign in as the campaign's owner; the session's key, for a browser's cookie."""
    team.sign_in(client, campaign)
    return str(client.session.session_key)

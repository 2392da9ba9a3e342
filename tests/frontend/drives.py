"""Small drives for the stories: a campaign with two steps about rows, and people who answer."""

import uuid
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from crowd.models import Answer, Assignment, Campaign, Contributor, Document, Excerpt
from crowd.rules.lifecycle import CampaignState
from crowd.services import answers, assignments, campaigns, consensus, contributors, openings

DESCRIPTION: dict[str, Any] = {
    "slug": "letters",
    "title": "What do the letters ask for?",
    "problem": "Nobody has read them.",
    "solution": "We read them together.",
    "story": "They came by post.",
    "licence": "CC0",
    "language": "en",
    "steps": [
        {
            "key": "read",
            "title": "Read the letter",
            "instructions": "Read all of it.",
            "agree": 2,
            "at_most": 3,
            "questions": [
                {
                    "key": "proposal",
                    "kind": "choice",
                    "label": "Does it propose something?",
                    "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
                },
                {
                    "key": "topics",
                    "kind": "choices",
                    "label": "What is it about?",
                    "options": [
                        {"value": "bus", "label": "The bus"},
                        {"value": "road", "label": "The road"},
                    ],
                },
                {
                    "key": "cost",
                    "kind": "number",
                    "label": "At what cost?",
                    "required": False,
                    "settings": {"unit": "€"},
                },
            ],
        },
        {
            "key": "sum-up",
            "title": "Sum up",
            "opens_when": {"step": "read", "question": "topics", "each": True},
            "questions": [
                {
                    "key": "summary",
                    "kind": "text",
                    "label": "In one sentence",
                    "settings": {"max_length": 40},
                }
            ],
        },
    ],
}

SENT = {"q-proposal": "=yes", "q-topics": "=bus", "q-cost": "1 200"}
VALUES = {"proposal": "yes", "topics": ["bus"], "cost": 1200}


def open_drive(rows: int = 4, **changes: Any) -> Campaign:
    """An open campaign with one table of so many letters."""
    now = timezone.now()
    campaign = campaigns.set_up(description=DESCRIPTION | changes, owner=None, now=now)
    document = Document.objects.create(
        campaign=campaign,
        name="letters.csv",
        media_type="text/csv",
        sha256=uuid.uuid4().hex * 2,
        byte_size=1000,
        state="split",
        pages_known=rows,
        pages_done=rows,
        columns=["id", "text"],
        received_at=now,
        finished_at=now,
    )
    excerpts = [
        Excerpt.objects.create(
            campaign=campaign,
            document=document,
            kind="row",
            position=position,
            cells=[f"L{position}", f"Dear mayor, this is letter {position}."],
        )
        for position in range(1, rows + 1)
    ]
    openings.for_excerpts(campaign=campaign, excerpts=excerpts)
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=now)
    return campaign


def picture_all(drawn: Image.Image) -> None:
    """Let every excerpt there is be a page that looks like this."""
    webp, width = BytesIO(), drawn.width
    drawn.save(webp, "WEBP", quality=40)
    for excerpt in Excerpt.objects.all():
        excerpt.kind, excerpt.image_key = "page", f"excerpts/{excerpt.pk}"
        excerpt.image_widths, excerpt.width, excerpt.height = [width], width, drawn.height
        excerpt.save()
        default_storage.save(f"{excerpt.image_key}/{width}.webp", ContentFile(webp.getvalue()))


def start(client: Client, campaign: Campaign) -> str:
    """Press the button; the address of the first excerpt."""
    return str(client.post(f"/c/{campaign.slug}/play/")["Location"])


def held(address: str) -> Assignment:
    """The assignment a play page is about."""
    return Assignment.objects.get(pk=address.rstrip("/").rsplit("/", 1)[-1])


def person(name: str = "", *, listed: bool = False) -> Contributor:
    """Someone else's browser."""
    someone, _ = contributors.start_guest(language="en", now=timezone.now())
    if name:
        contributors.choose_name(contributor=someone, pseudonym=name, listed=listed)
    return someone


def say(someone: Contributor, campaign: Campaign, values: dict[str, Any] | None = None) -> Answer:
    """Someone takes the next excerpt and answers it."""
    claim = assignments.claim_next(contributor=someone, campaign=campaign, now=timezone.now())
    assert claim.assignment is not None
    return answers.submit(
        assignment=claim.assignment,
        answer_id=uuid.uuid4(),
        values=VALUES if values is None else values,
        badly_cut=False,
        now=timezone.now(),
    ).answer


def cross_check() -> None:
    """What Celery would do."""
    while consensus.settle_waiting(now=timezone.now()):
        pass

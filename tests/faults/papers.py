"""Documents on the site under attack: `python -m tests.faults.papers give PATH | seen ID`."""

import hashlib
import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.files.storage import default_storage  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, Document, Excerpt  # noqa: E402
from crowd.services import campaigns, intake  # noqa: E402


def give(path: str) -> int:
    """Give a file to a new campaign of two steps; the document's number."""
    option = {"value": "y", "label": "y"}
    question = {"key": "what", "kind": "choice", "label": "What?", "options": [option]}
    steps = [{"key": key, "title": key, "questions": [question]} for key in ("one", "two")]
    slug = f"papers-{Campaign.objects.count()}"
    campaign = campaigns.set_up(
        description={"slug": slug, "title": slug, "steps": steps}, owner=None, now=timezone.now()
    )
    with Path(path).open("rb") as file:
        given = intake.receive(campaign=campaign, upload=file, name=slug, now=timezone.now())
    return int(given.pk)


def seen(number: str) -> dict[str, object]:
    """All that a document has become, so that two can be compared."""
    document = Document.objects.get(pk=number)
    excerpts = document.excerpts.order_by("kind", "position")
    return {
        "state": document.state,
        "pages": [document.pages_known, document.pages_done],
        "gaps": document.gaps,
        "excerpts": [_excerpt(each) for each in excerpts],
        "stretches_left": document.stretches.count(),
    }


def _excerpt(excerpt: Excerpt) -> list[object]:
    drawn = [
        hashlib.sha256(default_storage.open(f"{excerpt.image_key}/{width}.webp").read()).hexdigest()
        for width in excerpt.image_widths
    ]
    asked = excerpt.microtasks.order_by("step__position").values_list(
        "step__key", "state", "needs", "about"
    )
    told = [excerpt.kind, excerpt.position, excerpt.page, excerpt.text, excerpt.width]
    return [*told, excerpt.height, drawn, [list(each) for each in asked]]


if __name__ == "__main__":
    print(json.dumps({"give": give, "seen": seen}[sys.argv[1]](sys.argv[2])))

"""What the benchmark of forms does on the site: `python -m tests.bench.form_papers ZIP COUNT`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, Layout, Membership, User  # noqa: E402
from crowd.rules.lifecycle import CampaignState  # noqa: E402
from crowd.samples import questionnaire  # noqa: E402
from crowd.services import campaigns, cutting, deliveries, layouts, zones  # noqa: E402
from crowd.services.zones import ZoneSpec  # noqa: E402

LOOKS_APART = 1.0  # seconds
ZONES = 12


def main(path: str, count: int) -> None:
    """Bring the forms in, group them, cut them, look at the workshop's pages; a line for each."""
    campaign = _campaign()
    began = time.monotonic()
    with Path(path).open("rb") as file:
        deliveries.take(campaign=campaign, upload=file, name="forms.zip", now=timezone.now())
    _until(lambda: campaign.documents.filter(state="split").count() == count)
    _tell(began, split=count, pages=campaign.excerpts.filter(kind="page").count())

    layouts.group(campaign=campaign)
    _until(lambda: campaign.documents.exclude(layout=None).count() == count)
    sizes = [each.documents for each in layouts.of_campaign(campaign=campaign)]
    _tell(began, grouped=count, layouts=sizes)

    for layout in campaign.layouts.all():
        zones.save(layout=layout, zones=_zones(layout), now=timezone.now())
        cutting.apply(layout=layout, now=timezone.now())
    _until(lambda: not any(each.waiting for each in layouts.of_campaign(campaign=campaign)))
    cut = campaign.excerpts.filter(kind="zone").count()
    _tell(began, zones=cut, microtasks=campaign.microtasks.count())
    _look(campaign)


def _campaign() -> Campaign:
    question = {"key": "what", "kind": "text", "label": "What is written here?"}
    step = {"key": "read", "title": "Read", "questions": [question]}
    slug = f"forms-{Campaign.objects.count()}"
    made = campaigns.set_up(
        description={"slug": slug, "title": slug, "steps": [step]}, owner=None, now=timezone.now()
    )
    made.splitting = {"pages": {"by": "zones"}}
    made.save(update_fields=["splitting"])
    campaigns.move(campaign=made, state=CampaignState.OPEN, now=timezone.now())
    return made


def _zones(layout: Layout) -> list[ZoneSpec]:
    """The places of the version that the reference is of, halved until there are twelve."""
    version = questionnaire.VERSIONS[int(layout.reference.name[-5]) % 2]
    found = [(each.page, each.fractions) for each in questionnaire.places(version)]
    for page, (left, top, right, foot) in list(found)[: ZONES - len(found)]:
        middle = (left + right) / 2
        found.remove((page, [left, top, right, foot]))
        found += [(page, [left, top, middle, foot]), (page, [middle, top, right, foot])]
    return [
        ZoneSpec(name=f"zone {number}", page=page, box=box)
        for number, (page, box) in enumerate(sorted(found), start=1)
    ]


def _look(campaign: Campaign) -> None:
    """Seconds, statements and kilobytes of the workshop's pages."""
    user = User.objects.create_user(f"{campaign.slug}@example.org")
    Membership.objects.create(campaign=campaign, user=user, role="owner")
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    first = campaign.layouts.order_by("pk").first()
    assert first
    for name in ("documents/", "layouts/", f"layouts/{first.pk}/", f"layouts/{first.pk}/zones/"):
        began = time.monotonic()
        with CaptureQueriesContext(connection) as asked:
            reply = client.get(f"/c/{campaign.slug}/workshop/{name}")
        told = {"page": name, "status": reply.status_code, "statements": len(asked)}
        _tell(began, **told, kb=len(reply.content) // 1024)


def _until(there: Callable[[], bool]) -> None:
    while not there():
        time.sleep(LOOKS_APART)


def _tell(began: float, **said: Any) -> None:
    print(json.dumps({**said, "seconds": round(time.monotonic() - began, 2)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

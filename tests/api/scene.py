"""One of everything that an address of the API can name, in one campaign: of its team, and of a
volunteer whom nobody else should see into.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from crowd import models as nouns
from crowd.models import Campaign, Membership, Verdict
from crowd.services import machines
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES, cross_check


@dataclass
class Scene:
    """Rows by the name of their model, and what stands for `{id}` and the like in an address."""

    campaign: Campaign
    someone: Caller
    rows: dict[str, Any] = field(default_factory=dict)

    def named(self, path: str) -> dict[str, Any]:
        """What to put into the braces of an address, such as "/documents/{id}"."""
        within = path.split("/")
        found: dict[str, Any] = {"slug": self.campaign.slug, "page": 1, "question": "asks"}
        if within[1] == "teams":
            found["slug"] = self.rows["Team"].slug
        if "{id}" in path:
            found["id"] = self.rows[OF[within[within.index("{id}") - 1]]].pk
        coded = {"rooms": "Room", "certificates": "Certificate"}
        named = next((coded[each] for each in within if each in coded), None)
        found["code"] = self.rows[named].code if named else "not_found"
        found["secret"] = "unknown"
        found["key"] = "read" if "steps" in within else self.rows["Snapshot"].key
        found["name"] = "csv"
        found["topic"] = "privacy"
        found["event"] = self.rows["WebhookDelivery"].event
        return found


# The word in front of `{id}` → whose id it is.
OF = {
    "amendments": "Amendment",
    "comments": "Comment",
    "finds": "Find",
    "assignments": "Assignment",
    "audit-items": "AuditItem",
    "audits": "Audit",
    "deliveries": "Delivery",
    "documents": "Document",
    "excerpts": "Excerpt",
    "flags": "Flag",
    "invitations": "Invitation",
    "keys": "ApiKey",
    "layouts": "Layout",
    "machines": "Machine",
    "microtasks": "MicroTask",
    "moves": "Move",
    "objections": "Objection",
    "reports": "Report",
    "targets": "Excerpt",
    "team": "Membership",
    "tutorial": "KnownAnswer",
    "unmatched-pages": "PageMatch",
    "uploads": "Upload",
    "verdicts": "Verdict",
    "webhooks": "Webhook",
    "zones": "Zone",
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MADE: dict[str, dict[str, Any]] = {
    "KnownAnswer": {},
    "Delivery": {},
    "Layout": {},
    "Zone": {"box": [0, 0, 1, 1]},
    "PageMatch": {},
    "Report": {},
    "Find": {},
    "Comment": {},
    "Flag": {},
    "Objection": {},
    "Amendment": {},
    "Webhook": {"address": "https://hooks.example.org/in", "kinds": ["campaign.closed"]},
    "WebhookDelivery": {"kind": "campaign.closed", "state": "failed", "done_at": LONG_AGO},
    "Room": {"code": "ROOM"},
    "Invitation": {},
    "Snapshot": {},
    "Upload": {"question": "what"},
    "Move": {},
    "Certificate": {"code": "c" * 12},
    "Team": {},
    "Audit": {},
    "AuditItem": {},
}


def make(campaign: Campaign, owner: Any) -> Scene:
    """A verdict by two volunteers, a lease of the second, and one row of everything else."""
    someone = volunteer()
    for each in (volunteer(), someone):
        each.answer_next(campaign.slug, YES)
    cross_check()
    lent = someone.claim(campaign.slug)["assignment"]
    scene = Scene(campaign, someone)
    verdict = Verdict.objects.get()
    microtask = verdict.microtask
    scene.rows = {
        "Campaign": campaign,
        "User": owner,
        "Membership": Membership.objects.filter(campaign=campaign).exclude(user=owner)[0],
        "ApiKey": nouns.ApiKey.objects.filter(user=owner)[0],
        "Step": microtask.step,
        "Question": microtask.step.questions.all()[0],
        "Document": microtask.excerpt.document,
        "Excerpt": microtask.excerpt,
        "MicroTask": microtask,
        "Verdict": verdict,
        "Assignment": nouns.Assignment.objects.get(pk=lent["id"]),
    }
    scene.rows["Machine"], _ = machines.make(
        campaign=campaign, name="reader", by=owner, now=timezone.now()
    )
    scene.rows["Contributor"] = scene.rows["Assignment"].contributor
    for name, known in MADE.items():
        scene.rows[name] = _filled(name, known, scene.rows)
    return scene


def _filled(name: str, known: dict[str, Any], rows: dict[str, Any]) -> Any:
    """A row of a model: what it needs at least, among the rows that there are."""
    model = getattr(nouns, name)
    values = {each.name: _value(each, rows) for each in model._meta.concrete_fields if _lacks(each)}
    return model._default_manager.create(**{**values, **known})


def _lacks(each: Any) -> bool:
    if each.auto_created or each.has_default():
        return False
    return not each.null or each.name in {"campaign", "contributor", "user"}


def _value(each: Any, rows: dict[str, Any]) -> Any:
    if each.is_relation:
        return rows[each.related_model.__name__]
    if each.choices:
        return each.choices[0][0]
    made = {
        models.UUIDField: uuid.uuid4(),
        models.DateTimeField: timezone.now(),
        models.DateField: date(2026, 1, 1),
        models.JSONField: {},
        models.BinaryField: b"x",
    }
    if type(each) in made:
        return made[type(each)]
    if isinstance(each, models.IntegerField | models.FloatField):
        return 1
    return "" if each.blank else "x"

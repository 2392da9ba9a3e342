"""Copies: a whole campaign as one file, and a campaign made of such a file on another Tamis.

Rows leave as PostgreSQL writes them, one JSON a line; they come in with every number moved by the
same distance, so that what pointed to each other still does. People come along as numbers without
names, accounts not at all. All of it comes in, in one transaction, or nothing does.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from crowd import models as nouns
from crowd.models import Campaign, Contributor, Excerpt, Upload
from crowd.services import flat_table

FORMAT = "tamis-campaign-1"
AT_ONCE = 1000  # rows written by one statement
HEADER = "tamis.json"
# What goes along, and how it hangs on the campaign.
GOES: Mapping[str, str] = {
    "Campaign": "pk",
    "Room": "campaign",
    "Step": "campaign",
    "Question": "step__campaign",
    "Delivery": "campaign",
    "Refusal": "delivery__campaign",
    "Layout": "campaign",
    "Document": "campaign",
    "Stretch": "document__campaign",
    "Zone": "layout__campaign",
    "PageMatch": "document__campaign",
    "Cutting": "document__campaign",
    "Excerpt": "campaign",
    "MicroTask": "campaign",
    "KnownAnswer": "microtask__campaign",
    "Review": "microtask__campaign",
    "Report": "excerpt__campaign",
    "Flag": "campaign",
    "Batch": "campaign",
    "Assignment": "microtask__campaign",
    "Upload": "microtask__campaign",
    "Answer": "microtask__campaign",
    "Machine": "campaign",
    "Suggestion": "microtask__campaign",
    "Verdict": "step__campaign",
    "VerdictAnswer": "verdict__step__campaign",
    "Award": "campaign",
    "QuestionKnowledge": "question__step__campaign",
    "Reliability": "question__step__campaign",
    "Belief": "microtask__campaign",
    "Habit": "question__step__campaign",
    "Amendment": "campaign",
    "Announcement": "campaign",
    "Objection": "verdict__step__campaign",
    "Comment": "excerpt__campaign",
    "Find": "excerpt__campaign",
}
# What belongs to people and to this site, and stays: accounts and their mails, names, games and
# goals, drafts and follows, invitations, the site's own texts; counts, which are made anew;
# snapshots, which name this site's addresses. A test sees to it that every noun is in one list.
STAYS = frozenset(
    {
        *("User", "ApiKey", "Membership", "Seat", "Change", "Invitation", "LaunchPermit"),
        *("Draft", "Team", "TeamPlace", "MailChoice", "Mail", "RollUp", "HourCount", "DayCount"),
        *("DocumentCount", "Audit", "AuditItem", "Complaint", "RefusedName", "LegalText"),
        *("RetentionRule", "Move", "Snapshot", "SnapshotFile", "Follow", "Badge", "Welcome"),
        *("WeeklyGoal", "CampaignGoal", "Experiment", "Subject", "Thanks", "Certificate"),
        *("Tryout", "Trial", "KeptReply"),
        *("Webhook", "WebhookDelivery"),  # their secrets never leave
    }
)


def model_of(name: str) -> type[models.Model]:
    found: type[models.Model] = getattr(nouns, name)
    return found


def write(*, campaign: Campaign | None, path: Path) -> dict[str, int]:
    """Write a campaign with everything that belongs to it; how many rows of what."""
    assert campaign is not None
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out, transaction.atomic():
        people = _people(campaign)
        rows = {name: _of(name, campaign) for name in GOES}
        rows["Contributor"] = Contributor.objects.filter(pk__in=people)
        for name, found in rows.items():
            counts[name] = found.count()
            if counts[name] and isinstance(found.model._meta.pk, models.AutoField):
                first[name] = found.aggregate(low=models.Min("pk"))["low"]
            with out.open(f"rows/{name}.jsonl", "w", force_zip64=True) as file:
                for piece in _lines(found) if counts[name] else ():
                    file.write(piece)
        for name in _files(campaign):
            _pack(out, name)
        header = {"format": FORMAT, "slug": campaign.slug, "title": campaign.title}
        out.writestr(HEADER, json.dumps(header | {"counts": counts, "first": first}))
    return counts


def _of(name: str, campaign: Campaign) -> "models.QuerySet[Any]":
    return model_of(name)._default_manager.filter(**{GOES[name]: campaign.pk}).order_by("pk")


def _people(campaign: Campaign) -> set[int]:
    """Everyone whom a row of it names, and the accounts that guests have joined."""
    found: set[int] = set()
    for name in GOES:
        for field in references(model_of(name)):
            if field.related_model is Contributor:
                found |= set(_of(name, campaign).order_by().values_list(field.attname, flat=True))
    found.discard(None)
    joined = Contributor.objects.filter(pk__in=found).exclude(joined_into=None)
    return found | set(joined.values_list("joined_into_id", flat=True))


def references(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field


def _lines(found: "models.QuerySet[Any]") -> Iterator[bytes]:
    columns = [field.attname for field in found.model._meta.concrete_fields]
    sql, params = found.values(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        told = cursor.mogrify(sql, params)
    rows = f"SELECT row_to_json(t)::text FROM ({told}) t"  # noqa: S608 (Django's own SQL)
    return flat_table.copied(flat_table.COPY_LINES.format(query=rows))


def _files(campaign: Campaign) -> Iterator[str]:
    """Every file that a row of it names."""
    for name in ("Document", "Delivery"):
        yield from _of(name, campaign).exclude(file="").values_list("file", flat=True)
    pictures = Excerpt.objects.filter(campaign=campaign).exclude(image_key="")
    for key, widths in pictures.values_list("image_key", "image_widths").iterator():
        yield from (f"{key}/{width}.webp" for width in widths)
    for upload in Upload.objects.filter(microtask__campaign=campaign):
        for page, about in enumerate(upload.pages, start=1):
            widths = about.get("widths", []) if isinstance(about, dict) else []
            yield from (f"{upload.key(page)}/{width}.webp" for width in widths)


def _pack(out: zipfile.ZipFile, name: str) -> None:
    try:
        held = default_storage.open(name)
    except FileNotFoundError:
        return  # gone here, too: its row says what it was
    with held, out.open(f"files/{name}", "w", force_zip64=True) as file:
        shutil.copyfileobj(held, file)

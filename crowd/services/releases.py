"""Releases: everything public of a campaign at one moment, collected into files.

Read in one transaction that sees the database as it was when it began, so that votes, weights and
verdicts belong together while people go on answering. Nobody is named but by a word drawn for this
release: its salt is forgotten when it is written.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from crowd.models import (
    Campaign,
    Contributor,
    Excerpt,
    QuestionKnowledge,
    Step,
)
from crowd.rules.consensus import RULE_VERSION, Pool
from crowd.rules.opendata import cells, packaging
from crowd.rules.opendata.proofs import AskedStep
from crowd.services import flat_table, names
from crowd.services.release_proofs import Collected, Pseudonyms, write_proofs

MOST_SOURCES = 1000  # documents that a package names one by one; its tables name all


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read in this block is as it was when it began; nothing can be written.

    Must be the outermost transaction.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def collect(
    *,
    campaign: Campaign,
    key: str,
    folder: Path,
    now: datetime,
    tell: Callable[[int], None],
) -> Collected:
    """Write what `packaging.COLLECTED` names. In the caller's transaction (`one_moment`).

    Args:
        key: the release's address within the campaign.
        tell: is told how many micro-tasks have been read.
    """
    for part in ("data", "proof"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    found = Collected(documents=list(campaign.documents.values_list("pk", flat=True)))
    with (folder / packaging.EXCERPTS).open("wb") as file:
        file.writelines(flat_table.lines(campaign=campaign))
    pseudonyms = Pseudonyms()
    asked = [_asked(step) for step in campaign.steps.order_by("position")]
    write_proofs(campaign, folder, asked, pseudonyms, found, tell)
    _write_credits(folder, found)
    found.counts["excerpts"] = Excerpt.objects.filter(campaign=campaign, hidden_at=None).count()
    found.counts["voters"] = len(found.voters)
    release = _release(campaign, key, asked, found, now)
    (folder / packaging.RELEASE).write_text(json.dumps(release, ensure_ascii=False), "utf-8")
    return found


def total(campaign: Campaign) -> int:
    """How many micro-tasks a release of this campaign would read now."""
    return flat_table.public(campaign).count()


def _asked(step: Step) -> tuple[Step, AskedStep]:
    questions = list(step.questions.order_by("position", "pk"))
    pools = QuestionKnowledge.objects.filter(question__in=questions).select_related("question")
    return step, AskedStep(
        key=step.key,
        title=step.title,
        questions=[each.rule for each in questions],
        labels={each.key: each.label for each in questions},
        policy=step.policy,
        pools={each.question.key: Pool.from_json(each.sums) for each in pools},
    )


def _write_credits(folder: Path, found: Collected) -> None:
    """The names of those who took part and are listed, in the order of the alphabet."""
    for person in Contributor.objects.listed().filter(pk__in=found.voters):
        found.credited[person.pk] = names.shown(person)
    with (folder / packaging.CREDITS).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["name"])
        listed = sorted(found.credited.values(), key=str.casefold)
        out.writerows([cells.guarded(name)] for name in listed)


def _release(
    campaign: Campaign,
    key: str,
    asked: Sequence[tuple[Step, AskedStep]],
    found: Collected,
    now: datetime,
) -> dict[str, Any]:
    columns = flat_table.layout(campaign)
    blocks = flat_table.blocks(campaign)
    documents = campaign.documents.exclude(source_url="").order_by("pk")[:MOST_SOURCES]
    return {
        "key": key,
        "revision": 1,
        "taken_at": now.isoformat(),
        "rule_version": RULE_VERSION,
        "campaign": {
            "slug": campaign.slug,
            "title": campaign.title,
            "problem": campaign.problem,
            "licence": campaign.licence,
            "language": campaign.language,
            "address": f"{settings.TAMIS_ORIGIN}/c/{campaign.slug}/",
        },
        "documents": [{"title": each.name, "path": each.source_url} for each in documents],
        "sources": [each.key for each in columns if each.part == "cells"],
        "blocks": [{"name": b.name, "step": b.step, "about": b.about} for b in blocks],
        "steps": [told.to_json() for _, told in asked],
        "counts": found.counts,
        "tombstones": [],
    }

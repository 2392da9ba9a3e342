"""The static archive: a campaign as a small site of plain files, in one zip.

It opens from a USB stick and can be put on any web host: every link is relative, nothing is loaded
from anywhere else, and there is no script. It is made from what was collected for a release, so
that a release that is written anew without what was withdrawn has an archive without it, too.
"""

import csv
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import translation

from crowd.models import Campaign, Excerpt, Question, Step
from crowd.rules.opendata import packaging
from crowd.services import progress, results
from crowd.services.results import QuestionResult

PER_PAGE = 50  # excerpts
WIDTH = 960  # pixels: of the widths there are, the nearest one is taken along
STYLES = ("tamis/tamis.css", "tamis/results.css", "tamis/archive.css")
EPOCH = (1980, 1, 1, 0, 0, 0)  # zips know no earlier one: the same files make the same archive
DATA = ("excerpts.csv", "rows.csv", "excerpts.jsonl", "verdicts.csv", "votes.csv", "weights.csv")


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of excerpts: its number, from 1, and the records on it."""

    number: int
    records: list[dict[str, Any]]

    @property
    def name(self) -> str:
        return f"{self.number}.html"


def write(*, campaign: Campaign, folder: Path) -> Path:
    """The archive of what was collected in `folder` (`packaging.COLLECTED`, and its tables).

    Returns:
        The zip, in that folder.
    """
    made = folder / "archive.zip"
    with (
        translation.override(campaign.language),
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        pages = _excerpts(archive, campaign, folder)
        context = {
            "campaign": campaign,
            "progress": progress.recount(campaign),
            "pages": pages,
            "data": _data(archive, folder),
            "picture": _story_picture(archive, campaign),
        }
        for name, more in (
            ("index", {}),
            ("results", {"steps": _results(campaign)}),
            ("documents", {"documents": campaign.documents.order_by("name", "pk")}),
            ("credits", {"names": _credits(folder)}),
        ):
            _page(archive, f"{name}.html", f"archive/{name}.html", context | more, top="")
        for style in STYLES:
            archive.write(str(finders.find(style)), f"archive/{style.rpartition('/')[2]}")
    return made


def _page(
    archive: zipfile.ZipFile, name: str, template: str, context: Mapping[str, Any], *, top: str
) -> None:
    """One page; `top` is the way from it to the folder where the archive begins."""
    archive.writestr(f"archive/{name}", render_to_string(template, {**context, "top": top}))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked, as the pages say it."""

    questions: Mapping[tuple[str, str], Question]
    titles: Mapping[str, str]
    labels: Mapping[str, str]


def _asked(campaign: Campaign) -> Asked:
    steps = list(campaign.steps.prefetch_related("questions"))
    questions = {(step.key, each.key): each for step in steps for each in step.questions.all()}
    return Asked(
        questions=questions,
        titles={step.key: step.title for step in steps},
        labels={o["value"]: o["label"] for each in questions.values() for o in each.options},
    )


def _excerpts(archive: zipfile.ZipFile, campaign: Campaign, folder: Path) -> int:
    """Write the pages of excerpts with their pictures; how many pages."""
    asked = _asked(campaign)
    total = sum(1 for _ in packaging.lines(folder / packaging.EXCERPTS))
    last = -(-total // PER_PAGE)
    for page in _pages(folder):
        ids = [each["excerpt"] for each in page.records]
        there = Excerpt.objects.filter(pk__in=ids, hidden_at=None)
        stored_at = dict(there.values_list("pk", "image_key"))
        context = {
            "campaign": campaign,
            "records": [_shown(archive, each, asked, stored_at) for each in page.records],
            "page": page.number,
            "before": page.number - 1,
            "after": page.number + 1 if page.number < last else 0,
            "last": last,
        }
        _page(archive, f"excerpts/{page.name}", "archive/excerpts.html", context, top="../")
    return last


def _pages(folder: Path) -> Iterator[Page]:
    found, number = packaging.lines(folder / packaging.EXCERPTS), 1
    while records := list(islice(found, PER_PAGE)):
        yield Page(number=number, records=records)
        number += 1


def _shown(
    archive: zipfile.ZipFile,
    record: Mapping[str, Any],
    asked: Asked,
    stored_at: Mapping[int, str],
) -> dict[str, Any]:
    verdicts = []
    for block, verdict in sorted(record["verdicts"].items()):
        step, _, about = block.partition(".")
        said = [
            {"question": asked.questions[step, key], **each}
            for key, each in verdict["values"].items()
            if (step, key) in asked.questions
        ]
        verdicts.append(
            {
                "title": asked.titles.get(step, step),
                "about": asked.labels.get(about, about),
                "outcome": verdict["outcome"],
                "said": said,
            }
        )
    taken = {key: record[key] for key in ("excerpt", "document", "page", "position", "cells")}
    picture = _picture(archive, record, stored_at.get(record["excerpt"], ""))
    return taken | {"picture": picture, "verdicts": verdicts}


def _picture(
    archive: zipfile.ZipFile, record: Mapping[str, Any], key: str
) -> dict[str, Any] | None:
    """The excerpt's picture, put into the archive; None where it has none."""
    drawn = record["picture"]
    if not drawn or not key:
        return None
    width = min(drawn["widths"], key=lambda each: abs(each - WIDTH))
    name = f"pictures/{record['excerpt']}.webp"
    if not _store(archive, f"{key}/{width}.webp", name):
        return None
    height = round(width * drawn["height"] / drawn["width"])
    return {"name": name, "width": width, "height": height}


def _store(archive: zipfile.ZipFile, key: str, name: str) -> bool:
    """Copy one stored file as it is: pictures can't be made smaller by a zip."""
    try:
        stored = default_storage.open(key)
    except FileNotFoundError:
        return False  # withdrawn while this was written
    entry = zipfile.ZipInfo(f"archive/{name}", date_time=EPOCH)
    with stored, archive.open(entry, "w") as out:
        shutil.copyfileobj(stored, out)
    return True


def _story_picture(archive: zipfile.ZipFile, campaign: Campaign) -> str:
    if campaign.picture and _store(archive, campaign.picture, "pictures/story.webp"):
        return "pictures/story.webp"
    return ""


def _data(archive: zipfile.ZipFile, folder: Path) -> list[tuple[str, int]]:
    """The data as files beside the pages: name and bytes."""
    taken = []
    for name in DATA:
        held = folder / "data" / name
        if held.exists():
            archive.write(held, f"archive/data/{name}")
            taken.append((name, held.stat().st_size))
    return taken


def _results(campaign: Campaign) -> list[tuple[Step, list[QuestionResult]]]:
    results.forget(campaign)  # what has just been hidden must not be counted
    found = results.of_campaign(campaign)
    steps = campaign.steps.order_by("position")
    return [(step, [each for each in found if each.step == step.key]) for step in steps]


def _credits(folder: Path) -> list[str]:
    with (folder / packaging.CREDITS).open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]

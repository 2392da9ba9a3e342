"""What the benchmark of documents runs on the site: `python -m tests.bench.papers VERB …`."""

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import psutil
import pypdfium2 as pdfium

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, Document, Excerpt, MicroTask  # noqa: E402
from crowd.rules.lifecycle import CampaignState  # noqa: E402
from crowd.rules.splitting import pictures  # noqa: E402
from crowd.services import campaigns, intake  # noqa: E402

LOOKS_APART = 0.25  # seconds
BLOCK = 1 << 17
COLUMNS = "campaign_id, document_id, kind, position, text, cells, metadata, image_key, image_widths"


def receive(path: str) -> None:
    """Give a file to a new open campaign, and print how its splitting goes, a line each look."""
    document = _received(Path(path))
    began = time.monotonic()
    first = None
    while True:
        document.refresh_from_db()
        if first is None and MicroTask.objects.filter(campaign=document.campaign).exists():
            first = time.monotonic() - began
        now = {"state": document.state, "done": document.pages_done, "first": first}
        print(json.dumps({**now, "seconds": time.monotonic() - began}), flush=True)
        if document.state in {"split", "failed"}:
            break
        time.sleep(LOOKS_APART)
    made = {"excerpts": document.excerpts, "microtasks": document.campaign.microtasks}
    counts = {name: each.count() for name, each in made.items()}
    print(json.dumps({**counts, "gaps": len(document.gaps), "problem": document.problem_code}))


def draw(path: str, start: str, step: str) -> None:
    """The bare loop: draw every `step`-th page in the largest width, encode it once, forget it."""
    began = time.process_time()
    document = pdfium.PdfDocument(path)
    pages = 0
    for index in range(int(start), len(document), int(step)):
        page = document[index]
        scale = (pictures.WIDTHS[-1] - 0.01) / page.get_size()[0]
        image = page.render(scale=scale, rev_byteorder=True).to_pil()
        quality = pictures.QUALITY[pictures.WIDTHS[-1]]
        image.save(io.BytesIO(), "WEBP", quality=quality, method=pictures.EFFORT)
        page.close()
        pages += 1
    print(json.dumps({"pages": pages, "cpu": time.process_time() - began}))


def copy(path: str, indexed: str) -> None:
    """The bare COPY: the same rows into a table of the same shape, in one go.

    Args:
        path: of the rows as COPY reads them, with cells as JSON.
        indexed: "indexed" for the same indexes and constraints too (no foreign keys), else "bare".
    """
    shape = "INCLUDING ALL" if indexed == "indexed" else "INCLUDING DEFAULTS INCLUDING IDENTITY"
    fixed = [field for field in Excerpt._meta.concrete_fields if field.has_default()]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_copy")
        cursor.execute(f"CREATE TABLE bare_copy (LIKE crowd_excerpt {shape})")
        for field in fixed:
            value = json.dumps(field.get_default())
            cursor.execute(
                f"ALTER TABLE bare_copy ALTER {field.column} SET DEFAULT '{value}'"
                if field.get_internal_type() == "JSONField"
                else f"ALTER TABLE bare_copy ALTER {field.column} SET DEFAULT {value!r}"
            )
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
        began, spent = time.monotonic(), _spent(backend)
        with (
            open(path, "rb") as rows,
            cursor.copy(f"COPY bare_copy ({COLUMNS}) FROM STDIN") as writing,
        ):
            while block := rows.read(BLOCK):
                writing.write(block)
        seconds, cpu = time.monotonic() - began, _spent(backend) - spent
        cursor.execute("SELECT count(*) FROM bare_copy")
        (count,) = cursor.fetchone()
        cursor.execute("DROP TABLE bare_copy")
    print(json.dumps({"rows": count, "seconds": seconds, "cpu": cpu}))


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _received(path: Path) -> Document:
    option = {"value": "y", "label": "y"}
    question = {"key": "what", "kind": "choice", "label": "What?", "options": [option]}
    step = {"key": "read", "title": "Read", "questions": [question]}
    slug = f"bench-{Campaign.objects.count()}"
    campaign = campaigns.set_up(
        description={"slug": slug, "title": slug, "steps": [step]}, owner=None, now=timezone.now()
    )
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())
    with path.open("rb") as file:
        given = intake.receive(campaign=campaign, upload=file, name=path.name, now=timezone.now())
    return Document.objects.get(pk=given.pk)


VERBS: dict[str, Callable[..., Any]] = {"receive": receive, "draw": draw, "copy": copy}

if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    VERBS[verb](*arguments)

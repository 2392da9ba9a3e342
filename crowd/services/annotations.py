"""Verdicts as others' tools read them: W3C annotations, and a IIIF manifest of the excerpts.

Both are streamed, one excerpt after another, from the same records as every other format.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from crowd.models import Campaign
from crowd.rules.opendata import cells
from crowd.rules.opendata.records import Record
from crowd.services import flat_table

ANNOTATIONS = "http://www.w3.org/ns/anno.jsonld"
IIIF = "http://iiif.io/api/presentation/3/context.json"
NO_PICTURE = (1000, 400)  # a canvas needs a size: of an excerpt that is a text


def web_annotations(*, campaign: Campaign, found: Iterable[Record]) -> Iterator[bytes]:
    """One W3C annotation page (JSON-LD) with an annotation for each question of each excerpt."""
    labels = _labels(campaign)
    head = {
        "@context": ANNOTATIONS,
        "id": f"{settings.TAMIS_ORIGIN}{_address(campaign, 'annotations')}",
        "type": "AnnotationPage",
        "partOf": {"type": "AnnotationCollection", "label": campaign.title},
    }
    items = (
        _annotation(record, block, key, said, labels, target=_excerpt(record))
        for record in found
        for block, key, said in _told(record)
    )
    return _streamed(head, items)


def manifest(*, campaign: Campaign, found: Iterable[Record]) -> Iterator[bytes]:
    """One IIIF Presentation 3 manifest: a canvas an excerpt, its verdicts as annotations on it."""
    labels = _labels(campaign)
    head = {
        "@context": IIIF,
        "id": f"{settings.TAMIS_ORIGIN}{_address(campaign, 'iiif')}",
        "type": "Manifest",
        "label": {campaign.language: [campaign.title]},
        "summary": {campaign.language: [campaign.problem or campaign.title]},
        "homepage": [
            {
                "id": f"{settings.TAMIS_ORIGIN}{reverse('campaign', args=[campaign.slug])}",
                "type": "Text",
                "label": {campaign.language: [campaign.title]},
                "format": "text/html",
            }
        ],
    }
    if campaign.licence:
        head["requiredStatement"] = {
            "label": {"en": ["Licence"], "fr": ["Licence"]},
            "value": {"none": [campaign.licence]},
        }
    return _streamed(head, (_canvas(each, labels) for each in found))


def _streamed(head: dict[str, Any], items: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """An object whose last member, "items", is written one by one."""
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "items": ['
    between = b"\n"
    for each in items:
        yield between + json.dumps(each, ensure_ascii=False).encode()
        between = b",\n"
    yield b"\n]}\n"


def _canvas(record: Record, labels: dict[tuple[str, str], str]) -> dict[str, Any]:
    here = _excerpt(record)
    picture = record["picture"]
    width, height = (picture["width"], picture["height"]) if picture else NO_PICTURE
    canvas = f"{here}canvas"
    body: dict[str, Any] = {
        "type": "TextualBody",
        "format": "text/plain",
        "value": "\n".join(f"{name}: {text}" for name, text in record["cells"].items()) or "–",
    }
    if picture:
        path = reverse("picture", args=[record["excerpt"], picture["widths"][-1]])
        body = {
            "id": f"{settings.TAMIS_ORIGIN}{path}",
            "type": "Image",
            "format": "image/webp",
            "width": width,
            "height": height,
        }
    painting = {
        "id": f"{here}painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": body,
        "target": canvas,
    }
    said = [
        _annotation(record, block, key, each, labels, target=canvas, motivation="commenting")
        for block, key, each in _told(record)
    ]
    told = {"id": f"{here}verdicts", "type": "AnnotationPage", "items": said}
    shown = {"id": f"{here}page", "type": "AnnotationPage", "items": [painting]}
    return {
        "id": canvas,
        "type": "Canvas",
        "label": {"none": [f"{record['document']} · {record['position']}"]},
        "width": width,
        "height": height,
        "items": [shown],
        **({"annotations": [told]} if said else {}),
    }


def _annotation(
    record: Record,
    block: str,
    key: str,
    said: Any,
    labels: dict[tuple[str, str], str],
    *,
    target: str,
    motivation: str = "describing",
) -> dict[str, Any]:
    step, _, about = block.partition(".")
    label = labels.get((step, key), key)
    value = said["value"]
    text = cells.joined(value) if isinstance(value, list) else cells.cell(value)
    boxes = [_selected(target, each["box"]) for each in _boxes(value)]
    return {
        "id": f"{_excerpt(record)}#{block}.{key}",
        "type": "Annotation",
        "motivation": motivation,
        "body": {
            "type": "TextualBody",
            "format": "text/plain",
            "value": f"{label}{f' ({about})' if about else ''}: {text or said['outcome']}",
        },
        "target": boxes or target,
    }


def _boxes(value: Any) -> list[dict[str, Any]]:
    marks = value if isinstance(value, list) else []
    return [each for each in marks if isinstance(each, dict) and each.get("box")]


def _selected(target: str, box: list[float]) -> str:
    left, top, right, bottom = box
    parts = (left, top, right - left, bottom - top)
    return f"{target}#xywh=percent:" + ",".join(f"{100 * part:.3f}" for part in parts)


def _told(record: Record) -> Iterator[tuple[str, str, Any]]:
    for block, verdict in record["verdicts"].items():
        for key, said in verdict["values"].items():
            yield block, key, said


def _labels(campaign: Campaign) -> dict[tuple[str, str], str]:
    blocks = flat_table.blocks(campaign)
    return {(block.step, key): text for block in blocks for key, text in block.labels.items()}


def _excerpt(record: Record) -> str:
    return f"{settings.TAMIS_ORIGIN}{reverse('excerpt', args=[record['excerpt']])}"


def _address(campaign: Campaign, name: str) -> str:
    return reverse("api:campaign-export", args=[campaign.slug, name])

"""Excerpts: what a document's parts become, with their pictures, and the questions about them."""

from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from crowd.models import Document, Excerpt
from crowd.rules.splitting.parts import Part
from crowd.services import openings

PART_FIELDS = ["text", "cells", "image_key", "image_widths", "width", "height", "hidden_at"]


def store_pictures(*, document: Document, part: Part) -> None:
    """Store a part's pictures, before its excerpt is: run again after a crash, to the same keys."""
    for width, data in (part.picture.variants if part.picture else {}).items():
        key = f"{_image_key(document, part)}/{width}.webp"
        if default_storage.exists(key):
            if default_storage.size(key) == len(data):
                continue  # a rival has drawn the same; it may be shown already
            default_storage.delete(key)  # cut short by the death of a worker
        default_storage.save(key, ContentFile(data))


def keep(*, document: Document, kind: str, parts: Sequence[Part]) -> None:
    """Write the excerpts of these parts and ask about them, in the caller's transaction."""
    # Those that someone had been shown before the document failed are still there, hidden.
    excerpts = Excerpt.objects.bulk_create(
        [_excerpt(document, kind, part) for part in parts],
        update_conflicts=True,
        unique_fields=["document", "kind", "position"],
        update_fields=PART_FIELDS,
    )
    openings.for_excerpts(campaign=document.campaign, excerpts=excerpts)
    openings.restore(excerpts=excerpts)


def _excerpt(document: Document, kind: str, part: Part) -> Excerpt:
    picture = part.picture
    return Excerpt(
        campaign_id=document.campaign_id,
        document=document,
        kind=kind,
        position=part.position,
        text=part.text,
        cells=part.cells,
        image_key=_image_key(document, part) if picture else "",
        image_widths=list(picture.variants) if picture else [],
        width=picture.width if picture else None,
        height=picture.height if picture else None,
    )


def _image_key(document: Document, part: Part) -> str:
    return f"excerpts/{document.pk}/{part.position}"

"""IIIF manifests and collections, as the specifications show them."""

from collections.abc import Sequence
from typing import Any

CONTEXT = "http://iiif.io/api/presentation/{}/context.json"


def manifest_3(images: Sequence[str], *, width: int, service: bool = True) -> dict[str, Any]:
    """Version 3; each picture with an image service, or as a plain file."""
    return {
        "@context": CONTEXT.format(3),
        "id": "https://example.org/m.json",
        "type": "Manifest",
        "label": {"fr": ["Registre"]},
        "items": [_canvas_3(image, n, width, service) for n, image in enumerate(images, start=1)],
    }


def _canvas_3(image: str, number: int, width: int, service: bool) -> dict[str, Any]:
    served = {"service": [{"id": image, "type": "ImageService3", "profile": "level1"}]}
    body = {"id": image, "type": "Image", "width": width, **(served if service else {})}
    annotation = {"type": "Annotation", "motivation": "painting", "body": body}
    page = {"type": "AnnotationPage", "items": [annotation]}
    return {"type": "Canvas", "label": {"none": [f"f. {number}"]}, "items": [page]}


def manifest_2(images: Sequence[str], *, width: int) -> dict[str, Any]:
    """Version 2; each picture with an image service."""
    canvases = [
        {
            "@type": "sc:Canvas",
            "label": f"f. {number}",
            "images": [{"@type": "oa:Annotation", "resource": _image_2(image, width)}],
        }
        for number, image in enumerate(images, start=1)
    ]
    return {
        "@context": CONTEXT.format(2),
        "@id": "https://example.org/m.json",
        "@type": "sc:Manifest",
        "label": "Registre",
        "sequences": [{"@type": "sc:Sequence", "canvases": canvases}],
    }


def _image_2(image: str, width: int) -> dict[str, Any]:
    service = {"@context": "http://iiif.io/api/image/2/context.json", "@id": image}
    whole = f"{image}/full/full/0/default.jpg"
    return {"@id": whole, "@type": "dctypes:Image", "width": width, "service": service}


def collection_2(manifests: Sequence[str]) -> dict[str, Any]:
    members = [
        {"@id": address, "@type": "sc:Manifest", "label": f"Cote {number}"}
        for number, address in enumerate(manifests, start=1)
    ]
    about = {"@context": CONTEXT.format(2), "@type": "sc:Collection", "label": "Fonds"}
    return {**about, "manifests": members}


def collection_3(manifests: Sequence[str]) -> dict[str, Any]:
    members = [
        {"id": address, "type": "Manifest", "label": {"fr": [f"Cote {number}"]}}
        for number, address in enumerate(manifests, start=1)
    ]
    about = {"@context": CONTEXT.format(3), "type": "Collection", "label": {"fr": ["Fonds"]}}
    return {**about, "items": members}

"""IIIF Presentation 2 and 3: which pictures a manifest shows, which manifests a collection names.

https://iiif.io/api/presentation/3.0/ and https://iiif.io/api/presentation/2.1/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crowd.rules.problems import Problem

CONTEXT = re.compile(r"iiif\.io/api/presentation/[23]/context\.json")
KINDS = {"Manifest": "manifest", "sc:Manifest": "manifest"} | {
    "Collection": "collection",
    "sc:Collection": "collection",
}
WIDTH = 2_000  # pixels asked for: a little more than our largest picture


@dataclass(frozen=True, kw_only=True)
class Link:
    """Something to fetch: a picture, or another manifest or collection."""

    name: str
    address: str


def looks_like_presentation(head: str) -> bool:
    """Whether a JSON text, of which these are the first characters, is one of IIIF's."""
    return bool(CONTEXT.search(head[:20_000]))


def links(data: Any, *, before: str = "") -> list[Link]:
    """What a manifest or a collection names, in its order.

    Args:
        data: the parsed JSON.
        before: the name of the collection it was found in.

    Raises:
        Problem: `iiif_unreadable`, neither; `iiif_empty`, nothing to fetch in it.
    """
    kind = KINDS.get(str(_first(data, "type", "@type"))) if isinstance(data, dict) else None
    if kind is None:
        raise Problem("iiif_unreadable")
    name = "/".join(filter(None, [before, label(data) or kind]))
    found = list(_members(data, name) if kind == "collection" else _pictures(data, name))
    if not found:
        raise Problem("iiif_empty")
    return found


def label(data: dict[str, Any]) -> str:
    """A thing's label in one language: 2 has texts and lists, 3 has lists by language."""
    value = data.get("label", "")
    if isinstance(value, dict):
        value = value.get("@value") or next(iter(value.values()), "")
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value", "")
    return " ".join(str(value).replace("/", "-").split())[:200]


def _members(data: dict[str, Any], name: str) -> Iterator[Link]:
    for key in ("items", "collections", "manifests", "members"):
        for member in _dicts(data.get(key)):
            if str(_first(member, "type", "@type")) in KINDS and (address := _id(member)):
                shown = label(member) or address.partition("://")[2].replace("/", "-")
                yield Link(name=f"{name}/{shown}", address=address)


def _pictures(data: dict[str, Any], name: str) -> Iterator[Link]:
    canvases = _dicts(data.get("items")) + [
        canvas
        for sequence in _dicts(data.get("sequences"))[:1]
        for canvas in _dicts(sequence.get("canvases"))
    ]
    for number, canvas in enumerate(canvases, start=1):
        for address in _images(canvas):
            shown = f"{name}/{number:04} {label(canvas)}".strip()
            yield Link(name=shown, address=address)


def _images(canvas: dict[str, Any]) -> Iterator[str]:
    """The addresses of the pictures painted on a canvas."""
    bodies = [image.get("resource") for image in _dicts(canvas.get("images"))]
    for page in _dicts(canvas.get("items")):
        bodies += [annotation.get("body") for annotation in _dicts(page.get("items"))]
    for body in bodies:
        chosen = _chosen(body)
        if chosen and (address := _sized(chosen)):
            yield address


def _chosen(body: Any) -> dict[str, Any] | None:
    """The first of several pictures one can choose from."""
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, dict):
        return None
    kind = str(_first(body, "type", "@type"))
    if kind in {"Choice", "oa:Choice"}:
        options = _dicts(body.get("items")) or _dicts([body.get("default")])
        return options[0] if options else None
    return body if kind in {"Image", "dctypes:Image"} else None


def _sized(image: dict[str, Any]) -> str:
    """The picture's address: from its image service in the width that is needed, else as it is."""
    services = image.get("service")
    for service in _dicts(services if isinstance(services, list) else [services]):
        said = f"{service.get('type', '')} {service.get('profile', '')} {service.get('@context')}"
        address = _id(service)
        if address and re.search(r"ImageService|iiif\.io/api/image", said):
            wide = isinstance(image.get("width"), int) and image["width"] > WIDTH
            full = "max" if "ImageService3" in said or "image/3" in said else "full"
            return f"{address.rstrip('/')}/full/{f'{WIDTH},' if wide else full}/0/default.jpg"
    return _id(image)


def _id(data: dict[str, Any]) -> str:
    value = _first(data, "id", "@id")
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else ""


def _first(data: dict[str, Any], *keys: str) -> Any:
    return next((data[key] for key in keys if key in data), None)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

"""Where something is wrong: a place in the body, or a parameter of the address."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

Error = dict[str, str]
"""One thing that is wrong: `pointer` (into the body), `parameter` or `header`; `code`, `detail`."""


def of_fields(detail: Any, *, in_query: bool, path: tuple[str | int, ...] = ()) -> Iterator[Error]:
    """The nested messages of a serializer, each with its place."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            deeper = path if key == "non_field_errors" else (*path, key)
            yield from of_fields(inner, in_query=in_query, path=deeper)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            deeper = (*path, index) if isinstance(inner, dict | list) else path
            yield from of_fields(inner, in_query=in_query, path=deeper)
    else:
        told = {"code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}
        where = ".".join(map(str, path))
        yield {"parameter": where, **told} if in_query else {"pointer": pointer(path), **told}


def pointer(path: Sequence[str | int]) -> str:
    """A JSON Pointer (RFC 6901) as a URI fragment."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join("/" + quote(part, safe="~") for part in escaped)

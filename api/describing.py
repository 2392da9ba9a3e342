"""What holds of every operation of a kind is described here, once: headers of the whole API."""

import copy
from typing import Any

from drf_spectacular.openapi import AutoSchema

from api.http import MINIMAL
from api.kinds import KINDS
from api.repeats import HEADER

JSON = "application/json"
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,255}$"},
    "description": (
        "Sent again with the same key, the request is done once and answered as the first time. "
        "Without a key or token, this must be a UUID."
    ),
}
REPEATS = ("invalid_header", "still_working", "key_reused", "too_many_kept")
PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": f"`{MINIMAL}` asks for 204 instead of what is there now; all else is ignored.",
}
LOCATION: dict[str, Any] = {
    "description": "Where it is from now on.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}
APPLIED: dict[str, Any] = {
    "description": "Says that `Prefer` was heard.",
    "schema": {"type": "string", "enum": [MINIMAL]},
}
Operation = dict[str, Any]


class Described(AutoSchema):
    """Set as DEFAULT_SCHEMA_CLASS."""

    def get_operation(self, *args: Any, **more: Any) -> Operation | None:
        told: Operation | None = super().get_operation(*args, **more)
        if told is None or self.method == "GET":
            return told
        _says_where(told)
        if self.method == "POST" and not getattr(self.view, "names_itself", False):
            told.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            for code in REPEATS:
                _may_be(told["responses"], code)
        if _has_a_reply(told):
            told.setdefault("parameters", []).append(PREFER)
            _may_be_short(told)
        return told


def _has_a_reply(told: Operation) -> bool:
    """Whether it answers with something that can be left out: not with a stream, line by line."""
    replies = [
        told["responses"][each] for each in ("200", "201", "202") if each in told["responses"]
    ]
    return any(set(each.get("content", ())) <= {JSON} for each in replies)


def _says_where(told: Operation) -> None:
    if "201" in told["responses"]:
        told["responses"]["201"].setdefault("headers", {})["Location"] = LOCATION


def _may_be_short(told: Operation) -> None:
    headers = {"Preference-Applied": APPLIED}
    if "201" in told["responses"]:
        headers["Location"] = {**LOCATION, "required": False}
    done = {"description": "Done, and `Prefer` asked no more."}
    short = told["responses"].setdefault("204", done)
    short.setdefault("headers", {}).update(headers)


def _may_be(responses: Operation, code: str) -> None:
    """Add a kind of problem to those an operation may answer with."""
    status = str(KINDS[code].status)
    if status not in responses:
        responses[status] = copy.deepcopy(responses["503"])  # a problem, as any operation has
        responses[status]["description"] = f"A problem: `{code}`."
    elif f"`{code}`" not in responses[status]["description"]:
        said = responses[status]["description"].removesuffix(".")
        responses[status]["description"] = f"{said}, `{code}`."

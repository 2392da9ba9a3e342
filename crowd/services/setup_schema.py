"""The shape of a set-up (JSON Schema), and what of a campaign is in it."""

from typing import Any

from crowd.models.campaigns import Game
from crowd.models.steps import Preset
from crowd.rules.ordering import Order
from crowd.rules.questions import Kind
from crowd.services import steps, zones

VERSION = 1
MOST_LAYOUTS = 100
WORDS = ("title", "problem", "solution", "story", "use", "licence", "language")
CHOICES = ("game", "order", "order_column")
POLICY = ("preset", "agree", "at_most", "at_least", "sure", "per_room")

_text: dict[str, Any] = {"type": "string"}
_count: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 50}
QUESTION: dict[str, Any] = {
    "type": "object",
    "required": ["key", "kind", "label"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,40}$"},
        "kind": {"enum": [kind.value for kind in Kind]},
        "label": _text,
        "help": _text,
        "required": {"type": "boolean"},
        "options": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["value", "label"],
                "properties": {"value": _text, "label": _text},
            },
        },
        "settings": {"type": "object"},
    },
}
STEP: dict[str, Any] = {
    "type": "object",
    "required": ["title", "questions"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,40}$"},
        "title": _text,
        "instructions": _text,
        "opens_when": {"type": ["object", "null"]},
        "lease_seconds": {"type": "integer"},
        "policy": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "preset": {"enum": list(Preset.values)},
                "agree": _count,
                "at_most": _count,
                "at_least": _count,
                "sure": {"type": ["number", "null"]},
                "per_room": _count,
            },
        },
        "questions": {"type": "array", "items": QUESTION},
    },
}
# A step that is there already: its key stays.
CHANGED_STEP: dict[str, Any] = {
    **STEP,
    "properties": {
        **{name: shape for name, shape in STEP["properties"].items() if name != "key"},
        "version": {"type": "integer", "description": "The one that you have seen."},
    },
}
# The zones of one version of a form: boxes are left, top, right and foot in fractions of a page.
LAYOUT: dict[str, Any] = {
    "type": "object",
    "required": ["name", "zones"],
    "additionalProperties": False,
    "properties": {
        "name": _text,
        "zones": {
            "type": "array",
            "maxItems": zones.MOST_ZONES,
            "items": {
                "type": "object",
                "required": ["name", "page", "box"],
                "additionalProperties": False,
                "properties": {
                    "name": _text,
                    "page": {"type": "integer", "minimum": 1, "maximum": 100_000},
                    "box": {"type": "array", "items": {"type": "number"}},
                    "step": {"type": ["string", "null"]},
                    "mask": {"type": "boolean"},
                },
            },
        },
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["tamis", "campaign", "steps"],
    "additionalProperties": False,
    "properties": {
        "tamis": {"enum": [VERSION]},
        "campaign": {
            "type": "object",
            "required": ["title"],
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(WORDS, _text),
                "deadline": {"type": ["string", "null"]},
                "game": {"enum": list(Game.values)},
                "order": {"enum": [order.value for order in Order]},
                "order_column": _text,
            },
        },
        "splitting": {"type": "object"},
        "layouts": {"type": "array", "maxItems": MOST_LAYOUTS, "items": LAYOUT},
        "steps": {"type": "array", "maxItems": steps.MOST_STEPS, "items": STEP},
    },
}

"""A campaign whose one step asks a question of every kind."""

from __future__ import annotations

from typing import Any

KINDS: list[dict[str, Any]] = [
    {
        "key": "filled",
        "kind": "choice",
        "label": "What does the frame hold?",
        "help": "Look at frame no 2, in the middle of the page.",
        "options": [
            {"value": "body", "label": "A body and a function"},
            {"value": "none", "label": "The word “néant”, or nothing"},
        ],
    },
    {
        "key": "stamps",
        "kind": "choices",
        "label": "Which marks do you see?",
        "options": [
            {"value": "stamp", "label": "A stamp"},
            {"value": "signature", "label": "A signature"},
            {"value": "crossed", "label": "Something crossed out"},
        ],
    },
    {
        "key": "since",
        "kind": "date",
        "label": "Since when?",
        "required": False,
    },
    {
        "key": "words",
        "kind": "text",
        "label": "What is written beside the stamp?",
        "required": False,
        "settings": {
            "max_length": 200,
            "multiline": True,
            "shown_when": {"question": "filled", "is": "body"},
        },
    },
    {
        "key": "pay",
        "kind": "number",
        "label": "Pay in a year",
        "required": False,
        "settings": {"unit": "€"},
    },
    {
        "key": "posts",
        "kind": "table",
        "label": "The posts",
        "required": False,
        "settings": {
            "columns": [
                {"key": "name", "label": "Body", "kind": "text"},
                {"key": "function", "label": "Function", "kind": "text"},
                {"key": "pay", "label": "Pay", "kind": "number", "settings": {"unit": "€"}},
            ]
        },
    },
    {
        "key": "where",
        "kind": "region",
        "label": "Where is the signature?",
        "options": [{"value": "signed", "label": "Signature"}],
        "settings": {"shapes": ["box"]},
        "required": False,
    },
    {"key": "photo", "kind": "upload", "label": "A photo of the original", "required": False},
]

ALL_KINDS: dict[str, Any] = {
    "slug": "kinds",
    "title": "Forms from the town hall",
    "problem": "The forms lie in a cellar, and nobody can search them.",
    "solution": "We read them page by page.",
    "licence": "CC0",
    "language": "en",
    "steps": [
        {
            "key": "read",
            "title": "Read the form",
            "instructions": "Read frame no 2. Keep the words as they are.",
            "example": "“12.400 €” is 12400.",
            "questions": KINDS,
        }
    ],
}

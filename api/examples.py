"""Examples of the volunteer's loop: claim, answer, and on."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ASSIGNMENT: dict[str, Any] = {
    "id": 42,
    "campaign": "mobilite",
    "state": "lent",
    "lent_at": "2026-03-01T10:00:00Z",
    "due_at": "2026-03-01T10:10:00Z",
    "microtask": {
        "id": 7,
        "about": "",
        "step": {
            "key": "lire",
            "title": "Lire la contribution",
            "instructions": "Lisez le texte en entier.",
            "questions": [
                {
                    "key": "mesure",
                    "kind": "choice",
                    "label": "Propose-t-elle une mesure concrète ?",
                    "help": "",
                    "required": True,
                    "options": [
                        {"value": "oui", "label": "Oui"},
                        {"value": "non", "label": "Non"},
                    ],
                    "settings": {},
                }
            ],
        },
        "excerpt": {
            "id": 7,
            "document": {
                "id": 1,
                "name": "contributions.csv",
                "media_type": "text/csv",
                "source_url": "",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            },
            "kind": "row",
            "position": 7,
            "text": "",
            "cells": [{"column": "contribution", "value": "Prolongez la piste cyclable."}],
            "pictures": [],
        },
    },
}
CLAIMED_VALUE = {"assignment": ASSIGNMENT, "resumed": False, "nothing": None}
NOTHING_VALUE = {
    "assignment": None,
    "resumed": False,
    "nothing": {
        "code": "all_lent",
        "detail": "Others are on the last ones. Ask again in a minute.",
    },
}
ANSWER_ID = "6f1c3a4e-8f0b-4f6e-9d43-0d5f4b1c2a90"

CLAIM = OpenApiExample("The next one, whichever it is", value={}, request_only=True)
CLAIMED = OpenApiExample(
    "An assignment", value=CLAIMED_VALUE, response_only=True, status_codes=["201"]
)
NOTHING = OpenApiExample(
    "Nothing for you now", value=NOTHING_VALUE, response_only=True, status_codes=["200"]
)
ANSWER = OpenApiExample(
    "Answer, and get the next one",
    value={"id": ANSWER_ID, "values": {"mesure": "oui"}, "next": True},
    request_only=True,
)
CANT_TELL = OpenApiExample(
    "I can't tell", value={"id": ANSWER_ID, "values": {"mesure": None}}, request_only=True
)
ACCEPTED = OpenApiExample(
    "Accepted",
    value={
        "answer": {
            "id": ANSWER_ID,
            "assignment": 42,
            "microtask": 7,
            "values": {"mesure": "oui"},
            "badly_cut": False,
            "given_at": "2026-03-01T10:01:07Z",
        },
        "outcome": "accepted",
        "next": NOTHING_VALUE,
    },
    response_only=True,
    status_codes=["201"],
)
INVALID = OpenApiExample(
    "A value does not fit",
    value={
        "type": "https://tamis.example.org/api/v1/problems/invalid_answer",
        "title": "The answer does not fit",
        "status": 422,
        "detail": "Some values do not fit their questions: see “errors”. Nothing was stored.",
        "code": "invalid_answer",
        "errors": [
            {
                "pointer": "#/values/mesure",
                "code": "option_unknown",
                "detail": "“peut-être” is not one of the options.",
            }
        ],
    },
    response_only=True,
    status_codes=["422"],
    media_type="application/problem+json",
)

"""Templates to start a step from: what people most often ask of documents, ready to change.

Their words are the campaign's language's: activate it before calling `all_of`.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAY = 24 * 60 * 60
EXACT = {"preset": "identical"}


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """One template: how it is offered, and the step it makes."""

    key: str
    name: Any
    about: Any
    drawing: str


OFFERED = [
    Beginning(
        key="table",
        name=gettext_lazy("Transcribe a table"),
        about=gettext_lazy("Rows and columns, typed as they stand; “nothing declared” is one."),
        drawing="table",
    ),
    Beginning(
        key="classify",
        name=gettext_lazy("Classify a text"),
        about=gettext_lazy("One choice among a few, and a word on the tone."),
        drawing="choice",
    ),
    Beginning(
        key="names",
        name=gettext_lazy("Find names"),
        about=gettext_lazy("Who is named, and as what."),
        drawing="text",
    ),
    Beginning(
        key="date",
        name=gettext_lazy("Read a date"),
        about=gettext_lazy("A whole date, or as much of it as can be read."),
        drawing="date",
    ),
    Beginning(
        key="tick",
        name=gettext_lazy("Tick what applies"),
        about=gettext_lazy("Several boxes, and a sentence if one is ticked."),
        drawing="choices",
    ),
    Beginning(
        key="target",
        name=gettext_lazy("Take on a target and send proof"),
        about=gettext_lazy("A letter to send, a proof, a receipt: four steps, two of them checks."),
        drawing="upload",
    ),
    Beginning(
        key="blank",
        name=gettext_lazy("An empty step"),
        about=gettext_lazy("Add the questions yourself."),
        drawing="blank",
    ),
]


def steps_of(key: str) -> list[dict[str, Any]]:
    """The descriptions of the steps that a template makes (`services.steps.add_all` takes them).

    Raises:
        KeyError: there is no such template.
    """
    if key == "target":
        return _target()
    one = {
        "table": _table,
        "classify": _classify,
        "names": _names,
        "date": _date,
        "tick": _tick,
        "blank": _blank,
    }
    return [one[key]()]


def _question(key: str, kind: str, label: str, **more: Any) -> dict[str, Any]:
    options = more.pop("options", {})
    return {
        "key": key,
        "kind": kind,
        "label": label,
        "help": more.pop("help", ""),
        "required": more.pop("required", True),
        "options": [{"value": value, "label": words} for value, words in options.items()],
        "settings": more,
    }


def _step(title: str, instructions: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": title, "instructions": instructions, "questions": list(questions), **more}


def _table() -> dict[str, Any]:
    columns = [
        {"key": "name", "label": _("Name"), "kind": "text"},
        {"key": "role", "label": _("Role"), "kind": "text"},
        {"key": "amount", "label": _("Amount"), "kind": "number"},
    ]
    return _step(
        _("Type in the table"),
        _("Type each line as it is written. Capitals and accents do not matter."),
        _question("table", "table", _("What does the table say?"), columns=columns),
    )


def _classify() -> dict[str, Any]:
    return _step(
        _("Classify the text"),
        _("Read it to the end, then say what it is. You need not agree with it."),
        _question(
            "kind",
            "choice",
            _("What is it?"),
            options={"request": _("A request"), "opinion": _("An opinion"), "other": _("Other")},
        ),
        _question(
            "tone",
            "choice",
            _("What is its tone?"),
            options={"for": _("In favour"), "against": _("Against"), "mixed": _("Mixed")},
        ),
    )


def _names() -> dict[str, Any]:
    columns = [
        {"key": "person", "label": _("Person"), "kind": "text", "settings": {"field": "name"}},
        {"key": "role", "label": _("Role"), "kind": "text"},
        {"key": "organisation", "label": _("Organisation"), "kind": "text"},
    ]
    return _step(
        _("Find the names"),
        _("One line for each person who is named. Leave empty what is not said."),
        _question("people", "table", _("Who is named here?"), columns=columns),
    )


def _date() -> dict[str, Any]:
    return _step(
        _("Read the date"),
        _("Look for the date the document was written."),
        _question("date", "date", _("Which date does it have?")),
    )


def _tick() -> dict[str, Any]:
    return _step(
        _("Tick what applies"),
        _("Several may be right, or none."),
        _question(
            "subjects",
            "choices",
            _("What is it about?"),
            options={"health": _("Health"), "school": _("School"), "measure": _("A new measure")},
        ),
        _question(
            "measure",
            "text",
            _("Which measure, in one sentence?"),
            required=False,
            max_length=100,
            shown_when={"question": "subjects", "is": "measure"},
        ),
    )


def _target() -> list[dict[str, Any]]:
    """Send and prove, check the proof; wait for the receipt, check that."""
    sent_on = _question("sent_on", "date", _("Sent on"), required=False)
    covered = _("Cover private addresses with a finger if you can.")
    proof = _question("proof", "upload", _("Photo of the proof of posting"), help=covered)
    receipt = _question("receipt", "upload", _("Photo of the receipt"))
    return [
        _step(
            _("Send the letter"),
            _("Send the letter by registered post, then photograph the proof of posting."),
            proof,
            sent_on,
            **_taken_on("send", days=7),
        ),
        _check(_("Check the proof"), "check-proof", {"step": "send", "question": "proof"}),
        _step(
            _("Send the receipt"),
            _("When the receipt comes back, photograph it."),
            receipt,
            opens_when={"step": "check-proof", "question": "readable", "is": "yes"},
            **_taken_on("receive", days=30),
        ),
        _check(_("Check the receipt"), "check-receipt", {"step": "receive", "question": "receipt"}),
    ]


def _taken_on(key: str, *, days: int) -> dict[str, Any]:
    """One person has days for it, and nobody does it again."""
    return {
        "key": key,
        "lease_seconds": days * DAY,
        "policy": {**EXACT, "agree": 1, "at_most": 1, "at_least": 1},
    }


def _check(title: str, key: str, file: dict[str, str]) -> dict[str, Any]:
    """Others look at a file that was sent: it is published, blacked out first, or refused."""
    return _step(
        title,
        "",
        _question(
            "readable",
            "choice",
            _("Can you read it, and does it match the target?"),
            options={"yes": _("Yes"), "no": _("No")},
            decides={"yes": "publish", "no": "refuse"},
        ),
        _question(
            "private",
            "choice",
            _("Does it show private data?"),
            help=_("A home address, a phone number, a signature."),
            options={"no": _("No"), "yes": _("Yes")},
            shown_when={"question": "readable", "is": "yes"},
            decides={"no": "publish", "yes": "redact"},
        ),
        key=key,
        opens_when={**file, "each": True},
        policy={**EXACT, "agree": 2, "at_most": 3, "at_least": 2},
    )


def _blank() -> dict[str, Any]:
    return _step(_("A new step"), "")

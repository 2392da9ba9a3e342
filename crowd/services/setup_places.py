"""Where something in a set-up is, for people: "step 1, question 3 (“Which party?”), options".

What a fault is told with, like `steps.0.questions.2.options`, is for programs. Fields have the
names that the models give them.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignObjectRel, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crowd.models import Campaign, Layout, Question, Step, Zone

ITEMS: dict[str, tuple[type[Model] | None, Any]] = {  # a list → what it is of, and one of it
    "steps": (Step, gettext_lazy("step %(number)s")),
    "questions": (Question, gettext_lazy("question %(number)s")),
    "options": (None, gettext_lazy("option %(number)s")),
    "layouts": (Layout, gettext_lazy("layout %(number)s")),
    "zones": (Zone, gettext_lazy("zone %(number)s")),
}
OTHERS = {  # what is no model's field, or has another name there
    "campaign": Campaign._meta.verbose_name,
    "policy": Step._meta.get_field("preset").verbose_name,
    "value": gettext_lazy("value"),
    "label": gettext_lazy("wording"),
}
NAMES = ("title", "label", "name")
LONGEST_NAME = 60


def in_words(*, place: str, found: Any) -> str:
    """A place of a set-up in words; "" for the whole of it.

    Args:
        place: parts between dots; lists are counted from 0, in words from 1.
        found: the set-up as it was read, whatever is wrong with it.
    """
    return ", ".join(dict.fromkeys(_parts(place.split("."), found))) if place else ""


def _parts(path: list[str], found: Any) -> Iterator[str]:
    last = max((at for at, part in enumerate(path) if part.isdecimal()), default=-1)
    model: type[Model] | None = Campaign
    for at, part in enumerate(path):
        found = _inside(found, part)
        if not part.isdecimal():
            if not (part in ITEMS and at + 1 < len(path)):
                yield _field(model, part)
            continue
        model, words = ITEMS.get(path[at - 1], (model, "%(number)s"))
        item = str(words) % {"number": int(part) + 1}
        name = _name(found) if at == last else ""
        yield _("%(item)s (“%(name)s”)") % {"item": item, "name": name} if name else item


def _inside(found: Any, part: str) -> Any:
    if isinstance(found, list) and part.isdecimal() and int(part) < len(found):
        return found[int(part)]
    return found.get(part) if isinstance(found, dict) else None


def _name(item: Any) -> str:
    names = [item.get(name) for name in NAMES] if isinstance(item, dict) else []
    told = next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")
    return told if len(told) <= LONGEST_NAME else f"{told[: LONGEST_NAME - 1].rstrip()}…"


def _field(model: type[Model] | None, part: str) -> str:
    if part in OTHERS or model is None:
        return str(OTHERS.get(part, part))
    try:
        field = model._meta.get_field(part)
    except FieldDoesNotExist:
        return part
    if isinstance(field, ForeignObjectRel):
        return str(field.related_model._meta.verbose_name_plural)
    return str(field.verbose_name) if isinstance(field, Field) else part

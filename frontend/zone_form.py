"""The zones of a layout as a form: what was typed, what is wrong, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from crowd.models import Zone
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services.zones import ZoneSpec

NUMBERS = ("x", "y", "w", "h")
KEYS = re.compile(r"^zone-(\w{1,9})-x$", re.ASCII)

Box = tuple[float, float, float, float]


@dataclass(kw_only=True)
class ZoneRow:
    """One zone as the page shows it; x, y, w and h are percent of the page, as typed."""

    key: str
    id: str = ""
    name: str = ""
    page: str = "1"
    x: str = ""
    y: str = ""
    w: str = ""
    h: str = ""
    step: str = ""
    mask: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def box(self) -> Box | None:
        """[left, top, right, foot] in fractions of the page; None unless all are numbers."""
        return box_of({name: getattr(self, name) for name in NUMBERS})

    @property
    def is_blank(self) -> bool:
        return not any(getattr(self, name).strip() for name in (*NUMBERS, "name"))


def box_of(typed: Mapping[str, str]) -> Box | None:
    """Percents as typed (x, y, w, h) as [left, top, right, foot] in fractions of the page."""
    try:
        x, y, w, h = (float(typed[name].replace(",", ".")) / 100 for name in NUMBERS)
    except ValueError:
        return None
    return (round(x, 6), round(y, 6), round(x + w, 6), round(y + h, 6))


def typed(box: Sequence[float]) -> dict[str, str]:
    """A box in fractions of the page as the four percents that a form shows."""
    left, top, right, foot = box
    percents = (left, top, right - left, foot - top)
    return {
        name: f"{100 * value:.2f}".rstrip("0").rstrip(".")
        for name, value in zip(NUMBERS, percents, strict=True)
    }


def row_of(key: str, numbers: Mapping[str, str]) -> ZoneRow:
    """A row of these four percents as typed, and nothing else yet."""
    return ZoneRow(key=key, x=numbers["x"], y=numbers["y"], w=numbers["w"], h=numbers["h"])


def box_of_post(data: QueryDict, key: str) -> ZoneRow:
    """The one box of a form that is about nothing but a box."""
    return row_of(key, {name: data.get(f"zone-{key}-{name}", "") for name in NUMBERS})


def of_zones(zones: Iterable[Zone]) -> list[ZoneRow]:
    """What is saved, as rows."""
    return [_saved(zone, str(number)) for number, zone in enumerate(zones, start=1)]


def _saved(zone: Zone, key: str) -> ZoneRow:
    row = row_of(key, typed(zone.box))
    row.id, row.name, row.page = str(zone.pk), zone.name, str(zone.page)
    row.step, row.mask = str(zone.step_id or ""), zone.mask
    return row


def of_specs(specs: Iterable[ZoneSpec]) -> list[ZoneRow]:
    """What comes from elsewhere and is not saved yet, as rows."""
    rows = []
    for number, spec in enumerate(specs, start=1):
        row = row_of(str(number), typed(spec.box))
        row.name, row.page, row.mask = spec.name, str(spec.page), spec.mask
        row.step = str(spec.step_id or "")
        rows.append(row)
    return rows


def of_post(data: QueryDict) -> list[ZoneRow]:
    """What was sent, as rows, without those that were taken off or left blank."""
    keys = [found[1] for name in data if (found := KEYS.match(name))]
    rows = [
        _row(data, key, str(number))
        for number, key in enumerate(keys, start=1)
        if not data.get(f"zone-{key}-gone")
    ]
    return [row for row in rows if not row.is_blank]


def _row(data: QueryDict, key: str, new_key: str) -> ZoneRow:
    names = ("id", "name", "page", *NUMBERS, "step")
    sent = {name: data.get(f"zone-{key}-{name}", "").strip() for name in names}
    row = row_of(new_key, sent)
    row.id, row.name, row.page, row.step = (sent[n] for n in ("id", "name", "page", "step"))
    row.mask = bool(data.get(f"zone-{key}-mask"))
    return row


def specs(rows: Sequence[ZoneRow]) -> list[ZoneSpec] | None:
    """What `zones.save` takes; None when a row is not in numbers, which it then says."""
    for row in rows:
        if row.box is None or not row.page.isdecimal():
            row.problems.append(_("Write the four places as numbers from 0 to 100."))
    if any(row.problems for row in rows):
        return None
    return [
        ZoneSpec(
            id=int(row.id) if row.id.isdecimal() else None,
            name=row.name,
            page=int(row.page),
            box=row.box or (0, 0, 0, 0),
            step_id=int(row.step) if row.step.isdecimal() else None,
            mask=row.mask,
        )
        for row in rows
    ]


def refuse(rows: Sequence[ZoneRow], problems: Mapping[int, Sequence[Problem]]) -> None:
    """Put what the service found beside the row it is about."""
    for index, found in problems.items():
        rows[index].problems += [sentence(problem) for problem in found]

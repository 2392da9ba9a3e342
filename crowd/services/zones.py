"""Zones: the rectangles a campaigner draws on a layout's pages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crowd.models import Layout, Step, User, Zone
from crowd.rules.problems import Problem
from crowd.rules.zones import boxes
from crowd.services import changes, layouts

MOST_ZONES = 200  # drawn on one layout
MOST_NUMBER = 999  # of zones ever drawn in a campaign
LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class ZoneSpec:
    """One rectangle as it is drawn.

    Attributes:
        page: of the layout's reference document, from 1.
        box: left, top, right, foot as fractions of that page.
        id: of a zone that is there already; None for a new one, or the one with this name.
        step_id: what is asked about its cuts; None for every step that nothing has to open.
        mask: blacked out for good; nothing is cut.
    """

    name: str
    page: int
    box: Sequence[float]
    id: int | None = None
    step_id: int | None = None
    mask: bool = False


class InvalidZones(Exception):
    """Some zones can't be drawn like this.

    Attributes:
        problems: index of the zone → what is wrong with it.
    """

    def __init__(self, problems: Mapping[int, list[Problem]]) -> None:
        super().__init__(problems)
        self.problems = dict(problems)


def save(
    *,
    layout: Layout,
    zones: Sequence[ZoneSpec],
    now: datetime,
    by: User | None = None,
    called: str = "",
) -> list[Zone]:
    """Draw these zones on a layout, and take off all others; nothing is cut before `apply`.

    Args:
        called: the layout's new name; empty leaves it.

    Raises:
        InvalidZones: with all that is wrong.
        Problem: `zones_too_many`, `layout_name`.
    """
    _check(layout, zones)
    with transaction.atomic():
        # Rival: the same editor in another tab, and other layouts of the campaign for numbers.
        list(Layout.objects.select_for_update().filter(campaign=layout.campaign_id).order_by("pk"))
        if called:
            layouts.rename(layout=layout, name=called)
        drawn = list(layout.zones.drawn())
        there = {zone.pk: zone for zone in drawn}
        named = {zone.name: zone.pk for zone in drawn}
        number = _last_number(layout)
        for spec in zones:
            zone = there.pop(spec.id or named.get(_name(spec), 0), None)
            if zone is None:
                number += 1
                zone = Zone(layout=layout, number=number)
            zone.name, zone.page, zone.mask = _name(spec), spec.page, spec.mask
            zone.box, zone.step_id = [round(float(edge), 5) for edge in spec.box], spec.step_id
            zone.save()
        if number > MOST_NUMBER:
            raise Problem("zones_too_many", most=MOST_NUMBER)
        Zone.objects.filter(pk__in=there).update(retired_at=now)
        told = {"layout": layout.name, "count": len(zones)}
        changes.record(campaign=layout.campaign, user=by, what="zones.drawn", details=told, now=now)
    return list(layout.zones.drawn().select_related("step"))


def _check(layout: Layout, zones: Sequence[ZoneSpec]) -> None:
    if len(zones) > MOST_ZONES:
        raise Problem("zones_too_many", most=MOST_ZONES)
    pages = {page.position for page in layouts.drawable(layout=layout)}
    steps = {
        step.pk: step.opens_when is None
        for step in Step.objects.filter(campaign=layout.campaign_id)
    }
    ids = set(layout.zones.drawn().values_list("pk", flat=True))
    if problems := faults(zones=zones, steps=steps, pages=pages, ids=ids):
        raise InvalidZones(problems)


def faults(
    *,
    zones: Sequence[ZoneSpec],
    steps: Mapping[int, bool],
    pages: Collection[int] | None = None,
    ids: Collection[int] = (),
) -> dict[int, list[Problem]]:
    """Index → what is wrong with a zone, of those with which something is.

    Args:
        steps: number → whether the step opens by itself.
        pages: that can be drawn on; None: any.
        ids: of zones that are there.
    """
    names = [_name(spec).casefold() for spec in zones]
    return {
        index: found
        for index, spec in enumerate(zones)
        if (found := list(_wrong(spec, pages, steps, ids, names, index)))
    }


def _wrong(
    spec: ZoneSpec,
    pages: Collection[int] | None,
    steps: Mapping[int, bool],
    ids: Collection[int],
    names: Sequence[str],
    index: int,
) -> Iterator[Problem]:
    if not 0 < len(_name(spec)) <= LONGEST_NAME:
        yield Problem("zone_name", most=LONGEST_NAME)
    elif names.index(names[index]) < index:
        yield Problem("zone_name_doubled", name=_name(spec))
    if pages is not None and spec.page not in pages:
        yield Problem("zone_page", page=spec.page)
    if wrong := boxes.what_is_wrong(spec.box):
        yield wrong
    if spec.id is not None and spec.id not in ids:
        yield Problem("zone_unknown")
    if spec.step_id is not None and not steps.get(spec.step_id):
        yield Problem("zone_step")


def _name(spec: ZoneSpec) -> str:
    return " ".join(spec.name.split())


def _last_number(layout: Layout) -> int:
    numbers = Zone.objects.filter(layout__campaign=layout.campaign_id)
    return int(numbers.aggregate(last=Max("number"))["last"] or 0)

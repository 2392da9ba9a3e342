"""Layouts in a set-up: a name, and the zones that are drawn on it, without the page they lie on.

A page is a document's and never travels. So zones that come in belong to no layout yet: they wait
in `Campaign.expected_layouts` and are offered to whoever draws on one.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crowd.models import Campaign, Zone
from crowd.rules.problems import Problem
from crowd.services import zones
from crowd.services.layouts import LONGEST_NAME
from crowd.services.zones import ZoneSpec


def describe(*, campaign: Campaign) -> list[dict[str, Any]]:
    """Each layout with zones, and those that are still expected: `{"name": …, "zones": […]}`."""
    drawn: dict[int, list[Zone]] = {}
    found = Zone.objects.drawn().filter(layout__campaign=campaign).select_related("step", "layout")
    for zone in found.order_by("layout_id", "page", "number"):
        drawn.setdefault(zone.layout_id, []).append(zone)
    here = [
        {"name": some[0].layout.name, "zones": [_described(each) for each in some]}
        for some in drawn.values()
    ]
    known = {each["name"] for each in here}
    return [*here, *(each for each in campaign.expected_layouts if each["name"] not in known)]


def _described(zone: Zone) -> dict[str, Any]:
    described: dict[str, Any] = {"name": zone.name, "page": zone.page, "box": list(zone.box)}
    if zone.step is not None:
        described["step"] = zone.step.key
    return {**described, "mask": True} if zone.mask else described


def faults(
    *, layouts: Sequence[Mapping[str, Any]], steps: Mapping[str, bool]
) -> Iterator[tuple[str, Problem]]:
    """What is wrong with layouts that have the right shape, each with its place.

    Args:
        steps: key → whether the step opens by itself, of all steps in the same set-up.
    """
    numbers = {key: number for number, key in enumerate(steps)}
    opening = {numbers[key]: by_itself for key, by_itself in steps.items()}
    for number, layout in enumerate(layouts):
        if not 0 < len(" ".join(layout["name"].split())) <= LONGEST_NAME:
            yield f"layouts.{number}.name", Problem("layout_name", most=LONGEST_NAME)
        specs = [_spec(each, numbers) for each in layout["zones"]]
        for index, problems in zones.faults(zones=specs, steps=opening).items():
            yield from ((f"layouts.{number}.zones.{index}", problem) for problem in problems)


def expected(*, campaign: Campaign, number: int) -> tuple[str, list[ZoneSpec]] | None:
    """The name and the zones of an expected layout; None when there is none of this number.

    A zone whose step is there no more is tied to none.
    """
    if not 0 <= number < len(campaign.expected_layouts):
        return None
    layout = campaign.expected_layouts[number]
    steps = dict(campaign.steps.filter(opens_when__isnull=True).values_list("key", "pk"))
    known = [
        {**each, "step": each.get("step") if each.get("step") in steps else None}
        for each in layout["zones"]
    ]
    return layout["name"], [_spec(each, steps) for each in known]


def _spec(described: Mapping[str, Any], steps: Mapping[str, int]) -> ZoneSpec:
    """A zone as `zones.save` takes it; a step that is unknown gets a number that none has."""
    key = described.get("step")
    return ZoneSpec(
        name=described["name"],
        page=described["page"],
        box=described["box"],
        step_id=steps.get(key, -1) if key is not None else None,
        mask=described.get("mask", False),
    )

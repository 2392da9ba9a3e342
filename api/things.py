"""Things that addresses of the description name, and where its replies hold them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Told = dict[str, Any]  # a part of the description
PARAMETER = re.compile(r"\{(\w+)\}")
JSON = "application/json"
ALSO_A_WORD = {"problem"}  # which a campaign has too, in its own words
DEEP = 2  # the next claim's assignment, in the reply to an answer


@dataclass(frozen=True)
class Asked:
    """One operation, and how it is asked."""

    method: str
    address: str
    told: Told

    @property
    def noun(self) -> str:
        """What it lists or makes: the last word of its address."""
        return word([each for each in self.address.split("/") if "{" not in each][-1])

    def leads_to(self, following: "Asked") -> bool:
        """Who takes part by an app is not sent to what a campaign's team alone may do."""
        taking_part = self.method != "get" and self.by_apps
        again = following is self and self.method != "post"
        return not again and (following.by_apps or not taking_part)

    @property
    def by_apps(self) -> bool:
        return any("app" in one for one in self.told.get("security", ()))


@dataclass(frozen=True)
class Thing:
    """What an address that ends in a parameter names, and all that can be asked of it."""

    address: str
    asked: list[Asked]

    @property
    def name(self) -> str:
        return word(self.address.split("/")[-2])

    @property
    def parameters(self) -> list[str]:
        """Those of what it belongs to, and its own."""
        return PARAMETER.findall(self.address)

    @property
    def within(self) -> str:
        """The address of what it belongs to, which its own begins with."""
        outer = list(PARAMETER.finditer(self.address))[:-1]
        return self.address[: outer[-1].end()] if outer else ""

    @property
    def kind(self) -> str:
        """What its own parameter is: a number, or a word."""
        taken = {each["name"]: each for each in self.asked[0].told["parameters"]}
        return str(taken[self.parameters[-1]]["schema"]["type"])

    def is_in(self, asked: Asked) -> bool:
        """Whether it is named by the address that is asked."""
        return f"{asked.address}/".startswith(f"{self.address}/")

    @property
    def read(self) -> list[Asked]:
        """How it is looked at, if it can be."""
        return [one for one in self.asked if (one.method, one.address) == ("get", self.address)]


@dataclass(frozen=True)
class Held:
    """An object in a reply: where, what it may be called, and its members."""

    place: str
    names: set[str]
    members: Told


def word(said: str) -> str:
    """A word of an address, or the name of a shape or member: in the singular, in one piece."""
    flat = re.sub(r"[-_]", "", said).lower()
    return re.sub("ie$", "y", flat[:-1]) if flat.endswith("s") else flat


def all_of(asked: list[Asked]) -> list[Thing]:
    """All things that these operations name, what belongs to others after them."""
    addresses = {one.address[: it.end()] for one in asked for it in PARAMETER.finditer(one.address)}
    found = []
    for address in sorted(addresses):
        below = [one for one in asked if f"{one.address}/".startswith(f"{address}/")]
        alone = [one for one in below if "{" not in one.address.removeprefix(address)]
        if alone and word(address.split("/")[-2]) not in ALSO_A_WORD:
            found.append(Thing(address, alone))
    return found


def held_in(asked: Asked, reply: Told, things: list[Thing], shapes: Told) -> list[Held]:
    """All objects in a reply; of lists, in the first row. Those that lie higher come first."""
    content = reply.get("content", {}).get(JSON, {})
    found = _objects(content.get("schema", {}), asked.noun, "", DEEP, shapes)
    known = {each.name for each in things}
    # What its shape says is surer than where it is: a check of an audit's item tells the audit.
    held = [
        Held(place, {shape} if shape in known else {name, shape}, members)
        for place, name, shape, members in found
    ]
    return sorted(held, key=lambda each: each.place.count("/"))


def _objects(
    shape: Told, name: str, place: str, deep: int, shapes: Told
) -> Iterator[tuple[str, str, str, Told]]:
    """Where each object is, what it is called there, the word of its shape, its members."""
    for way in ("oneOf", "allOf"):  # there may be none of it; it may be explained
        shape = shape.get(way, [shape])[0]
    called = shape.get("$ref", "").rpartition("/")[-1]
    shape = shapes[called] if called else shape
    if "items" in shape:
        yield from _objects(shape["items"], name, f"{place}/0", deep, shapes)
        return
    members = shape.get("properties", {})
    yield place, name, word(called), members
    for member, each in members.items() if deep else ():
        own = name if member == "results" else word(member)
        yield from _objects(each, own, f"{place}/{member}", deep - 1, shapes)


def of_itself(thing: Thing, held: list[Held]) -> str | None:
    """Where a thing's parameter is in a reply that holds the thing."""
    called = (thing.parameters[-1], thing.name, "key")
    for each in held:
        for name in called if thing.name in each.names else ():
            if thing.kind in _kinds(each.members.get(name, {})):
                return f"{each.place}/{name}"
    return None


def of_another(thing: Thing, held: list[Held]) -> str | None:
    """Where a reply about something else names it."""
    for each in held:
        if thing.kind in _kinds(each.members.get(thing.name, {})):
            return f"{each.place}/{thing.name}"
    return None


def _kinds(member: Told) -> list[str]:
    found = member.get("type", [])
    return [found] if isinstance(found, str) else found

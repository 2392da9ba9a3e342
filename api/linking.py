"""Links of the description: what can be asked next, and with which part of a reply.

They are read off the addresses, so that a new one is linked by itself. What stands in front of a
parameter names a kind of thing (`/documents/{id}`: a document); a reply that holds one, by the name
of a member, of its shape or of the address that was asked, says how to go on from there.
"""

from collections.abc import Iterator
from typing import Any

from api import things
from api.things import Asked, Held, Thing, Told

MADE = ("201", "202")
DONE = ("200", *MADE)
Link = tuple[Asked, dict[str, str]]  # what follows, and where its parameters are found


def link(result: Told, **_more: Any) -> Told:
    """Add links to a whole description: a hook of drf-spectacular."""
    asked = [
        Asked(method, address, told)
        for address, methods in result["paths"].items()
        for method, told in methods.items()
    ]
    known, shapes = things.all_of(asked), result["components"]["schemas"]
    for each in asked:
        replies = each.told["responses"]
        for status in [one for one in DONE if one in replies] or ["204"]:
            held = things.held_in(each, replies[status], known, shapes)
            found: dict[str, Told] = {}
            for following, parameters in (*_held(each, status, held, known), *_own(each, known)):
                if each.leads_to(following):
                    name = following.told["operationId"]
                    found.setdefault(name, {"operationId": name, "parameters": parameters})
            if found:
                replies[status]["links"] = found
    return result


def _own(asked: Asked, known: list[Thing]) -> Iterator[Link]:
    """From a thing to all that can be asked of it; from what was done with one back to it."""
    about = [each for each in known if each.is_in(asked)]
    if not about or (asked.method == "delete" and asked.address == about[-1].address):
        return
    thing = about[-1]
    parameters = {name: f"$request.path.{name}" for name in thing.parameters}
    done = thing.read if asked.method != "get" else []
    for following in thing.asked if asked in thing.read else done:
        yield following, parameters


def _held(asked: Asked, status: str, held: list[Held], known: list[Thing]) -> Iterator[Link]:
    """From a reply to the things in it: of those just made, to all that can be asked of them."""
    for thing in known:
        itself = things.of_itself(thing, held)
        place = itself or things.of_another(thing, held)
        made = itself and _makes(asked, status, thing)
        mine = "/me/" in thing.address and "/me/" not in asked.address
        if not place or not asked.address.startswith(thing.within):
            continue
        if not made and (mine or thing.is_in(asked)):
            continue
        parameters = {name: f"$request.path.{name}" for name in thing.parameters[:-1]}
        parameters[thing.parameters[-1]] = f"$response.body#{place}"
        for following in thing.asked if made else thing.read or thing.asked:
            yield following, parameters


def _makes(asked: Asked, status: str, thing: Thing) -> bool:
    """Makes it, or gives what was made before."""
    if asked.method != "post" or asked.address == thing.address:
        return False
    return status in MADE or asked.noun == thing.name

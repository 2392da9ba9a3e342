"""Volunteers who come by the API: guests who claim, answer and stop when nothing is left."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

PATIENCE = 120.0  # seconds until what workers do must have been done
Said = Mapping[str, Any]
Opinion = Callable[[dict[str, Any]], Said]
"""What someone says to a micro-task: `values` or `badly_cut`, as the API has it."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for something that workers do.

    Raises:
        AssertionError: it was not done.
    """
    give_up = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < give_up, f"waited in vain for {what}"
        time.sleep(0.25)  # as a page would that asks again
    return found


class Volunteer:
    """A guest, known by a token.

    Attributes:
        said: micro-task → what this one has answered to it.
    """

    def __init__(self, address: str) -> None:
        self.said: dict[int, Said] = {}
        self.client = httpx.Client(base_url=f"{address}/api/v1", timeout=60)
        token = self._done(self.client.post("/contributors", json={"language": "en"}))["token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def claim(self, slug: str) -> dict[str, Any] | None:
        """The next assignment; None: nothing for this one now."""
        found = self._done(self.client.post(f"/campaigns/{slug}/assignments", json={}))
        assignment: dict[str, Any] | None = found["assignment"]
        return assignment

    def take_on(self, target: int) -> dict[str, Any]:
        return self._done(self.client.post(f"/targets/{target}/take-on"))

    def targets(self, slug: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._done(
            self.client.get(f"/campaigns/{slug}/targets", params={"limit": 100})
        )["results"]
        return found

    def answer(self, assignment: Mapping[str, Any], said: Said) -> str:
        """Give an answer; its micro-task."""
        sent = {"id": str(uuid.uuid4()), **said}
        self._done(self.client.post(f"/assignments/{assignment['id']}/answers", json=sent))
        self.said[assignment["microtask"]["id"]] = said
        return str(assignment["microtask"]["id"])

    def send(self, assignment: Mapping[str, Any], question: str, photo: bytes) -> str:
        """Upload a photo for an assignment; its id."""
        form = {"id": str(uuid.uuid4()), "assignment": str(assignment["id"]), "question": question}
        files = {"file": ("photo.jpg", photo, "image/jpeg")}
        return str(self._done(self.client.post("/uploads", data=form, files=files))["id"])

    def find(self, excerpt: int, sentence: str) -> None:
        """Say “look at this!”."""
        self._done(self.client.post(f"/excerpts/{excerpt}/finds", json={"sentence": sentence}))

    def object_to(self, verdict: int, reason: str) -> None:
        """Object to the verdict of something this one has said otherwise about."""
        self._done(self.client.post(f"/verdicts/{verdict}/objections", json={"reason": reason}))

    def get(self, path: str, **query: Any) -> Any:
        return self._done(self.client.get(path, params=query))

    @staticmethod
    def _done(reply: httpx.Response) -> Any:
        assert reply.status_code < 300, (reply.request.url, reply.text)
        return reply.json() if reply.content else None


def play(people: Sequence[tuple[Volunteer, Opinion]], slug: str) -> int:
    """All of them answer, in turns, until nothing is left for any and every answer is read.

    Returns:
        How many answers were given.
    """
    given = 0
    while True:
        came = sum(_a_turn(volunteer, opinion, slug) for volunteer, opinion in people)
        given += came
        if not came:
            until(lambda: people[0][0].get(f"/campaigns/{slug}/flow")["waiting"] == 0, "verdicts")
            if not sum(_a_turn(volunteer, opinion, slug) for volunteer, opinion in people):
                return given


def _a_turn(volunteer: Volunteer, opinion: Opinion, slug: str) -> int:
    assignment = volunteer.claim(slug)
    if assignment is None:
        return 0
    volunteer.answer(assignment, opinion(assignment["microtask"]))
    return 1

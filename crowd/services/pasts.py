"""Pasts: what happened to a target, from its leases, answers and files; and what is ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crowd.models import Assignment, Excerpt, MicroTask, Upload
from crowd.models.uploads import PUBLIC
from crowd.rules import leases
from crowd.rules.lifecycle import AssignmentState, MicroTaskState, UploadState
from crowd.services import outlines


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened; never who did it.

    Attributes:
        what: "taken", "returned", "sent", "published" or "refused".
    """

    what: str
    step: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One step of a target's way.

    Attributes:
        state: "done", "now", "ahead", or "review" where the team has to look.
    """

    title: str
    state: str


def way(*, excerpt: Excerpt) -> list[Passed]:
    """Every step of the campaign, and how far this target is."""
    asked: dict[int, set[str]] = {}
    in_play = MicroTask.objects.filter(excerpt=excerpt)
    for step_id, state in in_play.exclude(state=MicroTaskState.WITHDRAWN.value).values_list(
        "step_id", "state"
    ):
        asked.setdefault(step_id, set()).add(state)
    steps = outlines.of_campaign(campaign_id=excerpt.campaign_id).steps
    far = max((step.position for step in steps if _is_open(asked, step.pk)), default=None)
    return [
        Passed(title=step.title, state=_state(asked.get(step.pk), step.position, far))
        for step in steps
    ]


def of_target(*, excerpt: Excerpt) -> list[Event]:
    """What happened, the latest first."""
    taken_on = (
        Assignment.objects.filter(
            microtask__excerpt=excerpt, microtask__step__lease_seconds__gte=leases.LONG_SECONDS
        )
        .select_related("microtask__step")
        .prefetch_related("answers")
    )
    events = [event for lease in taken_on for event in _of_lease(lease)]
    sent = Upload.objects.filter(microtask__excerpt=excerpt).select_related("microtask__step")
    events += [event for upload in sent for event in _of_file(upload)]
    return sorted(events, key=lambda event: event.at, reverse=True)


def published(*, excerpt: Excerpt) -> Sequence[Upload]:
    """The files anyone may see, in the order of the steps."""
    shown = Upload.objects.public().filter(microtask__excerpt=excerpt)
    loaded = shown.select_related("microtask__step")
    return list(loaded.order_by("microtask__step__position", "made_at"))


def _is_open(asked: dict[int, set[str]], step_id: int) -> bool:
    return MicroTaskState.OPEN.value in asked.get(step_id, set())


def _state(states: set[str] | None, position: int, far: int | None) -> str:
    if not states or (far is not None and position > far):
        return "ahead"
    if position == far:
        return "now"
    stuck = {MicroTaskState.CONTESTED.value, MicroTaskState.SET_ASIDE.value}
    return "review" if states & stuck else "done"


def _of_lease(lease: Assignment) -> list[Event]:
    step = lease.microtask.step.title
    if lease.state == AssignmentState.SKIPPED.value:
        return []
    events = [Event(what="taken", step=step, at=lease.lent_at)]
    given = [Event(what="sent", step=step, at=each.given_at) for each in lease.answers.all()]
    ended = {AssignmentState.RETURNED.value, AssignmentState.EXPIRED.value}
    if lease.state in ended and lease.closed_at and not given:
        events.append(Event(what="returned", step=step, at=lease.closed_at))
    return events + given


def _of_file(upload: Upload) -> list[Event]:
    what = "published" if upload.state in PUBLIC else ""
    what = "refused" if upload.state == UploadState.REFUSED.value else what
    if not what or upload.decided_at is None:
        return []
    return [Event(what=what, step=upload.microtask.step.title, at=upload.decided_at)]

"""The workshop's navigation: groups of pages. A new page is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.models import Campaign, Document, Report, User
from crowd.services import (
    campaigns,
    comments,
    complaints,
    cuts,
    finds,
    proofs,
    review_queue,
    webhooks,
)

May = Callable[..., bool]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One page.

    Attributes:
        tab: what the page's context says it is, and its address's name in `workshop_urls`.
        may: who sees it; what others could only be refused is not shown to them.
        count: a figure beside its name; `waits`: of what waits for someone.
    """

    tab: str
    name: Any
    may: May = campaigns.may_look
    count: Callable[[Campaign], int] | None = None
    waits: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    key: str
    name: Any
    entries: list[Entry] = field(default_factory=list)


def _documents(campaign: Campaign) -> int:
    return Document.objects.filter(campaign=campaign).count()


def _cuts(campaign: Campaign) -> int:
    return cuts.badly_cut(campaign=campaign).count()


def _reports(campaign: Campaign) -> int:
    return Report.objects.waiting().filter(excerpt__campaign=campaign).count()


def _words(campaign: Campaign) -> int:
    return finds.waiting(campaign=campaign).count() + complaints.count(campaign=campaign)


def _files(campaign: Campaign) -> int:
    return proofs.waiting(campaign=campaign).count()


def _comments(campaign: Campaign) -> int:
    return comments.waiting(campaign=campaign).count()


def _review(campaign: Campaign) -> int:
    return review_queue.pressing(campaign=campaign)


def _webhooks(campaign: Campaign) -> int:
    return webhooks.stopped(campaign=campaign)


PREPARE = Group(
    key="prepare",
    name=_("Prepare"),
    entries=[
        Entry(tab="overview", name=_("Overview")),
        Entry(tab="cause", name=_("Cause"), may=campaigns.may_edit),
        Entry(tab="documents", name=_("Documents"), count=_documents),
        Entry(tab="layouts", name=_("Zones")),
        Entry(tab="questions", name=_("Questions")),
        Entry(tab="sure", name=_("How sure")),
        Entry(tab="tryout", name=_("Try-out")),
        Entry(tab="open", name=_("Open"), may=campaigns.may_edit),
    ],
)
RUN = Group(
    key="run",
    name=_("Run"),
    entries=[
        Entry(tab="dashboard", name=_("Dashboard")),
        Entry(tab="course", name=_("Pause, close, deadline"), may=campaigns.may_edit),
        Entry(tab="amendments", name=_("Changes after launch"), may=campaigns.may_edit),
    ],
)
CHECK = Group(
    key="check",
    name=_("Check"),
    entries=[
        Entry(tab="review", name=_("Review"), may=campaigns.may_review, count=_review, waits=True),
        Entry(tab="cuts", name=_("Badly cut"), may=campaigns.may_review, count=_cuts, waits=True),
        Entry(
            tab="reports", name=_("Reports"), may=campaigns.may_review, count=_reports, waits=True
        ),
        Entry(
            tab="words",
            name=_("Finds and complaints"),
            may=campaigns.may_review,
            count=_words,
            waits=True,
        ),
        Entry(
            tab="files",
            name=_("Files to black out"),
            may=campaigns.may_review,
            count=_files,
            waits=True,
        ),
        Entry(
            tab="comments",
            name=_("Comments"),
            may=campaigns.may_review,
            count=_comments,
            waits=True,
        ),
        Entry(tab="audits", name=_("Audit"), may=campaigns.may_review),
        Entry(tab="flags", name=_("Odd answers"), may=campaigns.may_review),
        Entry(tab="known", name=_("Known answers"), may=campaigns.may_review),
    ],
)
REACH = Group(
    key="reach",
    name=_("Reach people"),
    entries=[
        Entry(tab="announcements", name=_("Announcements"), may=campaigns.may_edit),
        Entry(tab="rooms", name=_("Rooms"), may=campaigns.may_review),
        Entry(tab="game", name=_("Game"), may=campaigns.may_edit),
    ],
)
END = Group(
    key="end",
    name=_("End"),
    entries=[
        Entry(tab="finish", name=_("Finish")),
        Entry(tab="outcome", name=_("Outcome"), may=campaigns.may_edit),
    ],
)
TEAM = Group(
    key="team",
    name=_("Team"),
    entries=[
        Entry(tab="team", name=_("Members")),
        Entry(tab="log", name=_("Log")),
        Entry(
            tab="webhooks",
            name=_("Webhooks"),
            may=campaigns.may_edit,
            count=_webhooks,
            waits=True,
        ),
        Entry(tab="moving", name=_("Move to another site"), may=campaigns.may_manage),
    ],
)
GROUPS = [PREPARE, RUN, CHECK, REACH, END, TEAM]


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    tab: str
    name: Any
    url: str
    current: bool
    count: int
    waits: bool


@dataclass(frozen=True, kw_only=True)
class ShownGroup:
    """A group as one person sees it: only with the pages they may open."""

    name: Any
    entries: list[ShownEntry]

    @property
    def current(self) -> bool:
        return any(entry.current for entry in self.entries)

    @property
    def waiting(self) -> int:
        return sum(entry.count for entry in self.entries if entry.waits)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where someone is, for the one line that a phone has for it.

    Attributes:
        waiting: what waits for someone on the pages of other groups.
    """

    group: ShownGroup | None
    entry: ShownEntry | None
    waiting: int


def place(*, groups: list[ShownGroup]) -> Place:
    """The current group and page of a navigation."""
    group = next((each for each in groups if each.current), None)
    entries = group.entries if group else []
    return Place(
        group=group,
        entry=next((each for each in entries if each.current), None),
        waiting=sum(each.waiting for each in groups if each is not group),
    )


def shown(*, campaign: Campaign, user: User, tab: str) -> list[ShownGroup]:
    """The navigation of one page, without empty groups."""
    # There are four kinds of guards and thirty pages: each is asked once.
    guards = {entry.may for group in GROUPS for entry in group.entries}
    passed = {may for may in guards if may(campaign=campaign, user=user)}
    groups = [
        ShownGroup(
            name=group.name,
            entries=[_shown(each, campaign, tab) for each in group.entries if each.may in passed],
        )
        for group in GROUPS
    ]
    return [group for group in groups if group.entries]


def _shown(entry: Entry, campaign: Campaign, tab: str) -> ShownEntry:
    return ShownEntry(
        tab=entry.tab,
        name=entry.name,
        url=f"workshop:{entry.tab}",
        current=entry.tab == tab,
        count=entry.count(campaign) if entry.count else 0,
        waits=entry.waits,
    )

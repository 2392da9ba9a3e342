"""The lives of what Tamis keeps, from micro-tasks to deliveries: tables of allowed moves."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar


class MicroTaskState(Enum):
    OPEN = "open"
    SETTLED = "settled"
    CONTESTED = "contested"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"


class AssignmentState(Enum):
    LENT = "lent"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    RETURNED = "returned"
    EXPIRED = "expired"


class DocumentState(Enum):
    RECEIVED = "received"
    SPLITTING = "splitting"
    SPLIT = "split"
    STOPPED = "stopped"
    FAILED = "failed"


class DeliveryState(Enum):
    RECEIVED = "received"
    READING = "reading"
    READ = "read"
    STOPPED = "stopped"
    FAILED = "failed"


class UploadState(Enum):
    PRIVATE = "private"
    TO_REDACT = "to_redact"
    PUBLISHED = "published"
    REDACTED = "redacted"
    REFUSED = "refused"


class CampaignState(Enum):
    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


S = TypeVar("S", bound=Enum)
Moves = Mapping[S, Mapping[str, S]]

MICROTASK_MOVES: Moves[MicroTaskState] = {
    MicroTaskState.OPEN: {
        "answers agree": MicroTaskState.SETTLED,
        "too many answers differ": MicroTaskState.CONTESTED,
        "badly cut, say enough": MicroTaskState.SET_ASIDE,
        "excerpt hidden or question closed": MicroTaskState.WITHDRAWN,
    },
    MicroTaskState.SETTLED: {
        "a late answer casts doubt, or cut anew": MicroTaskState.OPEN,
        "late answers differ too much": MicroTaskState.CONTESTED,
        "badly cut, say enough": MicroTaskState.SET_ASIDE,
        "excerpt hidden or question closed": MicroTaskState.WITHDRAWN,
    },
    MicroTaskState.CONTESTED: {
        "a late answer decides": MicroTaskState.SETTLED,
        "more answers are asked for, or cut anew": MicroTaskState.OPEN,
        "badly cut, say enough": MicroTaskState.SET_ASIDE,
        "excerpt hidden or question closed": MicroTaskState.WITHDRAWN,
    },
    MicroTaskState.SET_ASIDE: {
        "cut anew": MicroTaskState.OPEN,
        "a late answer decides": MicroTaskState.SETTLED,
        "late answers differ too much": MicroTaskState.CONTESTED,
        "excerpt hidden or question closed": MicroTaskState.WITHDRAWN,
    },
    MicroTaskState.WITHDRAWN: {
        "restored": MicroTaskState.OPEN,
        "restored with its verdict": MicroTaskState.SETTLED,
        "restored as contested": MicroTaskState.CONTESTED,
        "restored as badly cut": MicroTaskState.SET_ASIDE,
    },
}

ASSIGNMENT_MOVES: Moves[AssignmentState] = {
    AssignmentState.LENT: {
        "answered": AssignmentState.ANSWERED,
        "another one": AssignmentState.SKIPPED,
        "given back": AssignmentState.RETURNED,
        "lease ran out": AssignmentState.EXPIRED,
    },
    AssignmentState.ANSWERED: {"cut anew, or its file was refused": AssignmentState.RETURNED},
    AssignmentState.SKIPPED: {"answered after all": AssignmentState.ANSWERED},
    AssignmentState.RETURNED: {
        "lent again": AssignmentState.LENT,
        "answered after all": AssignmentState.ANSWERED,
    },
    AssignmentState.EXPIRED: {
        "answered late": AssignmentState.ANSWERED,
        "lent again": AssignmentState.LENT,
    },
}

DOCUMENT_MOVES: Moves[DocumentState] = {
    DocumentState.RECEIVED: {
        "a worker begins": DocumentState.SPLITTING,
        "stopped": DocumentState.STOPPED,
        "unreadable": DocumentState.FAILED,
    },
    DocumentState.SPLITTING: {
        "last excerpt stored": DocumentState.SPLIT,
        "stopped": DocumentState.STOPPED,
        "split in another way": DocumentState.RECEIVED,
        "unreadable": DocumentState.FAILED,
    },
    DocumentState.SPLIT: {
        "split in another way": DocumentState.RECEIVED,
        "what was left out is tried again": DocumentState.SPLITTING,
    },
    DocumentState.STOPPED: {
        "resumed before its first look": DocumentState.RECEIVED,
        "resumed": DocumentState.SPLITTING,
    },
    DocumentState.FAILED: {"tried again": DocumentState.RECEIVED},
}

DELIVERY_MOVES: Moves[DeliveryState] = {
    DeliveryState.RECEIVED: {
        "a worker begins": DeliveryState.READING,
        "stopped": DeliveryState.STOPPED,
        "unreadable": DeliveryState.FAILED,
    },
    DeliveryState.READING: {
        "last entry taken": DeliveryState.READ,
        "stopped": DeliveryState.STOPPED,
        "unreadable": DeliveryState.FAILED,
    },
    DeliveryState.READ: {},
    DeliveryState.STOPPED: {"resumed": DeliveryState.RECEIVED},
    DeliveryState.FAILED: {"tried again": DeliveryState.RECEIVED},
}

CAMPAIGN_MOVES: Moves[CampaignState] = {
    CampaignState.DRAFT: {"opened": CampaignState.OPEN},
    CampaignState.OPEN: {"paused": CampaignState.PAUSED, "closed": CampaignState.CLOSED},
    CampaignState.PAUSED: {"resumed": CampaignState.OPEN, "closed": CampaignState.CLOSED},
    CampaignState.CLOSED: {"reopened": CampaignState.OPEN},
}


UPLOAD_MOVES: Moves[UploadState] = {
    UploadState.PRIVATE: {
        "its check says that it fits": UploadState.PUBLISHED,
        "its check sees private data": UploadState.TO_REDACT,
        "blacked out by a reviewer": UploadState.REDACTED,
        "its check says that it does not fit": UploadState.REFUSED,
    },
    UploadState.TO_REDACT: {
        "its check says that it fits": UploadState.PUBLISHED,
        "blacked out by a reviewer": UploadState.REDACTED,
        "its check says that it does not fit": UploadState.REFUSED,
    },
    UploadState.PUBLISHED: {
        "its check sees private data": UploadState.TO_REDACT,
        "blacked out by a reviewer": UploadState.REDACTED,
        "its check says that it does not fit": UploadState.REFUSED,
    },
    UploadState.REDACTED: {
        "its check says that it does not fit": UploadState.REFUSED,
        "taken back by a reviewer": UploadState.TO_REDACT,
    },
    UploadState.REFUSED: {},
}


class ForbiddenMove(Exception):
    """A move that its table does not allow: a bug in the caller, never a person's mistake."""


def check(moves: Moves[S], before: S, after: S) -> None:
    """Let `before` → `after` pass if the table has it; staying put is always allowed.

    Raises:
        ForbiddenMove: the table has no such move.
    """
    if before is not after and after not in moves[before].values():
        raise ForbiddenMove(f"{before.value} → {after.value}")


def mermaid(moves: Moves[S], *, start: S) -> str:
    """The table as a Mermaid state diagram (`docs/architecture.md` holds the printed result)."""
    lines = ["stateDiagram-v2", f"    [*] --> {start.value}"]
    for before, ways in moves.items():
        lines += [f"    {before.value} --> {after.value}: {why}" for why, after in ways.items()]
    return "\n".join(lines)

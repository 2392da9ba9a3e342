"""Small campaigns and people, made in one line, without going through files."""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crowd.models import (
    Answer,
    Assignment,
    Award,
    Campaign,
    Contributor,
    Document,
    Excerpt,
    MicroTask,
    Step,
    User,
    Verdict,
)
from crowd.rules.lifecycle import CampaignState
from crowd.services import answers, assignments, campaigns, consensus, contributors, openings
from crowd.services.answers import Outcome, Receipt
from crowd.services.assignments import Claim

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)  # a Wednesday
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=30)

_numbers = itertools.count(1)


def choice(key: str = "q", options: Sequence[str] = ("a", "b", "c"), **more: Any) -> dict[str, Any]:
    """The description of a question with one choice."""
    return {"key": key, "kind": "choice", "label": key, "options": _options(options), **more}


def choices(key: str = "q", options: Sequence[str] = ("a", "b"), **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "choices", "label": key, "options": _options(options), **more}


def text(key: str = "q", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "text", "label": key, **more}


def number(key: str = "q", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "number", "label": key, **more}


def date(key: str = "q", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "date", "label": key, **more}


def table(
    key: str = "q", columns: Sequence[str] = ("who", "amount"), **more: Any
) -> dict[str, Any]:
    """The description of a table of texts; the column "amount" holds numbers, "since" dates."""
    kinds = {"amount": "number", "since": "date"}
    settings = {
        "columns": [
            {"key": each, "label": each, "kind": kinds.get(each, "text")} for each in columns
        ]
    }
    return {"key": key, "kind": "table", "label": key, "settings": settings, **more}


def region(key: str = "q", labels: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "region", "label": key, "options": _options(labels), **more}


def upload(key: str = "q", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "upload", "label": key, **more}


def step(*questions: Mapping[str, Any], key: str = "read", **more: Any) -> dict[str, Any]:
    """The description of a step; asks one choice unless told otherwise."""
    lease = {"lease_seconds": int(LEASE.total_seconds())}
    return {"key": key, "title": key, "questions": list(questions) or [choice()], **lease, **more}


def _options(values: Sequence[str]) -> list[dict[str, str]]:
    return [{"value": value, "label": value} for value in values]


@dataclass
class Drive:
    """A campaign with one document of `len(excerpts)` rows."""

    campaign: Campaign
    document: Document
    excerpts: list[Excerpt] = field(default_factory=list)

    def step(self, key: str = "read") -> Step:
        return self.campaign.steps.get(key=key)

    def microtask(self, position: int = 1, *, step: str = "read", about: str = "") -> MicroTask:
        """The micro-task about one excerpt (positions count from 1), as PostgreSQL has it now."""
        return self.microtasks(step=step).get(excerpt__position=position, about=about)

    def microtasks(self, *, step: str = "read") -> Any:
        return MicroTask.objects.filter(step__campaign=self.campaign, step__key=step).order_by(
            "excerpt__position", "about"
        )

    def verdict(self, position: int = 1, *, step: str = "read", about: str = "") -> Verdict | None:
        """The current verdict about one excerpt."""
        microtask = self.microtask(position, step=step, about=about)
        return Verdict.objects.current().filter(microtask=microtask).first()

    def claim(self, person: Contributor, *, now: datetime = NOW, **more: Any) -> Claim:
        return assignments.claim_next(contributor=person, campaign=self.campaign, now=now, **more)

    def say(
        self, value: Any, *, by: Contributor | None = None, about: int = 1, now: datetime = NOW
    ) -> Answer:
        """One person (a new guest unless named) answers the first step's micro-task."""
        return say(self.microtask(about), value, by=by or guest(), now=now)


def drive(
    *steps: Mapping[str, Any],
    excerpts: int = 1,
    state: CampaignState = CampaignState.OPEN,
    agree: int = 2,
    at_most: int = 5,
    **more: Any,
) -> Drive:
    """A campaign of these steps (one that asks one choice, if none) about so many rows."""
    slug = f"drive-{next(_numbers)}-{uuid.uuid4().hex[:6]}"
    policy = {"agree": agree, "at_most": at_most}
    described = [{**policy, **each} for each in steps or [step()]]
    description = {"slug": slug, "title": slug, "language": "fr", "steps": described, **more}
    campaign = campaigns.set_up(description=description, owner=None, now=NOW)
    if state is not CampaignState.DRAFT:
        campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=NOW)
    if state not in {CampaignState.DRAFT, CampaignState.OPEN}:
        campaigns.move(campaign=campaign, state=state, now=NOW)
    made = Drive(campaign=campaign, document=document(campaign, rows=excerpts))
    made.excerpts = add_excerpts(made, excerpts)
    return made


def document(campaign: Campaign, *, rows: int, name: str = "table.csv") -> Document:
    """A split table, without its file."""
    return Document.objects.create(
        campaign=campaign,
        name=name,
        media_type="text/csv",
        sha256=uuid.uuid4().hex * 2,
        byte_size=1,
        state="split",
        pages_known=rows,
        pages_done=rows,
        columns=["text"],
        received_at=NOW,
        finished_at=NOW,
    )


def add_excerpts(made: Drive, count: int) -> list[Excerpt]:
    """Rows of the document, and the micro-tasks about them."""
    rows = Excerpt.objects.bulk_create(
        Excerpt(
            campaign=made.campaign,
            document=made.document,
            kind="row",
            position=position,
            cells=[f"row {position}"],
        )
        for position in range(1, count + 1)
    )
    openings.for_excerpts(campaign=made.campaign, excerpts=rows)
    return rows


def guest(name: str = "", *, now: datetime = NOW) -> Contributor:
    """A new guest; with a name, one who is listed on the boards."""
    person, _ = contributors.start_guest(language="fr", now=now)
    if name:
        contributors.choose_name(contributor=person, pseudonym=name, listed=True)
    return person


def guests(count: int) -> list[Contributor]:
    return [guest() for _ in range(count)]


def account(email: str = "", *, guest: Contributor | None = None) -> Contributor:
    """The contributor of a new account, which `guest` becomes if given."""
    user = User.objects.create_user(email or f"{uuid.uuid4().hex}@example.org")
    return contributors.sign_in(user=user, guest=guest, language="fr", now=NOW)


def lend(microtask: MicroTask, person: Contributor, *, now: datetime = NOW) -> Assignment:
    """A lease on this very micro-task, whatever the queue would have given."""
    lent = Assignment.objects.create(
        microtask=microtask,
        contributor=person,
        lent_at=now,
        due_at=now + LEASE,
        weight=microtask.step.weight,
    )
    return assignments.open_for(contributor=person, assignment_id=lent.pk)


def submit(
    assignment: Assignment,
    value: Any = "a",
    *,
    answer_id: uuid.UUID | None = None,
    badly_cut: bool = False,
    now: datetime = NOW,
) -> Receipt:
    """Answer with one value for the step's first question, or with a dict for several."""
    if not isinstance(value, dict):
        value = {assignment.microtask.step.questions.order_by("position").first().key: value}
    return answers.submit(
        assignment=assignment,
        answer_id=answer_id or uuid.uuid4(),
        values=value,
        badly_cut=badly_cut,
        now=now,
    )


CUT = object()  # "this excerpt is badly cut"


def say(microtask: MicroTask, value: Any, *, by: Contributor, now: datetime = NOW) -> Answer:
    """Lend and answer at once; the answer counts."""
    receipt = submit(
        lend(microtask, by, now=now),
        {} if value is CUT else value,
        badly_cut=value is CUT,
        now=now,
    )
    assert receipt.outcome is Outcome.ACCEPTED
    return receipt.answer


def settle(*, now: datetime = NOW) -> int:
    """Cross-check until nothing waits; how many micro-tasks were looked at."""
    looked_at = 0
    while some := consensus.settle_waiting(now=now):
        looked_at += some
    return looked_at


def points(person: Contributor) -> Decimal:
    """The signed sum of a person's ledger rows, guests they were not included."""
    return Award.objects.filter(contributor=person).total()

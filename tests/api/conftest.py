"""One campaign on five letters, its team, and people who come by."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from crowd import valkey
from crowd.models import Campaign, Contributor, Membership, MicroTask, User
from crowd.models.campaigns import Role
from crowd.rules.lifecycle import CampaignState
from crowd.services import accounts, campaigns, consensus, intake, queues, scores, splitting
from tests.api.caller import Caller, volunteer

LETTERS = ["More buses.", "A cycle path, please.", "Mend the pavement.", "No cars.", "Thank you."]

READ = {
    "key": "read",
    "title": "Read the letter",
    "instructions": "Read it to its end.",
    "agree": 2,
    "at_most": 3,
    "lease_seconds": 600,
    "questions": [
        {
            "key": "asks",
            "kind": "choice",
            "label": "Does it ask for something?",
            "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
        },
        {
            "key": "what",
            "kind": "text",
            "label": "For what?",
            "required": False,
            "settings": {"max_length": 100},
        },
    ],
}
WHO = (
    *("nobody", "guest", "stranger", "elsewhere"),
    *("reader", "reviewer", "editor", "owner", "staff"),
)
YES = {"asks": "yes", "what": "Something"}


def table(rows: list[str]) -> bytes:
    """A CSV of one column."""
    return "\n".join(["letter", *(f'"{row}"' for row in rows)]).encode()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Boards and queues of earlier tests are not this one's."""
    valkey.client().flushdb()


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user(email="owner@example.org")


@pytest.fixture
def team(owner: User) -> Caller:
    """A script of the campaign's owner."""
    return Caller(token=accounts.make_key(user=owner, name="script", now=timezone.now()))


@pytest.fixture
def stranger(db: None) -> Caller:
    """A script of someone with an account and nothing else."""
    user = User.objects.create_user(email="stranger@example.org")
    return Caller(token=accounts.make_key(user=user, name="script", now=timezone.now()))


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller()


@pytest.fixture
def make_campaign(owner: User) -> Callable[..., Campaign]:
    """Make a campaign; `letters` are its excerpts, one row each."""

    def make(
        slug: str = "letters", letters: list[str] = LETTERS, opened: bool = True, **more: Any
    ) -> Campaign:
        description = {"slug": slug, "title": f"The {slug}", "language": "en", "steps": [READ]}
        made = campaigns.set_up(
            description={**description, **more}, owner=owner, now=timezone.now()
        )
        give(made, table(letters))
        if opened:
            campaigns.move(campaign=made, state=CampaignState.OPEN, now=timezone.now())
        return made

    return make


@pytest.fixture
def campaign(make_campaign: Callable[..., Campaign]) -> Campaign:
    return make_campaign()


def account(name: str, **more: Any) -> tuple[User, Caller]:
    user = User.objects.create_user(email=f"{name}@example.org", **more)
    secret = accounts.make_key(user=user, name="script", now=timezone.now())
    return user, Caller(token=secret)


@pytest.fixture
def everybody(campaign: Campaign, make_campaign: Any, team: Caller) -> dict[str, Caller]:
    other = make_campaign("postcards", opened=False)
    found = {"nobody": Caller(), "guest": volunteer(), "owner": team}
    found["stranger"] = account("visitor")[1]
    found["staff"] = account("staff", is_staff=True, is_superuser=True)[1]
    for role in (Role.READER, Role.REVIEWER, Role.EDITOR):
        user, found[role.value] = account(role.value)
        Membership.objects.create(campaign=campaign, user=user, role=role)
    user, found["elsewhere"] = account("elsewhere")
    Membership.objects.create(campaign=other, user=user, role=Role.EDITOR)
    return found


def give(campaign: Campaign, content: bytes, name: str = "letters.csv") -> None:
    """Receive and split one document."""
    received = intake.receive(
        campaign=campaign, upload=io.BytesIO(content), name=name, now=timezone.now()
    )
    splitting.split(document_id=received.pk, now=timezone.now())


def cross_check() -> None:
    """What the workers do when answers have come in."""
    while consensus.settle_waiting(now=timezone.now()):
        pass
    queues.offer(microtask_ids=MicroTask.objects.open().values_list("pk", flat=True))
    everyone = Contributor.objects.values_list("pk", flat=True)
    scores.refresh(contributor_ids=list(everyone), now=timezone.now())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Reading the API's description takes seconds; `make test` does without."""
    fast = config.option.markexpr == "not slow"
    return True if fast and collection_path.name == "test_schemathesis.py" else None

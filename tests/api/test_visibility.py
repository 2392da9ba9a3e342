"""Who may read what: every address of the API's description, asked by everybody there is."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crowd.models import Campaign, Membership, User
from crowd.models.campaigns import Role
from crowd.services import accounts
from tests.api.caller import ROOT, Caller, volunteer
from tests.api.scene import Scene, make

MULTIPART = "multipart/form-data"
IN = 200  # past the door: done, or refused for what was sent
WHO = (
    *("nobody", "guest", "stranger", "elsewhere"),
    *("reader", "reviewer", "editor", "owner", "staff"),
)
PUBLIC = (200,) * 9
LOOKING = (401, 403, 403, 403, 200, 200, 200, 200, 200)
REVIEWING = (401, 403, 403, 403, 403, 200, 200, 200, 200)
EDITING = (401, 403, 403, 403, 403, 403, 200, 200, 200)
OWNING = (401, 403, 403, 403, 403, 403, 403, 200, 200)
ACCOUNTS = (401, 401, 200, 200, 200, 200, 200, 200, 200)
TOOK_PART = (401, 200, 404, 404, 404, 404, 404, 404, 404)  # the guest alone has, here
NOTHING_YET = (401, 404, 404, 404, 404, 404, 404, 404, 404)
NAMED = {"/documents/{id}": "DOCUMENT", "/excerpts/{id}": "EXCERPT"}
L, ME = "/campaigns/letters", "/contributors/me"
TABLE = [
    (PUBLIC, f"/campaigns {L} {L}/announcements {L}/documents {L}/exports {L}/finds {L}/flow"),
    (PUBLIC, f"{L}/leaderboard {L}/progress {L}/snapshots {L}/stages {L}/targets {L}/tutorial"),
    (PUBLIC, f"{L}/verdicts {L}/verdicts.csv DOCUMENT EXCERPT /leaderboard /teams"),
    (LOOKING, f"{L}/dashboard {L}/log {L}/setup {L}/team"),
    (REVIEWING, f"{L}/audits {L}/bad-cuts {L}/flags {L}/known-answers {L}/objections"),
    (
        REVIEWING,
        f"{L}/known-answers/to-write {L}/reports {L}/review-queue {L}/rooms {L}/unmatched-pages",
    ),
    (EDITING, f"{L}/amendments {L}/deliveries {L}/layouts {L}/webhooks"),
    (OWNING, f"{L}/invitations"),
    (ACCOUNTS, f"/keys {ME}/mails"),
    (TOOK_PART, f"{ME} {ME}/answers {ME}/badges {ME}/data {ME}/goal {ME}/reliability"),
    (TOOK_PART, f"{ME}/switches {ME}/targets"),
    (NOTHING_YET, f"{ME}/batch {ME}/team"),
    ((404,) * 9, f"{L}/goal"),  # nobody has set one
]


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


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the description: method, address, and what is said of it."""
    for path, methods in Caller().get("/schema").json()["paths"].items():
        for method, said in methods.items():
            yield method.upper(), path.removeprefix(ROOT), said


def asked(scene: Scene, who: Caller, method: str, path: str, said: dict[str, Any]) -> int:
    """The status of a reply; whatever was asked for is undone."""
    address = ROOT + path.format(**scene.named(path))
    kinds = (said.get("requestBody") or {}).get("content", {})
    sent: dict[str, Any] = {"content_type": "application/json", "data": "{}"}
    if MULTIPART in kinds:
        sent = {"content_type": f"{MULTIPART}; boundary=x", "data": "--x--\r\n"}
    if method == "GET":
        sent = {}
    with transaction.atomic():
        reply = who.client.generic(method, address, headers=who.headers, **sent)
        transaction.set_rollback(True)
    refused = reply.status_code in {401, 403, 404}
    return reply.status_code if refused or reply.status_code >= 500 else IN


def test_each_operation_is_for_whom_the_table_says_and_nobody_else(
    campaign: Campaign, owner: User, everybody: dict[str, Caller]
) -> None:
    scene = make(campaign, owner)
    seen: dict[str, tuple[int, ...]] = {}
    for method, path, said in operations():
        statuses = tuple(asked(scene, everybody[who], method, path, said) for who in WHO)
        seen[f"{method} {short(path)}"] = statuses
    told = {f"{method} {path}": rights for rights, method, path in rows()}
    assert seen == told

"""Teams: invitations work once or until a day, an owner always remains, all of it is in the log."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from crowd import changed
from crowd.models import Campaign, Membership, User
from crowd.models.campaigns import Role
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import campaigns, changes, memberships
from tests import builders, rivals
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return builders.drive(state=CampaignState.DRAFT).campaign


def person(name: str = "anne") -> User:
    return User.objects.create_user(f"{name}@example.org")


def member(campaign: Campaign, name: str, role: str) -> Membership:
    return Membership.objects.create(campaign=campaign, user=person(name), role=role)


def log(campaign: Campaign) -> list[str]:
    return [each.what for each in changes.of_campaign(campaign=campaign)]


def test_a_link_for_one_lets_one_person_in(campaign: Campaign) -> None:
    made, secret = memberships.invite(campaign=campaign, role="editor", by=None, now=NOW)
    assert secret not in str(vars(made))
    memberships.accept(secret=secret, user=person("anne"), now=NOW)
    with pytest.raises(Problem, match="invitation_unusable"):
        memberships.accept(secret=secret, user=person("bob"), now=NOW)
    assert [each.role for each in memberships.members(campaign=campaign)] == ["editor"]
    assert log(campaign) == ["team.joined", "team.invited"]


def test_a_link_for_several_works_until_its_day(campaign: Campaign) -> None:
    _made, secret = memberships.invite(
        campaign=campaign, role="reader", by=None, now=NOW, for_several=True
    )
    memberships.accept(secret=secret, user=person("anne"), now=NOW)
    memberships.accept(secret=secret, user=person("bob"), now=NOW + timedelta(days=13))
    with pytest.raises(Problem, match="invitation_unusable"):
        memberships.accept(secret=secret, user=person("carl"), now=NOW + timedelta(days=14))


def test_a_link_taken_back_leads_nowhere(campaign: Campaign) -> None:
    made, secret = memberships.invite(campaign=campaign, role="reader", by=None, now=NOW)
    memberships.revoke(invitation=made, by=None, now=NOW)
    memberships.revoke(invitation=made, by=None, now=NOW)  # a second click
    with pytest.raises(Problem, match="invitation_unusable"):
        memberships.accept(secret=secret, user=person(), now=NOW)
    assert log(campaign) == ["team.invitation_revoked", "team.invited"]


@pytest.mark.parametrize(("role", "after"), [("owner", "owner"), ("reader", "editor")])
def test_an_invitation_never_lowers_a_role(campaign: Campaign, role: str, after: str) -> None:
    known = member(campaign, "anne", role)
    _made, secret = memberships.invite(campaign=campaign, role="editor", by=None, now=NOW)
    assert memberships.accept(secret=secret, user=known.user, now=NOW).role == after


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"role": "owner"}, "role_unknown"),
        ({"role": "boss"}, "role_unknown"),
        ({"role": "editor", "email": "no address"}, "email_unreadable"),
    ],
)
def test_nonsense_invites_nobody(campaign: Campaign, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        memberships.invite(campaign=campaign, by=None, now=NOW, **asked)
    assert not campaign.invitations.exists()


def test_an_owner_always_remains(campaign: Campaign) -> None:
    only = member(campaign, "anne", "owner")
    with pytest.raises(Problem, match="an_owner_remains"):
        memberships.remove(membership=only, by=only.user, now=NOW)
    with pytest.raises(Problem, match="an_owner_remains"):
        memberships.change_role(membership=only, role="editor", by=only.user, now=NOW)
    second = member(campaign, "bob", "editor")
    memberships.change_role(membership=second, role="owner", by=only.user, now=NOW)
    memberships.remove(membership=only, by=only.user, now=NOW)
    campaign.refresh_from_db()
    assert campaign.owner == second.user
    assert log(campaign) == ["team.left", "team.role"]


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_do_not_leave_it_alone() -> None:
    campaign = builders.drive(state=CampaignState.DRAFT).campaign
    both = [member(campaign, name, "owner") for name in ("anne", "bob")]

    def leave(membership: Membership) -> str:
        try:
            memberships.remove(membership=membership, by=membership.user, now=NOW)
        except Problem as problem:
            return problem.code
        return "left"

    told = rivals.at_once(*(partial(leave, each) for each in both))
    assert sorted(told) == ["an_owner_remains", "left"]
    assert Membership.objects.filter(campaign=campaign, role=Role.OWNER).count() == 1


def test_every_line_of_the_log_can_be_told(campaign: Campaign) -> None:
    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key

    for what in changed.WORDS:
        assert changed.words(what=what, details=Anything())


def test_the_log_takes_no_line_that_cannot_be_told(campaign: Campaign) -> None:
    with pytest.raises(KeyError):
        changes.record(campaign=campaign, user=None, what="campaign.eaten", now=NOW)
    with pytest.raises(KeyError):
        changes.record(campaign=campaign, user=None, what="team.left_behind", now=NOW)
    with pytest.raises(KeyError):
        changes.record(campaign=campaign, user=None, what="team.role", now=NOW)
    assert not log(campaign)


def test_opening_and_closing_are_in_the_log_with_who_did_it(campaign: Campaign) -> None:
    anne = person()
    for state in (CampaignState.OPEN, CampaignState.PAUSED, CampaignState.CLOSED):
        campaigns.move(campaign=campaign, state=state, now=NOW, by=anne)
    found = changes.of_campaign(campaign=campaign)
    assert [(each.what, each.user) for each in found] == [
        ("campaign.closed", anne),
        ("campaign.paused", anne),
        ("campaign.opened", anne),
    ]

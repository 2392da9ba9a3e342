"""Templates that steps are begun from: whatever they make can be asked."""

import io

import pytest

from crowd import beginnings
from crowd.models import Campaign, User
from crowd.services import causes, intake, launching, splitting, steps
from tests.builders import NOW

pytestmark = pytest.mark.django_db
LETTERS = b"town\nArras\nBrest\n"


@pytest.fixture
def campaign(settings) -> Campaign:
    settings.TAMIS_LAUNCHING = "anyone"
    anne = User.objects.create_user("anne@example.org")
    made = launching.start(title="Letters to towns", language="en", by=anne, now=NOW)
    return causes.edit(campaign=made, fields={"problem": "They do not say."}, by=anne, now=NOW)


@pytest.mark.parametrize("key", [each.key for each in beginnings.OFFERED])
def test_every_template_makes_steps(campaign: Campaign, key: str) -> None:
    described = beginnings.steps_of(key)
    made = steps.add_all(campaign=campaign, descriptions=described, by=None, now=NOW)
    assert [each.title for each in campaign.steps.order_by("position")] == [m.title for m in made]


def test_a_drive_of_targets_has_four_steps_and_opens(campaign: Campaign) -> None:
    described = beginnings.steps_of("target")
    steps.add_all(campaign=campaign, descriptions=described, by=None, now=NOW)
    upload = io.BytesIO(LETTERS)
    received = intake.receive(campaign=campaign, upload=upload, name="towns.csv", now=NOW)
    splitting.split(document_id=received.pk, now=NOW)
    launching.open_up(campaign=campaign, by=campaign.owner, now=NOW)
    assert campaign.is_open
    found = campaign.steps.order_by("position")
    assert [(each.key, each.taken_on, each.agree, each.at_most) for each in found] == [
        ("send", True, 1, 1),
        ("check-proof", False, 2, 3),
        ("receive", True, 1, 1),
        ("check-receipt", False, 2, 3),
    ]


def test_the_same_template_twice_opens_its_own_steps(campaign: Campaign) -> None:
    for _time in range(2):
        described = beginnings.steps_of("target")
        steps.add_all(campaign=campaign, descriptions=described, by=None, now=NOW)
    assert campaign.steps.get(key="check-proof-2").opens_when["step"] == "send-2"

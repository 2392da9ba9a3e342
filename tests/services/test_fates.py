"""Once a week, by mail: what became of one's answers, for those who asked to be told."""

from datetime import timedelta

import pytest
from django.core import mail as outbox

from crowd.models import Contributor, Mail
from crowd.models.mails import Topic
from crowd.services import fates, mails
from tests import builders
from tests.builders import NOW, Drive

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = NOW + timedelta(days=5)


@pytest.fixture(autouse=True)
def a_mail_server(settings) -> None:
    settings.TAMIS_SENDS_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TAMIS_VEILED_SHARE = 0.0
    outbox.outbox = []


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=2)


def _wants(person: Contributor) -> Contributor:
    assert person.user
    mails.choose(user=person.user, topic=Topic.CONFIRMED, agreed=True, now=NOW)
    return person


def _played(drive: Drive) -> tuple[Contributor, Contributor]:
    """Two people: the first was right twice, the other once."""
    one, two = builders.account("one@example.org"), builders.account("two@example.org")
    for place, values in ((1, "aaa"), (2, "bab")):
        for person, value in zip((one, two, builders.guest()), values, strict=True):
            microtask = drive.microtask(place)
            if microtask.state == "open":
                builders.say(microtask, value, by=person)
        builders.settle()
    return one, two


def test_who_asked_is_told_once_what_last_week_has_brought(drive: Drive) -> None:
    one, _two = _played(drive)
    _wants(one)
    assert fates.tell(now=NOW) == 0  # this week is not over
    assert [fates.tell(now=MONDAY + timedelta(days=day)) for day in range(8)] == [1] + [0] * 7
    mails.send_waiting(now=MONDAY)
    [sent] = outbox.outbox
    assert sent.to == ["one@example.org"]
    assert sent.subject.startswith("2 ")
    assert "/contributions/" in sent.body
    assert "List-Unsubscribe" in sent.extra_headers


def test_nothing_is_written_to_who_did_not_ask_or_has_nothing_confirmed(drive: Drive) -> None:
    _played(drive)
    _wants(builders.account("new@example.org"))
    assert fates.tell(now=MONDAY) == 0
    assert not Mail.objects.exists()

"""Invitations and answers that travel by mail, where this site has a mail server."""

import re

import pytest
from django.core import mail as outbox
from django.test import Client

from crowd.models import LaunchPermit, Mail, User
from crowd.services import launching, mails, memberships
from tests.builders import NOW
from tests.frontend import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server(settings) -> None:
    settings.TAMIS_SENDS_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TAMIS_ORIGIN = "https://tamis.example"
    outbox.outbox = []


def test_an_invitation_goes_to_its_address_and_its_link_opens(mail_server, client: Client) -> None:
    campaign = team.draft()
    team.sign_in(client, campaign, "owner")
    place = "/c/letters/workshop/team/"
    client.post(place, {"role": "editor", "email": "bea@example.org"})
    page = client.get(place).text
    assert "is on its way to bea@example.org" in page
    assert 'id="link"' not in page
    mails.send_waiting(now=Mail.objects.get().due_at)
    [sent] = outbox.outbox
    assert sent.to == ["bea@example.org"]
    [path] = re.findall(r"https://tamis.example(/invitations/\S+)", sent.body)
    assert "Sign in to join" in Client().get(path).text
    assert Mail.objects.get().context == {}  # the secret is not kept


def test_without_a_mail_server_nothing_is_written_down() -> None:
    memberships.invite(
        campaign=team.draft(), role="editor", by=None, now=NOW, email="bea@example.org"
    )
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("granted", "said"), [(True, "said yes"), (False, "did not say yes")])
def test_whoever_asked_to_launch_is_told_the_answer(mail_server, granted, said) -> None:
    anne = User.objects.create_user("anne@example.org")
    permit = LaunchPermit.objects.create(user=anne, about="Letters", made_at=NOW)
    for _time in range(2):  # a second click tells nothing anew
        launching.decide(permit=permit, granted=granted, by=anne, now=NOW)
    mails.send_waiting(now=NOW)
    [sent] = outbox.outbox
    assert sent.to == ["anne@example.org"]
    assert said in sent.body

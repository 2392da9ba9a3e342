"""Mails: sent after commit, by a worker, to those who agreed; and stopped with one click."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from crowd.models import Mail, User
from crowd.models.mails import Topic
from crowd.services import mails
from tests.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {
    "campaign": "Rivers",
    "title": "Half-way\nBcc: x",
    "text": "<b>One</b>\n\nTwo",
    "link": "/c/r/",
}


@pytest.fixture(autouse=True)
def a_mail_server(settings):
    settings.TAMIS_SENDS_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TAMIS_ORIGIN = "https://tamis.example"
    outbox.outbox = []


def _user(**agreed: bool) -> User:
    user = User.objects.create_user("ada@example.org")
    for topic, yes in agreed.items():
        mails.choose(user=user, topic=Topic(topic), agreed=yes, now=NOW)
    return user


def _announce(user: User, **more) -> Mail | None:
    named = {"template": "announcement", "context": WORDS, "language": "en", "now": NOW}
    return mails.send(to=user, topic=Topic.ANNOUNCEMENTS, **named, **more)


def test_it_is_sent_in_text_and_in_html_with_nothing_foreign():
    _announce(_user(announcements=True))
    assert mails.send_waiting(now=NOW) == 1
    [sent] = outbox.outbox
    assert (sent.to, sent.subject) == (["ada@example.org"], "Rivers: Half-way Bcc: x")
    [html] = [each.content for each in sent.alternatives]
    assert "<b>One" not in html
    assert "&lt;b&gt;One" in html
    assert set(re.findall(r'(?:src|href)="(https?://[^/"]+)', html)) == {"https://tamis.example"}
    assert "https://tamis.example/c/r/" in sent.body
    kept = Mail.objects.get()
    assert (kept.state, kept.address, kept.context) == ("sent", "", {})


def test_its_act_is_a_button_and_what_follows_says_why_one_gets_it():
    # Words of a campaign that hold the address themselves are no button.
    said = {**WORDS, "text": "Look:\nhttps://tamis.example/c/r/\n\nNow."}
    mails.send(to="a@example.org", template="announcement", context=said, language="en", now=NOW)
    mails.send_waiting(now=NOW)
    [html] = [each.content for each in outbox.outbox[0].alternatives]
    assert re.findall(r'<a href="(\S+?)"[^>]*>([^<]+)</a></td>', html)[-1] == (
        "https://tamis.example/c/r/",
        "See the campaign",
    )
    assert html.index("Look:") < html.index("See the campaign") < html.index("You took part in")


def test_nobody_gets_what_they_did_not_agree_to():
    assert _announce(_user(announcements=False, reminders=True)) is None
    with pytest.raises(ValueError, match="consent"):
        _announce("someone@example.org")  # type: ignore[arg-type]
    assert not Mail.objects.exists()


def test_who_changes_their_mind_before_it_is_sent_does_not_get_it():
    user = _user(announcements=True)
    _announce(user)
    mails.choose(user=user, topic=Topic.ANNOUNCEMENTS, agreed=False, now=NOW)
    mails.send_waiting(now=NOW)
    assert outbox.outbox == []
    assert Mail.objects.get().state == "dropped"


def test_an_invitation_goes_to_an_address_that_has_no_account():
    mails.send(to="eve@example.org", template="announcement", context=WORDS, language="fr", now=NOW)
    mails.send_waiting(now=NOW)
    [sent] = outbox.outbox
    assert "List-Unsubscribe" not in sent.extra_headers


def test_what_is_rolled_back_is_never_sent():
    user = _user(announcements=True)
    with transaction.atomic():
        _announce(user)
        transaction.set_rollback(True)
    assert mails.send_waiting(now=NOW) == 0


def test_asked_for_twice_with_one_key_it_is_sent_once():
    user = _user(announcements=True)
    _announce(user, key="news-1")
    mails.send_waiting(now=NOW)
    assert _announce(user, key="news-1") is None
    assert mails.send_waiting(now=NOW) == 0


def test_a_mail_server_that_is_away_is_asked_again_later_and_in_the_end_no_more(monkeypatch):
    def away(*_):
        raise SMTPServerDisconnected

    _announce(_user(announcements=True))
    monkeypatch.setattr(EmailBackend, "send_messages", away)
    assert mails.send_waiting(now=NOW) == 1
    assert mails.send_waiting(now=NOW) == 0
    later = NOW
    for _ in mails.PAUSES:
        later += timedelta(days=1)
        mails.send_waiting(now=later)
    assert Mail.objects.get().state == "failed"
    assert mails.sweep(now=later + timedelta(days=40)) == 1


def test_one_click_stops_them_without_signing_in(client):
    user = _user(announcements=True)
    _announce(user)
    mails.send_waiting(now=NOW)
    header = outbox.outbox[0].extra_headers["List-Unsubscribe"]
    address = header.strip("<>").removeprefix("https://tamis.example")
    assert client.get(address).status_code == 200
    assert mails.choices(user=user)[Topic.ANNOUNCEMENTS]  # a scanner that opens it stops nothing
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not mails.choices(user=user)[Topic.ANNOUNCEMENTS]
    assert client.get(address[:-3] + "x/").status_code == 404


def test_a_site_without_a_mail_server_writes_nothing_down(settings):
    settings.TAMIS_SENDS_EMAIL = False
    assert _announce(_user(announcements=True)) is None
    assert not mails.can_send()

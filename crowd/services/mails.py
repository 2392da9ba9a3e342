"""Mails: written down with what they are about, sent by a worker, to those who agreed.

A mail is a row before anything is sent, in the transaction of whoever asks for it: rolled back, it
was never there; lost on the way, it is tried again. A worker that dies between the mail server's
yes and our commit sends it twice: both carry the same Message-ID.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import get_connection
from django.db import transaction

from crowd import later
from crowd.models import Mail, MailChoice, User
from crowd.models.mails import MailState, Topic
from crowd.services import letters

logger = logging.getLogger(__name__)

NAME = "tasks.mails.send_waiting"
SALT = "tamis.mails.stop"
# A mail server that is away is asked again, later and later, for two days.
PAUSES = [timedelta(minutes=each) for each in (1, 5, 30, 120, 480, 960, 1440)]
BATCH = 50
KEPT = timedelta(days=30)  # keys of what is done: asked for again, it is not sent again


def can_send() -> bool:
    """Whether this site has a mail server; without one nothing is written down."""
    return bool(settings.TAMIS_SENDS_EMAIL)


def send(
    *,
    to: User | str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    now: datetime,
    topic: Topic | None = None,
    key: str | None = None,
) -> Mail | None:
    """Have one mail sent after commit.

    Args:
        to: an account; an address only where someone asked for that very mail.
        template: `mails/<template>.txt`: the subject, an empty line, the text.
        context: what JSON can hold; `link` is an address or a path of this site.
        topic: what the account must have agreed to; None for what was asked for (invitations).
        key: asked for twice with one key, it is sent once.

    Returns:
        None when this site sends none, nobody agreed, or it was asked for before.

    Raises:
        ValueError: a mail that needs consent goes to a bare address.
    """
    if topic is not None and not isinstance(to, User):
        raise ValueError("consent is an account's: a topic needs one")
    if not can_send() or (isinstance(to, User) and not _may_have(to, topic)):
        return None
    mail = Mail(
        user=to if isinstance(to, User) else None,
        address="" if isinstance(to, User) else to,
        topic=topic.value if topic else "",
        template=template,
        context=dict(context),
        language=language,
        key=key,
        made_at=now,
        due_at=now,
    )
    if key is not None and Mail.objects.filter(key=key).exists():
        return None
    Mail.objects.bulk_create([mail], ignore_conflicts=key is not None)
    later.nudge(NAME, queue="default")
    return mail


def send_waiting(*, now: datetime) -> int:
    """Send one batch of what is due.

    Returns:
        How many were tried; 0 says that nothing waits.
    """
    with transaction.atomic():
        # Rivals: other workers, which pass over what we hold.
        due = Mail.objects.waiting().filter(due_at__lte=now).order_by("due_at", "pk")
        held = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        if not held:
            return 0
        with get_connection() as connection:
            for mail in held:
                _send(mail, connection, now)
    return len(held)


def _send(mail: Mail, connection: Any, now: datetime) -> None:
    address = mail.user.email if mail.user else mail.address
    if not address or (mail.user and not _may_have(mail.user, _topic(mail))):
        return _done(mail, MailState.DROPPED, now)  # they changed their mind meanwhile
    try:
        letters.letter(mail, address, _stop_token(mail), connection).send()
    except SMTPRecipientsRefused:
        return _done(mail, MailState.FAILED, now)  # there is nobody at this address
    except Exception:
        # Whatever the mail server or the text did: the others go on, this one is tried again.
        logger.exception("Mail %s could not be sent", mail.pk)
        return _put_off(mail, now)
    return _done(mail, MailState.SENT, now)


def _put_off(mail: Mail, now: datetime) -> None:
    if mail.attempts >= len(PAUSES):
        return _done(mail, MailState.FAILED, now)
    mail.due_at = now + PAUSES[mail.attempts]
    mail.attempts += 1
    return mail.save(update_fields=["due_at", "attempts"])


def _done(mail: Mail, state: MailState, now: datetime) -> None:
    mail.state, mail.done_at, mail.address, mail.context = state.value, now, "", {}
    mail.save(update_fields=["state", "done_at", "address", "context"])


def _topic(mail: Mail) -> Topic | None:
    return Topic(mail.topic) if mail.topic else None


def _may_have(user: User, topic: Topic | None) -> bool:
    if not user.is_active or not user.email:
        return False
    agreed = MailChoice.objects.filter(user=user, topic=topic, agreed=True)
    return topic is None or agreed.exists()


def choose(*, user: User, topic: Topic, agreed: bool, now: datetime) -> None:
    """Agree to mails of one topic, or not any more."""
    MailChoice.objects.update_or_create(
        user=user, topic=topic.value, defaults={"agreed": agreed, "changed_at": now}
    )


def choices(*, user: User) -> dict[Topic, bool]:
    """What an account agreed to; False where it was never asked."""
    said = dict(MailChoice.objects.filter(user=user).values_list("topic", "agreed"))
    return {topic: bool(said.get(topic.value)) for topic in Topic}


def _stop_token(mail: Mail) -> str:
    """What a mail's link to stop such mails carries; "" where nothing was agreed to."""
    return signing.dumps([mail.user_id, mail.topic], salt=SALT) if mail.topic else ""


def read_stop_token(token: str) -> tuple[User, Topic] | None:
    """Whose mails of which topic a link is to stop; None: it is not one of ours."""
    try:
        user_id, topic = signing.loads(token, salt=SALT)
        return User.objects.get(pk=user_id), Topic(topic)
    except (signing.BadSignature, User.DoesNotExist, ValueError):
        return None


def sweep(*, now: datetime) -> int:
    """Forget what was sent, or given up, a month ago."""
    return Mail.objects.filter(done_at__lt=now - KEPT).delete()[0]

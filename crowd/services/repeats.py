"""Repeats: a request that is sent again with its `Idempotency-Key` is answered, not done, again.

What is done and what is answered are kept in one transaction: whatever dies in between, either both
are there or neither, and sending the same again is right in both cases. A request that is refused
or fails has changed nothing, so nothing of it is kept: sent again, it is looked at anew.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from crowd.models import KeptReply
from crowd.rules.problems import Problem

SALT = "crowd.services.repeats"
MOST_REPLIES = 50_000  # of one caller in a day: one every two seconds


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What was answered: its status, the headers that matter, its content."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def once(
    *, caller: str, key: str, request: bytes, act: Callable[[], Reply], now: datetime
) -> Reply | None:
    """Do what is asked for and keep the reply, unless that was done before.

    Args:
        caller: who asks, as nobody else is called.
        key: the `Idempotency-Key`, made by the caller.
        request: a digest of address and content.
        act: does it, in this transaction; what it raises undoes everything.

    Returns:
        The reply of the first time; None: this was the first time.

    Raises:
        Problem: `key_reused` (it came with another request), `still_working` (the first is still
            being worked on), `too_many_kept`.
    """
    name = _digest("name", caller, key)
    with transaction.atomic():
        # Rival: the same request, sent again because the first was slow.
        if not _hold(name):
            raise Problem("still_working")
        kept = KeptReply.objects.filter(pk=name).first()
        if kept is not None:
            if kept.request != request.hex():
                raise Problem("key_reused")
            return _opened(bytes(kept.sealed), caller, key)
        owner = _digest("caller", caller)
        if KeptReply.objects.filter(caller=owner)[MOST_REPLIES - 1 : MOST_REPLIES].exists():
            raise Problem("too_many_kept", most=MOST_REPLIES)
        KeptReply.objects.create(
            name=name,
            caller=owner,
            request=request.hex(),
            sealed=_sealed(act(), caller, key),
            made_at=now,
        )
    return None


def forget_old(*, before: datetime) -> int:
    """Delete what was kept before a moment; how many."""
    return KeptReply.objects.filter(made_at__lt=before).delete()[0]


def _hold(name: str) -> bool:
    """Whether nobody else works on this request, until the transaction ends."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _digest(*parts: str) -> str:
    return salted_hmac(SALT, json.dumps(parts), algorithm="sha256").hexdigest()


def _lock(caller: str, key: str) -> Fernet:
    made = salted_hmac(f"{SALT}.seal", json.dumps([caller, key]), algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(made))


def _sealed(reply: Reply, caller: str, key: str) -> bytes:
    head = json.dumps({"status": reply.status, "headers": dict(reply.headers)}).encode()
    packed = zlib.compress(head + b"\n" + reply.body)
    return _lock(caller, key).encrypt(packed)


def _opened(sealed: bytes, caller: str, key: str) -> Reply:
    packed = _lock(caller, key).decrypt(sealed)
    head, _, body = zlib.decompress(packed).partition(b"\n")
    return Reply(**json.loads(head), body=body)

"""The public stream of a campaign: counts, and links to verdicts as anyone may read them.

Never a value: whoever hears of a verdict follows its link, and sees what is public then. What has
been settled waits in Valkey until `Verdict.objects.public()` has it, so nothing under a veil (known
answers are drawn from there alone) and nothing that somebody still holds a lease on is told.

News and no record: Valkey keeps them for a day, and may lose them. A campaign that nobody has
listened to for an hour costs one question a batch of verdicts.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from crowd import later, live, valkey
from crowd.models import Campaign, Verdict
from crowd.services import progress
from crowd.services.dossiers import Dossier

logger = logging.getLogger(__name__)

LINKS = 200  # verdicts linked in one message; the others come with the next one
KEPT = 2000  # messages of one campaign
HOUR, DAY = 3600, 86_400  # seconds
AT_ONCE = 100  # messages given to a listener who comes back
# In one go, for its rival is a batch that notes more verdicts, and then the campaign, meanwhile.
DONE = "if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One piece of news.

    Attributes:
        id: where it stands, "1700000000000-0"; later ones have higher numbers.
        text: JSON, on one line.
    """

    id: str
    text: str


def note(*, verdicts: Sequence[tuple[Dossier, Verdict]]) -> None:
    """After commit, keep these new verdicts in mind until they are public."""
    found: dict[int, list[int]] = defaultdict(list)
    for dossier, verdict in verdicts:
        if not dossier.microtask.looks_open:
            found[dossier.microtask.campaign_id].append(verdict.pk)
    if found:
        transaction.on_commit(lambda: _keep(found), robust=True)


def _keep(found: dict[int, list[int]]) -> None:
    try:
        client = valkey.client()
        wanted = client.mget([_wanted(pk) for pk in found])
        listened_to = [pk for pk, heard in zip(found, wanted, strict=True) if heard]
        for pk in listened_to:
            client.sadd(_waiting(pk), *found[pk])
            client.sadd(_noted(), pk)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; streams will not tell of some verdicts")


def listen(*, campaign: Campaign, now: datetime) -> None:
    """Say that somebody listens: what comes is told from now on, for an hour at least.

    Raises:
        valkey.Unreachable: nobody can listen now.
    """
    valkey.client().set(_wanted(campaign.pk), 1, ex=HOUR)
    # So that there always is a place to go on from.
    if not valkey.client().exists(_stream(campaign.pk)):
        _add(campaign, [], now=now)


def standing(*, campaign: Campaign, now: datetime) -> str:
    """How far a campaign is: what a listener is told first, and has no place in the stream."""
    return _text(campaign, [], now=now)


def tell(*, now: datetime) -> None:
    """Tell each campaign's stream what has become public, at most once a second."""
    try:
        for pk in sorted(map(int, valkey.client().smembers(_noted()))):
            if live.may_tell(f"stream-{pk}"):
                _tell(pk, now=now)
            else:
                later.in_a_moment("tasks.streams.tell", queue="consensus")
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; streams are silent until it is back")


def _tell(campaign_id: int, *, now: datetime) -> None:
    waiting = set(map(int, valkey.client().smembers(_waiting(campaign_id))))
    verdicts = Verdict.objects.filter(pk__in=waiting, microtask__campaign=campaign_id)
    left = set(verdicts.current().values_list("pk", flat=True))
    campaign = Campaign.objects.visible().filter(pk=campaign_id).first()
    told: list[dict[str, Any]] = []
    if campaign is not None:
        public = Verdict.objects.public().filter(pk__in=left).select_related("step", "microtask")
        told = [_of_verdict(each) for each in public.order_by("pk")[:LINKS]]
        if told:
            _add(campaign, told, now=now)
    # Told first and forgotten then: a worker that dies between tells twice rather than never.
    _forget(campaign_id, (waiting - left) | {each["id"] for each in told})
    if len(told) == LINKS:
        later.in_a_moment("tasks.streams.tell", queue="consensus")


def _forget(campaign_id: int, done: Collection[int]) -> None:
    if done:
        valkey.client().srem(_waiting(campaign_id), *done)
    valkey.script(DONE)(keys=[_waiting(campaign_id), _noted()], args=[campaign_id])


def since(*, campaign_id: int, after: str) -> list[Message]:
    """What was told after this place, the oldest first; at most `AT_ONCE`.

    Raises:
        valkey.Unreachable: nothing can be told now.
    """
    found = valkey.client().xrange(_stream(campaign_id), min=f"({after}", count=AT_ONCE)
    return [Message(id=place, text=fields["text"]) for place, fields in found]


def newest(*, campaign_id: int) -> str:
    """The place of the newest message; "0-0" where there is none.

    Raises:
        valkey.Unreachable: nothing can be told now.
    """
    found = valkey.client().xrevrange(_stream(campaign_id), count=1)
    return str(found[0][0]) if found else "0-0"


def reaches_back(*, campaign_id: int, to: str) -> bool:
    """Whether all that was told after this place is still kept.

    Raises:
        valkey.Unreachable: nothing can be told now.
    """
    return bool(valkey.client().xrange(_stream(campaign_id), min=to, max=to, count=1))


def _add(campaign: Campaign, told: Sequence[dict[str, Any]], *, now: datetime) -> None:
    name = _stream(campaign.pk)
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.xadd(name, {"text": _text(campaign, told, now=now)}, maxlen=KEPT, approximate=True)
        pipe.expire(name, DAY)
        pipe.execute()


def _text(campaign: Campaign, told: Sequence[dict[str, Any]], *, now: datetime) -> str:
    counts = asdict((progress.recount if told else progress.of_campaign)(campaign))
    counts.pop("per_step")
    message = {"campaign": campaign.slug, "state": campaign.state, "at": now.isoformat()}
    return json.dumps({**message, "progress": counts, "verdicts": list(told)})


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.pk,
        "revision": verdict.revision,
        "outcome": verdict.outcome,
        "step": verdict.step.key,
        "about": verdict.microtask.about,
        "microtask": verdict.microtask_id,
        "excerpt": verdict.microtask.excerpt_id,
        "links": {
            "api": f"{settings.TAMIS_ORIGIN}/api/v1/verdicts/{verdict.pk}",
            "page": f"{settings.TAMIS_ORIGIN}/verdicts/{verdict.pk}/",
        },
    }


def _stream(campaign_id: int) -> str:
    return valkey.key("stream", campaign_id)


def _wanted(campaign_id: int) -> str:
    return valkey.key("stream-wanted", campaign_id)


def _waiting(campaign_id: int) -> str:
    return valkey.key("stream-waiting", campaign_id)


def _noted() -> str:
    return valkey.key("streams")

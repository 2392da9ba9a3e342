"""Finished documents: all of whose micro-tasks are decided. Counted for the news, now and then."""

import time

from django.db.models import Exists, OuterRef, Q

from crowd import valkey
from crowd.models import Campaign, Document, MicroTask
from crowd.models.microtasks import under_a_veil
from crowd.rules.lifecycle import MicroTaskState

# A count that took t seconds is told for 50 t: counting takes at most a fiftieth of one process.
TOLD_FOR_TIMES = 50
TOLD_AT_LEAST_MS = 2000


def documents(*, campaign: Campaign) -> int:
    """How many documents of a campaign are finished, a moment ago.

    What is under a veil looks open, and keeps its document unfinished.
    """
    name = valkey.key("finished", campaign.pk)
    try:
        kept = valkey.client().get(name)
        if kept is not None:
            return int(kept)
        began = time.monotonic()
        counted = _counted(campaign)
        took_ms = 1000 * (time.monotonic() - began)
        told_for = max(TOLD_AT_LEAST_MS, int(TOLD_FOR_TIMES * took_ms))
        valkey.client().set(name, counted, px=told_for)
    except valkey.Unreachable:
        return 0  # news are not told either
    return counted


def _counted(campaign: Campaign) -> int:
    of_document = MicroTask.objects.filter(excerpt__document=OuterRef("pk"))
    in_play = of_document.exclude(state=MicroTaskState.WITHDRAWN.value)
    looking_open = of_document.filter(Q(state=MicroTaskState.OPEN.value) | under_a_veil())
    split = Document.objects.filter(campaign=campaign, state="split")
    return split.filter(Exists(in_play)).exclude(Exists(looking_open)).count()

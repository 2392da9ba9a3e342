"""Veils: some of what is settled looks unsettled until its campaign closes.

Known answers are drawn from there alone, so that nobody can tell a check from real work. The draw
is random to everyone without the site's secret, and the same whenever it is made again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac

from crowd.models import Award, Campaign, MicroTask, Step, Verdict
from crowd.rules import leases
from crowd.rules.lifecycle import CampaignState, MicroTaskState
from crowd.services import dossiers, locks, notes, points, progress, tidings

SALT = "tamis.veils"
BATCH = 100  # micro-tasks a transaction unveils


def draw(microtasks: Iterable[MicroTask]) -> list[MicroTask]:
    """Those of these settled micro-tasks that are to be veiled and are not yet.

    Steps whose verdicts open others are left out: the follow-up would tell what is hidden. So are
    campaigns with targets, where everyone sees how far each one is.

    Args:
        microtasks: with their campaigns loaded.
    """
    settled = [
        each
        for each in microtasks
        if each.state == MicroTaskState.SETTLED.value and not each.veiled and _falls_on(each)
    ]
    campaign_ids = {each.campaign_id for each in settled}
    opening, staged = _opening_steps(campaign_ids), _with_targets(campaign_ids)
    return [
        each
        for each in settled
        if each.campaign_id not in staged and (each.campaign_id, each.step.key) not in opening
    ]


def _falls_on(microtask: MicroTask) -> bool:
    share = microtask.campaign.veiled_share
    share = settings.TAMIS_VEILED_SHARE if share is None else share
    drawn = int.from_bytes(salted_hmac(SALT, str(microtask.pk), algorithm="sha256").digest()[:8])
    return drawn < share * 2**64


def _opening_steps(campaign_ids: Iterable[int]) -> set[tuple[int, str]]:
    following = Step.objects.filter(campaign__in=set(campaign_ids), opens_when__isnull=False)
    conditions = following.values_list("campaign_id", "opens_when")
    return {(campaign_id, condition["step"]) for campaign_id, condition in conditions if condition}


def _with_targets(campaign_ids: Iterable[int]) -> set[int]:
    taken_on = Q(lease_seconds__gte=leases.LONG_SECONDS) | Q(questions__kind="upload")
    steps = Step.objects.filter(taken_on, campaign__in=set(campaign_ids))
    return set(steps.values_list("campaign_id", flat=True))


def lift(*, campaign_id: int, now: datetime) -> int:
    """After a campaign has closed: give the points that would have told what was veiled.

    Returns:
        How many micro-tasks had any to give. Run twice, the second finds none.
    """
    if not Campaign.objects.filter(pk=campaign_id, state=CampaignState.CLOSED.value).exists():
        return 0  # opened again meanwhile
    lifted, after = 0, 0
    while ids := _unrewarded(campaign_id, after):
        lifted += _reward(campaign_id, ids, now=now)
        after = ids[-1]
    progress.forget(campaign_id)
    return lifted


def _unrewarded(campaign_id: int, after: int) -> Sequence[int]:
    verdicts = Verdict.objects.current().filter(microtask=OuterRef("pk"))
    awards = Award.objects.filter(verdict__microtask=OuterRef("pk"), verdict__is_current=True)
    veiled = MicroTask.objects.filter(campaign=campaign_id, veiled=True, pk__gt=after)
    found = veiled.filter(Exists(verdicts)).exclude(Exists(awards)).order_by("pk")
    return list(found.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _reward(campaign_id: int, ids: Sequence[int], *, now: datetime) -> int:
    locks.hold(campaign_id=campaign_id)
    held = dossiers.load(microtask_ids=ids)
    made = [(each, each.last) for each in held if each.last and each.last.is_current]
    points.award(verdicts=made, now=now)
    tidings.of_verdicts(verdicts=made, now=now)
    people = {answer.contributor_id for each in held for answer in each.answers}
    notes.note(contributor_ids=people)
    return len(made)

"""Micro-tasks open: for new excerpts, and when a verdict opens a later step."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from crowd import later
from crowd.models import Assignment, Campaign, Document, Excerpt, MicroTask, Step, Verdict
from crowd.models.microtasks import under_a_veil
from crowd.rules import opening
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.questions import Value
from crowd.services import queues


def for_excerpts(*, campaign: Campaign, excerpts: Iterable[Excerpt]) -> int:
    """Ask every unconditional step of a campaign about these excerpts.

    Returns:
        How many micro-tasks this made or found; run twice, it makes them once.
    """
    steps = [step for step in campaign.steps.all() if not step.opens_when]
    fresh = [_new(step, excerpt) for excerpt in excerpts for step in steps]
    MicroTask.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    queues.refill_soon()
    return len(fresh)


def restore(*, excerpts: Collection[Excerpt]) -> None:
    """Back into play: excerpts of a document that failed and is split again."""
    hidden = MicroTask.objects.filter(
        excerpt__in=excerpts,
        state=MicroTaskState.WITHDRAWN.value,
        step__opens_when__isnull=True,
    )
    touched: Touched = defaultdict(set)
    for microtask in _restore(hidden.select_related("step")):
        touched[microtask.campaign_id, microtask.step.key].add(microtask.excerpt_id)
    _spread(touched)


Touched = dict[tuple[int, str], set[int]]
"""Campaign and step key → excerpts about which that step's micro-tasks have changed."""


def follow(*, verdicts: Sequence[Verdict]) -> None:
    """Open the follow-ups these verdicts call for; withdraw those no longer called for."""
    touched: Touched = defaultdict(set)
    for verdict in verdicts:
        earlier = verdict.microtask
        touched[earlier.campaign_id, verdict.step.key].add(earlier.excerpt_id)
    _spread(touched)


def _spread(touched: Touched) -> None:
    """From step to step: a follow-up that is withdrawn or restored has follow-ups of its own."""
    campaigns = {campaign_id for campaign_id, _ in touched}
    later_steps = Step.objects.filter(campaign__in=campaigns, opens_when__isnull=False)
    for step in later_steps.order_by("position"):
        excerpts = touched.get((step.campaign_id, (step.opens_when or {})["step"]))
        if excerpts:
            moved = _follow(step, excerpts)
            touched[step.campaign_id, step.key] |= {each.excerpt_id for each in moved}


def _follow(step: Step, excerpts: Collection[int]) -> list[MicroTask]:
    """The follow-ups of this step that came back into play, or went out of it."""
    wanted = _wanted(step, excerpts)
    known = list(MicroTask.objects.filter(step=step, excerpt__in=excerpts))
    withdrawn = _withdraw([each for each in known if (each.excerpt_id, each.about) not in wanted])
    restored = _restore([each for each in known if (each.excerpt_id, each.about) in wanted])
    missing = wanted - {(each.excerpt_id, each.about) for each in known}
    if missing:
        by_id = Excerpt.objects.in_bulk({excerpt_id for excerpt_id, _ in missing})
        MicroTask.objects.bulk_create(
            [_new(step, by_id[excerpt_id], about) for excerpt_id, about in sorted(missing)],
            ignore_conflicts=True,
        )
        queues.refill_soon()
    return withdrawn + restored


def _wanted(step: Step, excerpts: Collection[int]) -> set[tuple[int, str]]:
    """(excerpt, about) of every follow-up that the verdicts about these excerpts call for.

    All of them, not only the new ones: an excerpt has a verdict for each matter of a follow-up.
    """
    condition = step.opens_when or {}
    # A follow-up would tell what is under a veil: none until it is lifted.
    told = Verdict.objects.current().in_play().exclude(under_a_veil("microtask__"))
    verdicts = told.select_related("microtask")
    return {
        (verdict.microtask.excerpt_id, about)
        for verdict in verdicts.filter(
            microtask__excerpt__in=excerpts,
            step__campaign=step.campaign_id,
            step__key=condition["step"],
        )
        for about in opening.opened_by(condition, _settled_values(verdict))
    }


def withdraw(*, document: Document, now: datetime) -> None:
    """Take a document's excerpts out of play; those that nobody was ever shown are deleted."""
    shown = Assignment.objects.filter(microtask__excerpt=OuterRef("pk"))
    document.excerpts.exclude(Exists(shown)).delete()
    document.excerpts.update(hidden_at=now)
    MicroTask.objects.filter(excerpt__document=document).update(
        state=MicroTaskState.WITHDRAWN.value, needs=0
    )


def _settled_values(verdict: Verdict) -> dict[str, Value]:
    return {key: each["value"] for key, each in verdict.values.items()}


def _withdraw(microtasks: Iterable[MicroTask]) -> list[MicroTask]:
    """Those that were in play, now out of it."""
    moved = [each for each in microtasks if each.state != MicroTaskState.WITHDRAWN.value]
    for microtask in moved:
        microtask.state, microtask.needs = MicroTaskState.WITHDRAWN.value, 0
        microtask.save(update_fields=["state", "needs"])
    return moved


def _restore(microtasks: Iterable[MicroTask]) -> list[MicroTask]:
    """Those that were withdrawn, now back: the cross-check decides anew from their answers."""
    moved = [each for each in microtasks if each.state == MicroTaskState.WITHDRAWN.value]
    for microtask in moved:
        microtask.state = MicroTaskState.OPEN.value
        microtask.needs = microtask.step.agree
        microtask.save(update_fields=["state", "needs"])
        microtask.answers.update(counted_at=None)
    if moved:
        later.nudge("tasks.consensus.settle_waiting", queue="consensus")
        queues.refill_soon()
    return moved


def _new(step: Step, excerpt: Excerpt, about: str = "") -> MicroTask:
    return MicroTask(
        campaign_id=step.campaign_id,
        step=step,
        excerpt=excerpt,
        about=about,
        needs=step.agree,  # nobody has answered: that many could settle it
        # Documents in the order they came, each from its first page.
        rank=excerpt.document_id * 10_000_000 + excerpt.position,
    )

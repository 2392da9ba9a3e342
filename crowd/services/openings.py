"""Micro-tasks open: for new excerpts, and when a verdict opens a later step."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from crowd.models import Assignment, Campaign, Document, Excerpt, MicroTask, Step, Verdict
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


def follow(*, verdicts: Sequence[Verdict]) -> None:
    """Open the follow-ups these verdicts call for; withdraw those no longer called for."""
    for step in Step.objects.filter(
        campaign__in={verdict.microtask.campaign_id for verdict in verdicts},
        opens_when__isnull=False,
    ).order_by("pk"):
        opening_ones = [verdict for verdict in verdicts if _opens(verdict, step)]
        if opening_ones:
            _follow(step, opening_ones)


def _opens(verdict: Verdict, step: Step) -> bool:
    earlier = verdict.step
    return (step.campaign_id, (step.opens_when or {}).get("step")) == (
        earlier.campaign_id,
        earlier.key,
    )


def _follow(step: Step, verdicts: Sequence[Verdict]) -> None:
    wanted = {
        (verdict.microtask.excerpt_id, about)
        for verdict in verdicts
        for about in opening.opened_by(step.opens_when or {}, _settled_values(verdict))
    }
    excerpts = [verdict.microtask.excerpt_id for verdict in verdicts]
    known = list(MicroTask.objects.filter(step=step, excerpt__in=excerpts))
    _withdraw([each for each in known if (each.excerpt_id, each.about) not in wanted])
    _restore([each for each in known if (each.excerpt_id, each.about) in wanted])
    missing = wanted - {(each.excerpt_id, each.about) for each in known}
    if missing:
        by_id = Excerpt.objects.in_bulk({excerpt_id for excerpt_id, _ in missing})
        MicroTask.objects.bulk_create(
            [_new(step, by_id[excerpt_id], about) for excerpt_id, about in sorted(missing)],
            ignore_conflicts=True,
        )
        queues.refill_soon()


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


def _withdraw(microtasks: Iterable[MicroTask]) -> None:
    for microtask in microtasks:
        microtask.state, microtask.needs = MicroTaskState.WITHDRAWN.value, 0
        microtask.save(update_fields=["state", "needs"])


def _restore(microtasks: Iterable[MicroTask]) -> None:
    """Back into play: the cross-check decides anew from the answers there already are."""
    for microtask in microtasks:
        if microtask.state == MicroTaskState.WITHDRAWN.value:
            microtask.state = MicroTaskState.OPEN.value
            microtask.needs = microtask.step.agree
            microtask.save(update_fields=["state", "needs"])
            microtask.answers.update(counted_at=None)


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

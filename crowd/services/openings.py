"""Micro-tasks open: for new excerpts, and when a verdict opens a later step."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef

from crowd import later
from crowd.models import Assignment, Campaign, Document, Excerpt, MicroTask, Step, Verdict
from crowd.models.microtasks import under_a_veil
from crowd.rules import consensus, opening
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.questions import Value
from crowd.services import bulk, orders, proofs, queues

AT_ONCE = 5000  # excerpts of a document that is taken out of play


def first_steps(campaign: Campaign) -> list[Step]:
    """The steps that nothing has to open."""
    return list(campaign.steps.filter(opens_when__isnull=True).order_by("position", "pk"))


def for_excerpts(
    *, campaign: Campaign, excerpts: Iterable[Excerpt], steps: Sequence[Step] | None = None
) -> int:
    """Ask steps about these excerpts.

    Args:
        steps: None for every step that nothing has to open.

    Returns:
        How many micro-tasks this made or found; run twice, it makes them once.
    """
    asked = first_steps(campaign) if steps is None else steps
    needs = {step.pk: first_needs(step) for step in asked}
    fresh = [_new(step, excerpt, needs[step.pk]) for excerpt in excerpts for step in asked]
    MicroTask.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    queues.refill_soon()
    return len(fresh)


def for_new(
    *, steps: Sequence[Step], document: Document, excerpts: Sequence[tuple[int, int]]
) -> None:
    """Ask steps about excerpts that this very transaction has made, thousands at a time.

    Args:
        excerpts: number and position of each, all of that document.
    """
    given = ("campaign_id", "step_id", "excerpt_id", "needs", "rank")
    fixed = bulk.constants(MicroTask, but=given)
    rest = "".join(f"\t{value}" for value in fixed.values())
    ranks = orders.ranks_of_new(document=document, excerpts=excerpts) if steps else []
    for step in steps:
        own, needs = f"{step.campaign_id}\t{step.pk}\t", f"\t{first_needs(step)}\t"
        bulk.copy(
            MicroTask._meta.db_table,
            [*given, *fixed],
            [f"{own}{number}{needs}{rank}{rest}" for number, rank in ranks],
        )
    if steps:
        queues.refill_soon()


def first_needs(step: Step) -> int:
    """The fewest answers that could settle a micro-task nobody has answered yet."""
    questions = [question.rule for question in step.questions.all()]
    return consensus.decide(questions, [], step.policy).needs


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
        needs = first_needs(step)
        MicroTask.objects.bulk_create(
            [_new(step, by_id[excerpt_id], needs, about) for excerpt_id, about in sorted(missing)],
            ignore_conflicts=True,
        )
        proofs.keep_authors_out(step=step, excerpt_ids=by_id)
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
    """Take a document's excerpts out of play; those that nobody was ever shown are deleted.

    What an earlier way of splitting left, because people had answered, stays in play.
    """
    shown = Assignment.objects.filter(microtask__excerpt=OuterRef("pk"))
    cuts = Assignment.objects.filter(microtask__excerpt__within=OuterRef("pk"))
    document.excerpts.exclude(Exists(shown)).exclude(Exists(cuts)).delete()
    if document.edition:
        return
    document.excerpts.filter(hidden_at=None).update(hidden_at=now)
    # By number, not by document: while many files come in, PostgreSQL has no figures yet of what
    # these tables hold, and would compare every micro-task with every excerpt.
    left = document.excerpts.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    while some := list(islice(left, AT_ONCE)):
        MicroTask.objects.filter(excerpt__in=some).update(
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
        microtask.needs = first_needs(microtask.step)
        microtask.save(update_fields=["state", "needs"])
        microtask.answers.update(counted_at=None)
    if moved:
        later.nudge("tasks.consensus.settle_waiting", queue="consensus")
        queues.refill_soon()
    return moved


def _new(step: Step, excerpt: Excerpt, needs: int, about: str = "") -> MicroTask:
    return MicroTask(
        campaign_id=step.campaign_id,
        step=step,
        excerpt=excerpt,
        about=about,
        needs=needs,
        rank=orders.rank_of(excerpt=excerpt, campaign=step.campaign),
    )

"""Points: rows in a ledger, written in the transaction that settles, from `rules.scoring`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from crowd.models import Answer, Award, Campaign, Contributor, MicroTask, Verdict
from crowd.models.campaigns import Game
from crowd.rules import scoring
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.questions import Question
from crowd.services import contributors

SAMPLE = 200  # earlier verdicts that show what is frequent in a step
SHOWN_PER_POINT = 10  # a hard answer, confirmed, shows as about ten points
EXACT = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class PointsSummary:
    """What one person's answers have come to.

    Attributes:
        points: as shown: floored at zero, rounded.
        raw: the signed, unrounded sum; ranks go by it.
        confirmed: answers that say what their verdict says.
        not_confirmed: answers that say something else.
        waiting: answers without a verdict yet.
    """

    points: int
    raw: Decimal
    confirmed: int
    not_confirmed: int
    waiting: int


def shown(raw: Decimal) -> int:
    """The total a person sees."""
    return max(0, round(raw * SHOWN_PER_POINT))


def award(
    *,
    microtask: MicroTask,
    verdict: Verdict,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    now: datetime,
) -> None:
    """Write one row per answer for a new verdict; for a revision, the difference to before.

    Contested micro-tasks earn nothing: nobody knows who was right.
    """
    if microtask.campaign.game == Game.NONE:
        return
    settled = verdict.outcome != MicroTaskState.CONTESTED.value
    earlier = _sample(verdict) if settled else []
    before = {award.answer_id: award for award in _latest_awards(microtask)}
    sums = _sums(microtask)
    rows = []
    for answer in answers:
        gain = _gain(answer, answers, questions, verdict, earlier) if settled else None
        if gain is None and answer.pk not in before:
            continue
        rows.append(_row(answer, verdict, gain, before.get(answer.pk), sums, microtask, now))
    counted = {answer.pk for answer in answers}
    for answer_id, last in before.items():
        if answer_id not in counted:  # set aside since: what it earned is taken back
            rows.append(_row(last.answer, verdict, None, last, sums, microtask, now))
    Award.objects.bulk_create(rows)


def _gain(
    answer: Answer,
    answers: Sequence[Answer],
    questions: Sequence[Question],
    verdict: Verdict,
    earlier: Sequence[scoring.Verdict],
) -> scoring.Gain | None:
    return scoring.gain(
        questions,
        _vote(answer),
        [_vote(other) for other in answers if other.pk != answer.pk],
        set_aside=verdict.outcome == MicroTaskState.SET_ASIDE.value,
        earlier=earlier,
    )


def _vote(answer: Answer) -> Vote:
    return Vote(id=answer.pk, values=answer.values, badly_cut=answer.badly_cut)


def _row(
    answer: Answer,
    verdict: Verdict,
    gain: scoring.Gain | None,
    last: Award | None,
    sums: dict[object, Decimal],
    microtask: MicroTask,
    now: datetime,
) -> Award:
    weight = answer.assignment.weight
    earned = Decimal(str(gain.points)) * weight if gain else Decimal(0)
    return Award(
        contributor_id=answer.contributor_id,
        campaign_id=microtask.campaign_id,
        answer=answer,
        verdict=verdict,
        points=(earned - sums.get(answer.pk, Decimal(0))).quantize(EXACT),
        weight=weight,
        agreement=gain.agreement if gain else 0.0,
        chance=gain.chance if gain else 0.0,
        made_at=now,
        compensates=last,
    )


def _latest_awards(microtask: MicroTask) -> list[Award]:
    awards = Award.objects.filter(answer__microtask=microtask).select_related("answer__assignment")
    return list(awards.order_by("answer_id", "-pk").distinct("answer_id"))


def _sums(microtask: MicroTask) -> dict[object, Decimal]:
    awards = Award.objects.filter(answer__microtask=microtask)
    return dict(awards.values_list("answer_id").annotate(Sum("points")))


def _sample(verdict: Verdict) -> list[scoring.Verdict]:
    others = (
        Verdict.objects.current()
        .filter(step=verdict.step_id)
        .exclude(outcome=MicroTaskState.CONTESTED.value)
        .exclude(pk=verdict.pk)
        .order_by("-pk")
    )
    return [
        None
        if outcome == MicroTaskState.SET_ASIDE.value
        else {key: each["value"] for key, each in values.items()}
        for outcome, values in others.values_list("outcome", "values")[:SAMPLE]
    ]


def summary(*, contributor: Contributor, campaign: Campaign | None = None) -> PointsSummary:
    """Points and answers of one person, in one campaign or in all."""
    person = contributors.person_ids(contributor=contributor)
    answers = Answer.objects.counting().filter(contributor__in=person)
    awards = Award.objects.filter(contributor__in=person)
    if campaign is not None:
        answers = answers.filter(microtask__campaign=campaign)
        awards = awards.filter(campaign=campaign)
    current = Q(proof__verdict__is_current=True) & ~Q(proof__verdict__outcome="contested")
    counts = answers.aggregate(
        all=Count("pk", distinct=True),
        confirmed=Count("pk", filter=current & Q(proof__agrees=True), distinct=True),
        not_confirmed=Count("pk", filter=current & Q(proof__agrees=False), distinct=True),
    )
    raw = awards.total()
    return PointsSummary(
        points=shown(raw),
        raw=raw,
        confirmed=counts["confirmed"],
        not_confirmed=counts["not_confirmed"],
        waiting=counts["all"] - counts["confirmed"] - counts["not_confirmed"],
    )

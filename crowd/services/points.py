"""Points: rows in a ledger, written in the transaction that settles, from `rules.scoring`."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q

from crowd.models import Answer, Award, Campaign, Contributor, Verdict
from crowd.models.campaigns import Game
from crowd.models.microtasks import under_a_veil
from crowd.rules import scoring
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import contributors
from crowd.services.dossiers import Dossier

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
        contested: answers whose micro-task is contested: nobody knows who was right.
        waiting: answers without a verdict yet.
    """

    points: int
    raw: Decimal
    confirmed: int
    not_confirmed: int
    contested: int
    waiting: int

    @property
    def given(self) -> int:
        """All answers."""
        return self.confirmed + self.not_confirmed + self.contested + self.waiting


def shown(raw: Decimal) -> int:
    """The total a person sees."""
    return max(0, round(raw * SHOWN_PER_POINT))


def award(*, verdicts: Sequence[tuple[Dossier, Verdict]], now: datetime) -> None:
    """Write one row per answer for each new verdict; for a revision, the difference to before.

    Contested micro-tasks earn nothing: nobody knows who was right. Those under a veil earn when
    it is lifted (`services.veils`): points would tell that they are settled.
    """
    played = [
        (dossier, verdict)
        for dossier, verdict in verdicts
        if dossier.microtask.campaign.game != Game.NONE and not dossier.microtask.looks_open
    ]
    ledger = _ledger([dossier.microtask.pk for dossier, _ in played])
    samples = {
        step_id: _sample(step_id, [verdict for _, verdict in played if verdict.step_id == step_id])
        for step_id in {verdict.step_id for _, verdict in played}
    }
    rows: list[Award] = []
    for dossier, verdict in played:
        earlier = [each for pk, each in samples[verdict.step_id] if pk != verdict.pk][:SAMPLE]
        gains = _gains(dossier, verdict, earlier)
        for answer in dossier.answers:
            before, gain = ledger.get(answer.pk, []), gains.get(answer.pk)
            if gain is not None or _total(before):
                rows.append(_row(dossier, answer, verdict, gain, before, now))
    Award.objects.bulk_create(rows)


def _gains(
    dossier: Dossier, verdict: Verdict, earlier: Sequence[scoring.Verdict]
) -> dict[uuid.UUID, scoring.Gain]:
    """Answer → gain, for the answers that have one."""
    if verdict.outcome == MicroTaskState.CONTESTED.value:
        return {}
    votes = dossier.votes
    gains = {
        vote.id: scoring.gain(
            dossier.questions,
            vote,
            [other for other in votes if other.id != vote.id],
            set_aside=verdict.outcome == MicroTaskState.SET_ASIDE.value,
            earlier=earlier,
        )
        for vote in votes
    }
    return {answer_id: gain for answer_id, gain in gains.items() if gain is not None}


def _row(
    dossier: Dossier,
    answer: Answer,
    verdict: Verdict,
    gain: scoring.Gain | None,
    before: Sequence[Award],
    now: datetime,
) -> Award:
    """One ledger row; an answer that no longer gains (set aside since) gives back what it had."""
    weight = answer.assignment.weight
    earned = Decimal(str(gain.points)) * weight if gain else Decimal(0)
    return Award(
        contributor_id=answer.contributor_id,
        campaign_id=dossier.microtask.campaign_id,
        answer=answer,
        verdict=verdict,
        points=(earned - _total(before)).quantize(EXACT),
        weight=weight,
        agreement=gain.agreement if gain else 0.0,
        chance=gain.chance if gain else 0.0,
        made_at=now,
        compensates=before[-1] if before else None,
    )


def _total(rows: Sequence[Award]) -> Decimal:
    return sum((row.points for row in rows), Decimal(0))


def _ledger(microtask_ids: Sequence[int]) -> dict[uuid.UUID, list[Award]]:
    """Answer → its rows so far, oldest first."""
    rows: dict[uuid.UUID, list[Award]] = defaultdict(list)
    for row in Award.objects.filter(answer__microtask__in=microtask_ids).order_by("pk"):
        rows[row.answer_id].append(row)
    return rows


def _sample(step_id: int, fresh: Sequence[Verdict]) -> list[tuple[int, scoring.Verdict]]:
    """The newest verdicts of a step that say what is frequent there, those just made first."""
    known = Verdict.objects.current().filter(step=step_id).exclude(pk__in=[v.pk for v in fresh])
    known = known.exclude(outcome=MicroTaskState.CONTESTED.value).order_by("-pk")
    rows = [
        (v.pk, v.outcome, v.values) for v in fresh if v.outcome != MicroTaskState.CONTESTED.value
    ]
    rows += known.values_list("pk", "outcome", "values")[:SAMPLE]
    return [
        (
            pk,
            None
            if outcome == MicroTaskState.SET_ASIDE.value
            else {key: each["value"] for key, each in values.items()},
        )
        for pk, outcome, values in rows
    ]


def summary(*, contributor: Contributor, campaign: Campaign | None = None) -> PointsSummary:
    """Points and answers of one person, in one campaign or in all."""
    person = contributors.person_ids(contributor=contributor)
    answers = Answer.objects.counting().filter(contributor__in=person)
    awards = Award.objects.filter(contributor__in=person)
    if campaign is not None:
        answers = answers.filter(microtask__campaign=campaign)
        awards = awards.filter(campaign=campaign)
    current = Q(proof__verdict__is_current=True) & ~under_a_veil("microtask__")
    contested = current & Q(proof__verdict__outcome=MicroTaskState.CONTESTED.value)
    decided = current & ~Q(proof__verdict__outcome=MicroTaskState.CONTESTED.value)
    counts = answers.aggregate(
        all=Count("pk", distinct=True),
        confirmed=Count("pk", filter=decided & Q(proof__agrees=True), distinct=True),
        not_confirmed=Count("pk", filter=decided & Q(proof__agrees=False), distinct=True),
        contested=Count("pk", filter=contested, distinct=True),
    )
    given = counts.pop("all")
    raw = awards.total()
    return PointsSummary(
        points=shown(raw),
        raw=raw,
        **counts,
        waiting=given - sum(counts.values()),
    )

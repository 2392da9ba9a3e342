"""Points: rows in a ledger, written in the transaction that settles, from `rules.scoring`."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q

from crowd.models import Answer, Award, Campaign, Contributor, Verdict, VerdictAnswer
from crowd.models.answers import SetAside
from crowd.models.campaigns import Game
from crowd.models.microtasks import under_a_veil
from crowd.rules import sayings
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.scoring import Saying
from crowd.services import bulk, contributors, habits, places
from crowd.services.dossiers import Dossier, vote_of

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


def award(
    *,
    verdicts: Sequence[tuple[Dossier, Verdict]],
    proof: Mapping[int, Sequence[VerdictAnswer]] | None = None,
    now: datetime,
) -> None:
    """Write one row per answer for each new verdict; for a revision, the difference to before.

    Contested micro-tasks earn nothing: nobody knows who was right. Those under a veil earn when
    it is lifted (`services.veils`): points would tell that they are settled. The caller holds the
    campaign (`locks.hold`).

    Args:
        verdicts: with the dossiers they were made from.
        proof: verdict → what it stands on, where the caller has it at hand.
        now: of the rows.
    """
    played = [
        (dossier, verdict)
        for dossier, verdict in verdicts
        if settings.TAMIS_GAME
        and dossier.microtask.campaign.game != Game.NONE
        and not dossier.microtask.looks_open
    ]
    ledger = _ledger([dossier.microtask.pk for dossier, _ in played])
    said = _said(played, _stored(played) if proof is None else proof)
    given = [answer for dossier, _ in played for answer in dossier.answers]
    known, teams = habits.load(given), places.teams_at(given)
    rows = []
    for dossier, verdict in played:
        for answer in dossier.answers:
            if answer.set_aside_reason == SetAside.CUT:
                continue  # right about what could be seen: it keeps what it earned
            before, after = ledger.get(answer.pk, []), said.get(answer.pk, {})
            counted = habits.read(before[-1].counted) if before else {}
            if counted != after:
                worth = known.change(answer, before=counted, after=after)
                row = _row(answer, verdict, worth, after, before, now)
                row.team_id = before[-1].team_id if before else teams.get(answer.pk)
                rows.append(row)
    habits.save(known)
    bulk.insert(rows)


def _stored(played: Sequence[tuple[Dossier, Verdict]]) -> dict[int, list[VerdictAnswer]]:
    proof: dict[int, list[VerdictAnswer]] = defaultdict(list)
    for each in VerdictAnswer.objects.filter(verdict__in=[verdict for _, verdict in played]):
        proof[each.verdict_id].append(each)
    return proof


def _said(
    played: Sequence[tuple[Dossier, Verdict]], proof: Mapping[int, Sequence[VerdictAnswer]]
) -> dict[uuid.UUID, dict[str, Saying]]:
    """Answer → question key → how it stands beside the verdict made without it."""
    found: dict[uuid.UUID, dict[str, Saying]] = {}
    for dossier, verdict in played:
        if verdict.outcome != MicroTaskState.CONTESTED.value:
            settled = verdict.outcome == MicroTaskState.SETTLED.value
            values = {key: each["value"] for key, each in verdict.values.items()}
            found |= sayings.of_votes(
                dossier.questions,
                [vote_of(answer) for answer in dossier.counting],
                {each.answer_id: each.without_author for each in proof.get(verdict.pk, ())},
                concluded=values if settled else None,
            )
    return found


def _row(
    answer: Answer,
    verdict: Verdict,
    worth: habits.Worth,
    said: Mapping[str, Saying],
    before: Sequence[Award],
    now: datetime,
) -> Award:
    """One ledger row; an answer that no longer earns (set aside since) gives back what it had."""
    weight = answer.assignment.weight
    return Award(
        contributor_id=answer.contributor_id,
        campaign_id=verdict.microtask.campaign_id,
        answer=answer,
        verdict=verdict,
        points=(Decimal(str(worth.points)) * weight).quantize(EXACT),
        weight=weight,
        agreement=worth.agreement,
        chance=worth.chance,
        counted=habits.write(said),
        made_at=now,
        compensates=before[-1] if before else None,
    )


def _ledger(microtask_ids: Sequence[int]) -> dict[uuid.UUID, list[Award]]:
    """Answer → its rows so far, oldest first."""
    rows: dict[uuid.UUID, list[Award]] = defaultdict(list)
    for row in Award.objects.filter(answer__microtask__in=microtask_ids).order_by("pk"):
        rows[row.answer_id].append(row)
    return rows


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

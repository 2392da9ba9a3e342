"""Verdicts: written once for what was decided, with their proof; every revision is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crowd.models import Verdict, VerdictAnswer
from crowd.rules import consensus as rules
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import bulk
from crowd.services.dossiers import Dossier

Probabilities = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Question key → atom → what could be right → its probability."""

SHOWN = 5  # the likeliest, kept with a verdict
DIGITS = 4
MOVED = 0.05  # a confidence that moves by less is no news


@dataclass(kw_only=True)
class Ruling:
    """What the rules say of one dossier.

    Attributes:
        votes: what was decided from, as the rules saw it.
        without: vote → the probabilities without that person; empty unless a verdict is news.
    """

    dossier: Dossier
    decision: rules.Decision
    votes: Sequence[Vote]
    without: Mapping[Any, Probabilities] = field(default_factory=dict)


def is_news(ruling: Ruling) -> bool:
    """False when run twice: the same answers give the same verdict."""
    last, dossier = ruling.dossier.last, ruling.dossier
    if last is None or not last.is_current:
        return True
    return (
        dossier.stands_on != {answer.pk for answer in dossier.counting}
        or (last.review_id, last.known_answer_id) != _truth(dossier)
        or last.outcome != ruling.decision.state.value
        or abs(last.confidence - ruling.decision.confidence) >= MOVED
        or {key: (said["outcome"], said["value"]) for key, said in last.values.items()}
        != {each.key: (each.outcome, each.value) for each in ruling.decision.questions}
    )


Proof = Mapping[int, Sequence[VerdictAnswer]]
"""Verdict → what it stands on."""


def revise(
    rulings: Sequence[Ruling], *, now: datetime
) -> tuple[list[tuple[Dossier, Verdict]], Proof]:
    """Write a new revision wherever what a verdict stands on, or says, has changed."""
    changed = [ruling for ruling in rulings if is_news(ruling)]
    outdated = [ruling.dossier.last.pk for ruling in changed if ruling.dossier.last]
    Verdict.objects.current().filter(pk__in=outdated).update(is_current=False)
    concluded = [ruling for ruling in changed if ruling.decision.state is not MicroTaskState.OPEN]
    made = [_verdict(ruling, now=now) for ruling in concluded]
    bulk.insert(made)
    proof = {
        verdict.pk: _proof(ruling, verdict) for ruling, verdict in zip(concluded, made, strict=True)
    }
    bulk.insert([each for of_one in proof.values() for each in of_one])
    return [(each.dossier, verdict) for each, verdict in zip(concluded, made, strict=True)], proof


def _verdict(ruling: Ruling, *, now: datetime) -> Verdict:
    dossier, decision = ruling.dossier, ruling.decision
    review_id, known_answer_id = _truth(dossier)
    return Verdict(
        microtask=dossier.microtask,
        step=dossier.microtask.step,
        revision=dossier.last.revision + 1 if dossier.last else 1,
        outcome=decision.state.value,
        values={each.key: _as_json(each) for each in decision.questions},
        confidence=decision.confidence,
        answers_count=len(dossier.counting),
        rule_version=decision.rule_version,
        probabilities={each.key: _likeliest(each.probabilities) for each in decision.questions},
        review_id=review_id,
        known_answer_id=known_answer_id,
        made_at=now,
    )


def _proof(ruling: Ruling, verdict: Verdict) -> list[VerdictAnswer]:
    decision = ruling.decision
    return [
        VerdictAnswer(
            verdict=verdict,
            answer=answer,
            weight=round(decision.weights.get(answer.pk, 0.0), DIGITS),
            agrees=answer.pk in decision.agreeing,
            without=_kept(ruling.without.get(answer.pk)),
        )
        for answer in ruling.dossier.counting
    ]


def _truth(dossier: Dossier) -> tuple[int | None, int | None]:
    """What settles it besides the answers: a review, else a known answer."""
    if dossier.review is not None:
        return dossier.review.pk, None
    return None, dossier.known.pk if dossier.known else None


def _as_json(verdict: rules.QuestionVerdict) -> dict[str, object]:
    return {
        "value": verdict.value,
        "outcome": verdict.outcome,
        "confidence": verdict.confidence,
        "support": verdict.support,
        "answers": verdict.answers,
    }


def _likeliest(of_atoms: Mapping[str, Mapping[str, float]]) -> dict[str, list[list[Any]]]:
    return {
        atom: [
            [label, round(p, DIGITS)]
            for label, p in sorted(each.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
        ]
        for atom, each in of_atoms.items()
    }


def _kept(without: Probabilities | None) -> dict[str, Any] | None:
    return {key: _likeliest(each) for key, each in without.items()} if without else None

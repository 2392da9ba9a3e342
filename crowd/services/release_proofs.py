"""The proofs in a release: of each verdict its answers, what each weighed, and who corrected it."""

import csv
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db.models import QuerySet

from crowd.models import (
    Belief,
    Campaign,
    MicroTask,
    Reliability,
    Step,
    Verdict,
)
from crowd.rules import consensus
from crowd.rules.consensus import Contribution, Knowledge, Vote
from crowd.rules.opendata import cells, packaging, proofs, tables
from crowd.rules.opendata.proofs import AskedStep
from crowd.services import dossiers, flat_table
from crowd.services.dossiers import KNOWN, REVIEW, Dossier

CHUNK = 500  # micro-tasks in memory


@dataclass(kw_only=True)
class Collected:
    """What a release holds, beside its files.

    Attributes:
        voters: contributors whose votes are in it.
        documents: ids of the documents it tells of.
        credited: contributor → name, of those who agreed to be named.
    """

    counts: dict[str, int] = field(default_factory=dict)
    voters: set[int] = field(default_factory=set)
    documents: list[int] = field(default_factory=list)
    credited: dict[int, str] = field(default_factory=dict)


class Pseudonyms:
    """Words for people, votes and groups, which only this object can tell."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)

    def of(self, kind: str, what: Any) -> str:
        told = hmac.new(self._salt, f"{kind} {what}".encode(), hashlib.sha256)
        return f"{kind[0]}{told.hexdigest()[:16]}"


def write_proofs(
    campaign: Campaign,
    folder: Path,
    asked: Sequence[tuple[Step, AskedStep]],
    pseudonyms: Pseudonyms,
    found: Collected,
    tell: Callable[[int], None],
) -> None:
    """Write proofs, weights and corrections into a folder.

    Args:
        found: gets what was counted.
        tell: called with how many micro-tasks are behind.
    """
    found.counts |= {"verdicts": 0, "votes": 0}
    with (
        (folder / packaging.PROOFS).open("w", encoding="utf-8") as proof_file,
        (folder / packaging.WEIGHTS).open("w", encoding="utf-8", newline="") as weight_file,
        (folder / packaging.CORRECTIONS).open("w", encoding="utf-8", newline="") as corrected,
    ):
        weights = csv.writer(weight_file, lineterminator="\n")
        corrections = csv.writer(corrected, lineterminator="\n")
        weights.writerow(tables.WEIGHT)
        corrections.writerow([name for name, _, _ in tables.CORRECTION_FIELDS])
        for step, told in asked:
            voters: set[int] = set()
            verdicts = flat_table.public(campaign).filter(step=step)
            for chunk in _chunks(verdicts.order_by("microtask_id")):
                people = _write_chunk(chunk, told, pseudonyms, proof_file, found)
                _write_weights(weights, step, told, people - voters, pseudonyms)
                voters |= people
                corrections.writerows(_corrections(chunk))
                tell(found.counts["verdicts"])
            found.voters |= voters


def _chunks(verdicts: QuerySet[Verdict]) -> Iterator[list[Verdict]]:
    rows = verdicts.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _write_chunk(
    verdicts: Sequence[Verdict],
    step: AskedStep,
    pseudonyms: Pseudonyms,
    out: IO[str],
    found: Collected,
) -> set[int]:
    """Write the proofs of some verdicts; whose weights they need."""
    by_microtask = {each.microtask_id: each for each in verdicts}
    held = MicroTask.objects.filter(pk__in=by_microtask).select_related("step", "campaign")
    loaded = dossiers.fill(list(held.order_by("pk")))
    beliefs = Belief.objects.filter(microtask__in=by_microtask)
    shares = {each.pk: Contribution.from_json(each.share) for each in beliefs}
    people = {vote.person for each in loaded for vote in each.votes if vote.person is not None}
    people |= {person for share in shares.values() for person, _ in share.people()}
    weights = _weights(step_id=loaded[0].microtask.step_id, people=people, pseudonyms=pseudonyms)
    for dossier in loaded:
        pk = dossier.microtask.pk
        share = _renamed(shares.get(pk, Contribution()), pseudonyms)
        proof = _proof(dossier, by_microtask[pk], step, share, weights, pseudonyms)
        out.write(json.dumps(proof, ensure_ascii=False) + "\n")
        found.counts["verdicts"] += 1
        found.counts["votes"] += len(proof["votes"])
    return {int(str(person)) for person in people}


def _weights(*, step_id: int, people: set[Any], pseudonyms: Pseudonyms) -> Knowledge:
    rows = Reliability.objects.filter(question__step=step_id, contributor__in=people)
    return Knowledge(
        {},
        {
            (pseudonyms.of("voter", row.contributor_id), row.question.key): consensus.Reliability(
                _ordered(row.sums)
            )
            for row in rows.select_related("question")
        },
    )


def _ordered(sums: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """As the table of weights lists them: the same numbers added in another order would differ in
    their last digit."""
    return {right: dict(sorted(row.items())) for right, row in sorted(sums.items())}


def _write_weights(
    out: Any, step: Step, told: AskedStep, people: set[int], pseudonyms: Pseudonyms
) -> None:
    rows = Reliability.objects.filter(question__step=step, contributor__in=people)
    sums: dict[int, dict[str, Any]] = {}
    for row in rows.select_related("question"):
        sums.setdefault(row.contributor_id, {})[row.question.key] = row.sums
    # In the order of their words: that of their numbers would tell who came when.
    named = sorted((pseudonyms.of("voter", person), each) for person, each in sums.items())
    for voter, each in named:
        out.writerows(tables.weight_rows(voter, told.key, each))


def _renamed(share: Contribution, pseudonyms: Pseudonyms) -> dict[str, Any]:
    people = [
        [pseudonyms.of("voter", person), key, each.to_json()]
        for (person, key), each in share.people().items()
    ]
    return {"people": people, "tasks": share.tasks}


def _proof(
    dossier: Dossier,
    verdict: Verdict,
    step: AskedStep,
    share: Mapping[str, Any],
    weights: Knowledge,
    pseudonyms: Pseudonyms,
) -> dict[str, Any]:
    told = [_told(vote, pseudonyms) for vote in dossier.votes]
    told.sort(key=lambda each: str(each["vote"]))
    votes = [proofs.vote_from(each) for each in told]
    decision = proofs.decided(step, votes, share, weights)
    for each in told:
        each["weight"] = proofs.weight_of(decision, each["vote"])
        each["agrees"] = each["vote"] in decision.agreeing
    microtask = dossier.microtask
    return {
        "microtask": microtask.pk,
        "excerpt": microtask.excerpt_id,
        "step": step.key,
        "about": microtask.about,
        "votes": told,
        "share": share,
        "verdict": {
            "outcome": verdict.outcome,
            "values": verdict.values,
            "confidence": verdict.confidence,
            "revision": verdict.revision,
            "rule_version": verdict.rule_version,
            "made_at": verdict.made_at.isoformat(),
            "by": _by(verdict),
        },
        "now": proofs.as_now(decision),
    }


def _told(vote: Vote, pseudonyms: Pseudonyms) -> dict[str, Any]:
    return {
        "vote": vote.id if vote.truth else pseudonyms.of("answer", vote.id),
        "voter": "" if vote.person is None else pseudonyms.of("voter", vote.person),
        "values": vote.values,
        "badly_cut": vote.badly_cut,
        "group": None if vote.group is None else pseudonyms.of("group", vote.group),
        "fresh": vote.fresh,
        "machine": vote.machine,
        "truth": vote.id if vote.truth else None,
    }


def _by(verdict: Verdict) -> str:
    if verdict.review_id is not None:
        return REVIEW
    return KNOWN if verdict.known_answer_id is not None else "answers"


def _corrections(verdicts: Sequence[Verdict]) -> Iterator[list[str]]:
    """Every revision of what was revised, or decided by someone with a say."""
    told = [each.microtask_id for each in verdicts if each.revision > 1 or _by(each) != "answers"]
    revisions = Verdict.objects.filter(microtask__in=told).select_related("microtask")
    for each in revisions.order_by("microtask_id", "revision"):
        start: list[Any] = [each.microtask_id, each.microtask.excerpt_id, each.revision]
        start += [each.made_at.isoformat(), _by(each)]
        for key, said in each.values.items() or [("", {"outcome": each.outcome})]:
            values = [said.get(name) for name in ("outcome", "value", "confidence", "answers")]
            yield list(map(cells.cell, [*start, key, *values]))

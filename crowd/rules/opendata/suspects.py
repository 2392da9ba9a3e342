"""Suspects: which vote does not say what was counted, when a verdict does not follow."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from crowd.rules import consensus
from crowd.rules.consensus import Knowledge, Vote
from crowd.rules.opendata import proofs
from crowd.rules.opendata.proofs import AskedStep, Proof
from crowd.rules.questions import Kind


def suspects(proof: Proof, step: AskedStep, known: Knowledge) -> list[str]:
    """The votes that explain it, as far as one can tell.

    Those with which everything would follow again, if they had chosen another option; else those
    that are recorded as saying what the verdict says, and don't, or the other way round.
    """
    changed = [vote for vote in proof["votes"] if _explains(vote, proof, step, known)]
    return [each["vote"] for each in changed] or list(_at_odds(proof, step))


def _explains(told: Mapping[str, Any], proof: Proof, step: AskedStep, known: Knowledge) -> bool:
    votes = {each["vote"]: proofs.vote_from(each) for each in proof["votes"]}
    mine = votes[told["vote"]]
    agreeing = {each["vote"] for each in proof["votes"] if each["agrees"]}
    for other in _others(mine, step):
        others = [other if each is mine else each for each in votes.values()]
        decision = proofs.decided(step, others, proof["share"], known)
        now = proofs.as_now(decision)
        if (
            proofs.says_the_same(now, proof["now"])
            and proofs.is_as_sure(now, proof["now"])
            and agreeing == set(decision.agreeing)
        ):
            return True
    return False


def _others(vote: Vote, step: AskedStep) -> Iterator[Vote]:
    """The same vote with another option chosen, question by question."""
    for question in step.questions:
        if question.kind is Kind.CHOICE and question.key in vote.values:
            for option in (*question.options, None):
                if option != vote.values[question.key]:
                    yield replace(vote, values={**vote.values, question.key: option})


def _at_odds(proof: Proof, step: AskedStep) -> Iterator[str]:
    """Votes that do not stand to the recorded verdict as recorded, taking that for the truth."""
    votes = [proofs.vote_from(each) for each in proof["votes"] if not each["truth"]]
    if proof["now"]["outcome"] == "set_aside":
        says = {vote.id for vote in votes if vote.badly_cut}
    else:
        values = {key: each["value"] for key, each in proof["now"]["values"].items()}
        truth = Vote(id="recorded", values=values, truth=True)
        says = set(consensus.decide(step.questions, [*votes, truth], step.policy).agreeing)
    for each in proof["votes"]:
        if not each["truth"] and each["agrees"] != (each["vote"] in says):
            yield each["vote"]

"""Proofs: all that a verdict was made of, as a line of JSON, and its verdict made anew from that.

A proof is {"microtask", "excerpt", "step", "about", "votes", "share", "verdict", "now"}:

- "votes": [{"vote", "voter", "values", "badly_cut", "group", "fresh", "machine", "truth", "weight",
  "agrees"}], with "truth" for what a reviewer decided or was known beforehand;
- "share": what this micro-task has put into the recorded weights, so that it can be taken out:
  nobody's weight rests on the very verdict it decides;
- "verdict": what is published: {"outcome", "values", "confidence", "revision", "rule_version",
  "made_at", "by"};
- "now": the same made anew from the votes and the weights of the release: {"outcome", "values":
  question → {"outcome", "value", "confidence"}}.

A verdict was made when its last answer came, from what was known then; "now" is made from what is
known at the release. Where the two say different things, the package says so itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crowd.rules import consensus
from crowd.rules.consensus import Contribution, Decision, Knowledge, Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question

Proof = Mapping[str, Any]

NEAR = 0.00015  # probabilities are kept to four digits
DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class AskedStep:
    """One step of a release: what was asked, and when one stopped asking."""

    key: str
    title: str
    questions: Sequence[Question]
    labels: Mapping[str, str]
    policy: Policy
    pools: Mapping[str, consensus.Pool]

    def to_json(self) -> dict[str, Any]:
        questions = [
            {
                "key": each.key,
                "kind": each.kind.value,
                "label": self.labels.get(each.key, each.key),
                "options": list(each.options),
                "required": each.required,
                "settings": each.settings,
            }
            for each in self.questions
        ]
        return {
            "key": self.key,
            "title": self.title,
            "questions": questions,
            "policy": asdict(self.policy),
            "pools": {key: pool.to_json() for key, pool in self.pools.items()},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "AskedStep":
        questions = [
            Question(
                key=each["key"],
                kind=Kind(each["kind"]),
                options=tuple(each["options"]),
                required=each["required"],
                settings=each["settings"],
            )
            for each in told["questions"]
        ]
        return cls(
            key=told["key"],
            title=told["title"],
            questions=questions,
            labels={each["key"]: each["label"] for each in told["questions"]},
            policy=Policy(**told["policy"]),
            pools={key: consensus.Pool.from_json(sums) for key, sums in told["pools"].items()},
        )


def vote_from(told: Mapping[str, Any]) -> Vote:
    """A vote of a proof, as the rules see it."""
    return Vote(
        id=told["vote"],
        values=told["values"],
        badly_cut=told["badly_cut"],
        person=told["voter"] or None,
        group=told["group"],
        fresh=told["fresh"],
        machine=told["machine"],
        truth=bool(told["truth"]),
    )


def decided(
    step: AskedStep, votes: Sequence[Vote], share: Mapping[str, Any], weights: consensus.Knowledge
) -> Decision:
    """A verdict made anew. Where today's weights would ask one more person, the likeliest.

    Args:
        share: what this micro-task has put into the weights.
        weights: of the people who voted, at least.
    """
    contributed = Contribution.from_json(share)
    asked = {(vote.who, each.key) for vote in votes for each in step.questions}
    people = asked | contributed.people().keys()
    own = {who: weights.people[who] for who in people if who in weights.people}
    known = Knowledge(step.pools, own).without(contributed)
    decision = consensus.decide(step.questions, votes, step.policy, known)
    if decision.state is not MicroTaskState.OPEN:
        return decision
    voices = max(1, sum(not vote.truth for vote in votes))
    likeliest = Policy.fixed(voices, per_group=step.policy.per_group)
    return consensus.decide(step.questions, votes, likeliest, known)


def as_now(decision: Decision) -> dict[str, Any]:
    """What a proof keeps of a verdict made anew."""
    return {
        "outcome": decision.state.value,
        "values": {
            each.key: {
                "outcome": each.outcome,
                "value": each.value,
                "confidence": each.confidence,
            }
            for each in decision.questions
        },
    }


def weight_of(decision: Decision, vote: Any) -> float:
    return round(decision.weights.get(vote, 0.0), DIGITS)


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two verdicts have the same outcome and the same values, however sure."""
    return one["outcome"] == other["outcome"] and (
        {key: (each["outcome"], each["value"]) for key, each in one["values"].items()}
        == {key: (each["outcome"], each["value"]) for key, each in other["values"].items()}
    )


def is_as_sure(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two verdicts that say the same are as sure of it."""
    return all(
        abs(each["confidence"] - other["values"][key]["confidence"]) < NEAR
        for key, each in one["values"].items()
    )

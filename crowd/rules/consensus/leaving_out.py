"""Leaving one out: what would be probable without each person; the points stand on it."""

from collections.abc import Sequence
from typing import Any

from crowd.rules.consensus.concluding import probabilities_of
from crowd.rules.consensus.items import Item, Sheet, sheet
from crowd.rules.consensus.standing import believed, sheet_of
from crowd.rules.consensus.statistics import Knowledge, Label
from crowd.rules.consensus.votes import Vote
from crowd.rules.policy import Policy
from crowd.rules.questions import Question

UNKNOWN = Knowledge()


def leave_one_out(
    questions: Sequence[Question],
    votes: Sequence[Vote],
    policy: Policy,
    knowledge: Knowledge = UNKNOWN,
) -> dict[Any, dict[str, dict[str, dict[Label, float]]]]:
    """What would be probable without each person: vote's id → question → atom → label → share.

    Even votes of others leave even probabilities, but for what is frequent and who is reliable;
    without any other vote what is left is how frequent each answer is.
    """
    without: dict[Any, dict[str, dict[str, dict[Label, float]]]] = {}
    for vote in votes:
        if vote.truth:
            continue
        others = [each for each in votes if each is not vote and not each.badly_cut]
        without[vote.id] = {
            question.key: probabilities_of(
                [
                    believed(item, knowledge)
                    for item in _names_of(
                        vote, sheet_of(question, others, policy, knowledge), policy
                    )
                ]
            )
            for question in questions
        }
    return without


def _names_of(vote: Vote, others: Sheet, policy: Policy) -> Sequence[Item]:
    """The items of the others; those of the person where nobody else has answered."""
    if others.votes or vote.badly_cut:
        return others.items
    alone = sheet(others.question, [vote], per_group=policy.per_group).items
    return [_unheard(item) for item in alone]


def _unheard(item: Item) -> Item:
    return Item(
        key=item.key,
        atom=item.atom,
        people=(),
        said=(),
        strength=(),
        closed=item.closed,
        alternatives=item.alternatives,
    )

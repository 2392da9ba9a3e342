"""From the answers to one micro-task to a decision: a function of the answers and what is known.

The same answers and the same knowledge give the same decision, always.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crowd.rules.atoms import Parts
from crowd.rules.consensus.concluding import concluded, set_aside, weights_of
from crowd.rules.consensus.decisions import Decision, Outlook
from crowd.rules.consensus.items import persons
from crowd.rules.consensus.learning import contribution
from crowd.rules.consensus.standing import Standing, sheet_of, standing_of, that_matter
from crowd.rules.consensus.statistics import Knowledge
from crowd.rules.consensus.votes import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Question

UNKNOWN = Knowledge()


def decide(
    questions: Sequence[Question],
    votes: Sequence[Vote],
    policy: Policy,
    knowledge: Knowledge = UNKNOWN,
    laid: Mapping[str, Parts] | None = None,
) -> Decision:
    """Cross-check the answers to one micro-task.

    Args:
        questions: the step's questions.
        votes: the answers that count, one per person, in any order; with what a reviewer
            decided, or what was known beforehand, as a vote with `truth`.
        policy: when to stop asking.
        knowledge: of the people and questions, without this micro-task's own contribution.
        laid: question key → what taking apart the same votes has already given.
    """
    votes = sorted(votes, key=lambda vote: str(vote.id))
    voices = [vote for vote in votes if not vote.truth]
    truths = [vote for vote in votes if vote.truth]
    cut = [vote for vote in voices if vote.badly_cut]
    said = [vote for vote in votes if not vote.badly_cut]
    laid = laid or {}
    sheets = [sheet_of(each, said, policy, knowledge, laid.get(each.key)) for each in questions]
    standings = {
        each.question.key: [standing_of(item, each, policy, knowledge) for item in each.items]
        for each in sheets
    }
    learnt = contribution(
        [one.item for each in standings.values() for one in each],
        [one.belief for each in standings.values() for one in each],
    )
    standings = that_matter(sheets, standings)
    weights = weights_of(voices, questions, policy, knowledge)
    common: dict[str, Any] = {"weights": weights, "contribution": learnt}
    heard = [vote for vote in voices if not vote.badly_cut]
    if _is_cut(cut, heard, truths, policy):
        return set_aside(cut, heard, truths, policy, common)
    missing = _missing(standings, heard, truths, policy)
    if not missing:
        return concluded(MicroTaskState.SETTLED, sheets, standings, weights, common)
    # Of one group as many as decide, and no machine: scripts must not use up whom to ask.
    asked = persons(voices, policy.per_group)
    if asked >= policy.at_most:
        return concluded(MicroTaskState.CONTESTED, sheets, standings, weights, common)
    fewest = min(missing, max(policy.agree - persons(cut, policy.per_group), 1))
    return Decision(
        state=MicroTaskState.OPEN,
        needs=min(fewest, policy.at_most - asked),
        settles=tuple(_outlook(one) for each in standings.values() for one in each if one.missing),
        **common,
    )


def _missing(
    standings: Mapping[str, Sequence[Standing]],
    heard: Sequence[Vote],
    truths: Sequence[Vote],
    policy: Policy,
) -> int:
    """The fewest further answers that could settle everything."""
    if truths:
        return max((one.missing for each in standings.values() for one in each), default=0)
    short = max(0, policy.at_least - sum(not vote.machine for vote in heard))
    if not any(standings.values()):  # all that counts in a step without questions
        short = max(short, policy.agree - persons(heard, policy.per_group))
    missing = max((one.missing for each in standings.values() for one in each), default=0)
    return max(short, missing, 0 if heard else 1)


def _is_cut(
    cut: Sequence[Vote], heard: Sequence[Vote], truths: Sequence[Vote], policy: Policy
) -> bool:
    if truths:
        return any(vote.badly_cut for vote in truths)
    complaints = persons(cut, policy.per_group)
    return complaints >= policy.agree and complaints >= persons(heard, policy.per_group)


def _outlook(one: Standing) -> Outlook:
    top = one.belief.top
    likeliest = one.belief.labels[top] if one.item.said else None
    sure = one.item.sure if one.item.sure is not None else one.belief.sure[top]
    return Outlook(
        key=one.item.key,
        atom=one.item.atom,
        label=likeliest,
        more=one.missing,
        sure=round(sure, 4),
    )

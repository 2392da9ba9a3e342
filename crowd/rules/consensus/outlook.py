"""Looking ahead: how many more people saying the likeliest would make it sure."""

from collections.abc import Sequence
from dataclasses import replace

from crowd.rules.consensus.items import Item
from crowd.rules.consensus.model import UNSAID, Belief, believe
from crowd.rules.consensus.statistics import Pool, Reliability
from crowd.rules.policy import Policy

NEW = "something nobody has said so far"  # no label: those are JSON


def fewest_more(
    item: Item,
    belief: Belief,
    pool: Pool,
    people: Sequence[Reliability | None],
    policy: Policy,
) -> int:
    """The fewest further answers, by people nobody knows yet, that could make it sure enough.

    Never more than the policy has room for; 1 where even those would not do: better people may
    come, and then fewer are needed.
    """
    if policy.sure is None or item.sure is not None:
        return 1
    best = belief.labels[belief.top]
    best = NEW if best == UNSAID else best
    for more in range(1, policy.at_most - len(item.said) + 1):
        ahead = replace(
            item,
            people=item.people + (None,) * more,
            said=item.said + (best,) * more,
            strength=item.strength + (1.0,) * more,
        )
        after = believe(ahead, pool, [*people, *[None] * more])
        if after.sure[after.labels.index(best)] >= policy.sure:
            return more
    return 1

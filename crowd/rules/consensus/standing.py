"""How each item stands: what the policy makes of what is believed of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crowd.rules.atoms import Category, Parts
from crowd.rules.consensus.items import Item, Sheet, persons, sheet
from crowd.rules.consensus.model import Belief, accuracy, believe
from crowd.rules.consensus.outlook import fewest_more
from crowd.rules.consensus.statistics import Knowledge, Label, Pool
from crowd.rules.consensus.votes import Vote
from crowd.rules.policy import Policy
from crowd.rules.questions import Question, Value, is_shown

EMPTY = Pool()
TIE = 1e-12  # probabilities that differ by less are the same


@dataclass(frozen=True)
class Standing:
    """How one item stands.

    Attributes:
        winner: the label that is decided, or None.
        missing: the fewest further answers that could decide it; 0 when decided.
        probability: calibrated, of the likeliest.
    """

    item: Item
    belief: Belief
    winner: Label | None
    missing: int
    probability: float


def sheet_of(
    question: Question,
    said: Sequence[Vote],
    policy: Policy,
    knowledge: Knowledge,
    laid: Parts | None = None,
) -> Sheet:
    pool = knowledge.pools.get(question.key, EMPTY)
    known = {
        vote.who: accuracy(pool.people, knowledge.people.get((vote.who, question.key)))
        for vote in said
        if not vote.truth
    }
    return sheet(question, said, per_group=policy.per_group, accuracies=known, laid=laid)


def believed(item: Item, knowledge: Knowledge) -> tuple[Item, Belief]:
    pool = knowledge.pools.get(item.key, EMPTY)
    people = [knowledge.people.get((person, item.key)) for person in item.people]
    return item, believe(item, pool, people)


def standing_of(item: Item, of: Sheet, policy: Policy, knowledge: Knowledge) -> Standing:
    _, belief = believed(item, knowledge)
    top = belief.top
    probability = belief.probability[top]
    if item.truth is not None:
        return Standing(item, belief, item.truth, 0, 1.0)
    if item.sure is not None and item.said:
        probability = item.sure
    voices = _voices(item, of)
    if policy.sure is None and not policy.exactly:
        winner, missing = _by_counting(item, voices, policy)
        if winner is not None:
            probability = _share_of(belief, winner) if item.sure is None else item.sure
    elif policy.exactly:
        winner, missing = _by_likeliest(item, belief, voices, policy)
    else:
        winner, missing = _by_probability(item, belief, voices, policy, knowledge)
    return Standing(item, belief, winner, missing, probability)


def that_matter(
    sheets: Sequence[Sheet], standings: Mapping[str, Sequence[Standing]]
) -> dict[str, list[Standing]]:
    """Without what is no longer a question: cells of a row that is not there, for one, and
    questions that are not asked after what is decided of those before.
    """
    kept: dict[str, list[Standing]] = {}
    values: dict[str, Value] = {}
    for of in sheets:
        key, winners = of.question.key, winners_of(of, standings[of.question.key])
        kept[key] = [one for one in standings[key] if of.parts.matters(one.item.atom, winners)]
        if _is_unasked(of, values):
            kept[key] = []
        elif all(one.winner is not None for one in kept[key]):
            _, values[key] = of.parts.compose(winners, [1.0] * len(of.votes))
    return kept


def _is_unasked(of: Sheet, values: Mapping[str, Value]) -> bool:
    """Whether nobody is asked this, after these decided values of the questions before it."""
    condition = of.question.shown_when
    if condition is None:
        return False
    if condition["question"] in values:
        return not is_shown(of.question, values)
    return not any(of.parts.said)  # its question is open: what nobody was shown is no question


def winners_of(of: Sheet, standings: Sequence[Standing]) -> dict[str, Category]:
    return {one.item.atom: of.categories[one.winner] for one in standings if one.winner is not None}


def _voices(item: Item, of: Sheet) -> list[Vote]:
    by_person = {vote.who: vote for vote in of.votes if not vote.truth}
    return [by_person[person] for person in item.people]


def _by_counting(item: Item, voices: Sequence[Vote], policy: Policy) -> tuple[Label | None, int]:
    """The winner when enough people say the same, else how many are missing."""
    said: dict[Label, list[Vote]] = {}
    for label, vote in zip(item.said, voices, strict=True):
        said.setdefault(label, []).append(vote)
    counts = {label: persons(who, policy.per_group) for label, who in said.items()}
    most = max(counts.values(), default=0)
    top = [label for label, count in counts.items() if count == most]
    if most < policy.agree:
        return None, policy.agree - most
    if len(top) > 1:
        return None, 1  # enough agree, twice over: one more breaks the tie
    return top[0], 0


def _someone(votes: Sequence[Vote]) -> bool:
    """Machines never decide alone."""
    return any(not vote.machine for vote in votes)


def _by_likeliest(
    item: Item, belief: Belief, voices: Sequence[Vote], policy: Policy
) -> tuple[Label | None, int]:
    """The likeliest when all have answered, and independent people among them."""
    asked = persons(voices, policy.per_group)
    if asked < policy.at_most:
        return None, policy.at_most - asked
    winner = _likeliest(item, belief)
    most = max(belief.sure)
    tied = item.sure is None and sum(abs(each - most) < TIE for each in belief.sure) > 1
    backed = [v for v, said in zip(voices, item.said, strict=True) if said == winner]
    few = asked < policy.agree
    return (None, 1) if tied or few or not _someone(backed) else (winner, 0)


def _by_probability(
    item: Item, belief: Belief, voices: Sequence[Vote], policy: Policy, knowledge: Knowledge
) -> tuple[Label | None, int]:
    """The winner when it is sure enough and enough people have answered, else what is missing."""
    assert policy.sure is not None  # who calls looks first
    winner = _likeliest(item, belief)
    sure = item.sure if item.sure is not None else belief.sure[belief.top]
    deciding = persons(voices, policy.per_group)
    backed = [v for v, said in zip(voices, item.said, strict=True) if said == winner]
    too_few = max(0, policy.agree - deciding)
    if item.said and sure >= policy.sure and _is_backed(item, backed) and not too_few:
        return winner, 0
    pool = knowledge.pools.get(item.key, EMPTY)
    known = [knowledge.people.get((person, item.key)) for person in item.people]
    return None, max(1, too_few, fewest_more(item, belief, pool, known, policy))


def _likeliest(item: Item, belief: Belief) -> Label:
    """The label to go by: where a form combines what all said, the one most said."""
    if item.sure is not None and item.said:
        return Counter(item.said).most_common(1)[0][0]
    return belief.labels[belief.top]


def _is_backed(item: Item, backed: Sequence[Vote]) -> bool:
    """Someone has said it, and not a machine alone; a form's own conclusion stands for all."""
    return bool(item.sure is not None) or _someone(backed)


def _share_of(belief: Belief, label: Label) -> float:
    return belief.probability[belief.labels.index(label)]

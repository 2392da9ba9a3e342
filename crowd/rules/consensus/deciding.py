"""From the answers to one micro-task to a decision: a function of the answers and what is known.

The same answers and the same knowledge give the same decision, always.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from crowd.rules.atoms import Category
from crowd.rules.consensus.decisions import Decision, Outlook, QuestionVerdict
from crowd.rules.consensus.items import Item, Sheet, persons, sheet
from crowd.rules.consensus.model import (
    Belief,
    K,
    accuracy,
    accuracy_of_all,
    believe,
    contribution,
)
from crowd.rules.consensus.outlook import fewest_more
from crowd.rules.consensus.statistics import Knowledge, Label, Person, Pool, Reliability
from crowd.rules.consensus.votes import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Question, Value, is_shown

UNKNOWN = Knowledge()
TIE = 1e-12
FAINTEST = 0.05  # log-odds; what a form combines needs some weight from everyone


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


def decide(
    questions: Sequence[Question],
    votes: Sequence[Vote],
    policy: Policy,
    knowledge: Knowledge = UNKNOWN,
) -> Decision:
    """Cross-check the answers to one micro-task.

    Args:
        questions: the step's questions.
        votes: the answers that count, one per person, in any order; with what a reviewer
            decided, or what was known beforehand, as a vote with `truth`.
        policy: when to stop asking.
        knowledge: of the people and questions, without this micro-task's own contribution.
    """
    votes = sorted(votes, key=lambda vote: str(vote.id))
    voices = [vote for vote in votes if not vote.truth]
    truths = [vote for vote in votes if vote.truth]
    cut = [vote for vote in voices if vote.badly_cut]
    said = [vote for vote in votes if not vote.badly_cut]
    sheets = [_sheet(question, said, policy, knowledge) for question in questions]
    standings = {
        each.question.key: [_standing(item, each, policy, knowledge) for item in each.items]
        for each in sheets
    }
    learnt = contribution(
        [one.item for each in standings.values() for one in each],
        [one.belief for each in standings.values() for one in each],
    )
    standings = _that_matter(sheets, standings)
    weights = _weights(voices, questions, policy, knowledge)
    common: dict[str, Any] = {"weights": weights, "contribution": learnt}
    heard = [vote for vote in voices if not vote.badly_cut]
    if _is_cut(cut, heard, truths, policy):
        return _set_aside(cut, heard, truths, policy, common)
    missing = _missing(standings, heard, truths, policy)
    if not missing:
        return _concluded(MicroTaskState.SETTLED, sheets, standings, weights, common)
    asked = _count(voices, policy)  # of one group as many as decide: a script must not use it up
    if asked >= policy.at_most:
        return _concluded(MicroTaskState.CONTESTED, sheets, standings, weights, common)
    fewest = min(missing, max(policy.agree - persons(cut, policy.per_group), 1))
    return Decision(
        state=MicroTaskState.OPEN,
        needs=min(fewest, policy.at_most - asked),
        settles=tuple(_outlook(one) for each in standings.values() for one in each if one.missing),
        **common,
    )


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
            question.key: _probabilities(
                [
                    _believed(item, knowledge)
                    for item in _names_of(vote, _sheet(question, others, policy, knowledge), policy)
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


def _sheet(question: Question, said: Sequence[Vote], policy: Policy, knowledge: Knowledge) -> Sheet:
    pool = knowledge.pools.get(question.key, EMPTY)
    known = {
        vote.who: accuracy(pool.people, knowledge.people.get((vote.who, question.key)))
        for vote in said
        if not vote.truth
    }
    return sheet(question, said, per_group=policy.per_group, accuracies=known)


EMPTY = Pool()


def _believed(item: Item, knowledge: Knowledge) -> tuple[Item, Belief]:
    pool = knowledge.pools.get(item.key, EMPTY)
    people = [knowledge.people.get((person, item.key)) for person in item.people]
    return item, believe(item, pool, people)


def _standing(item: Item, of: Sheet, policy: Policy, knowledge: Knowledge) -> Standing:
    _, belief = _believed(item, knowledge)
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


def _that_matter(
    sheets: Sequence[Sheet], standings: Mapping[str, Sequence[Standing]]
) -> dict[str, list[Standing]]:
    """Without what is no longer a question: cells of a row that is not there, for one, and
    questions that are not asked after what is decided of those before.
    """
    kept: dict[str, list[Standing]] = {}
    values: dict[str, Value] = {}
    for of in sheets:
        key, winners = of.question.key, _winners(of, standings[of.question.key])
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


def _winners(of: Sheet, standings: Sequence[Standing]) -> dict[str, Category]:
    return {one.item.atom: of.categories[one.winner] for one in standings if one.winner is not None}


def _voices(item: Item, of: Sheet) -> list[Vote]:
    by_person = {vote.who: vote for vote in of.votes if not vote.truth}
    return [by_person[person] for person in item.people]


def _by_counting(item: Item, voices: Sequence[Vote], policy: Policy) -> tuple[Label | None, int]:
    """The winner when enough people say the same, else how many are missing."""
    said: dict[Label, list[Vote]] = {}
    for label, vote in zip(item.said, voices, strict=True):
        said.setdefault(label, []).append(vote)
    counts = {label: _count(who, policy) for label, who in said.items()}
    most = max(counts.values(), default=0)
    top = [label for label, count in counts.items() if count == most]
    if most < policy.agree:
        return None, policy.agree - most
    if len(top) > 1:
        return None, 1  # enough agree, twice over: one more breaks the tie
    if not _someone(said[top[0]]):
        return None, 1
    return top[0], 0


def _count(votes: Sequence[Vote], policy: Policy) -> int:
    """People who say the same: of one group so many as the policy says; machines like others."""
    machines = sum(vote.machine for vote in votes)
    return persons(votes, policy.per_group) + machines


def _someone(votes: Sequence[Vote]) -> bool:
    """Machines never decide alone."""
    return any(not vote.machine for vote in votes)


def _by_likeliest(
    item: Item, belief: Belief, voices: Sequence[Vote], policy: Policy
) -> tuple[Label | None, int]:
    """The likeliest when all have answered, and independent people among them."""
    asked = _count(voices, policy)
    if asked < policy.at_most:
        return None, policy.at_most - asked
    winner = _likeliest(item, belief)
    most = max(belief.sure)
    tied = item.sure is None and sum(abs(each - most) < TIE for each in belief.sure) > 1
    backed = [v for v, said in zip(voices, item.said, strict=True) if said == winner]
    few = persons(voices, policy.per_group) < policy.agree
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


def _missing(
    standings: Mapping[str, Sequence[Standing]],
    heard: Sequence[Vote],
    truths: Sequence[Vote],
    policy: Policy,
) -> int:
    """The fewest further answers that could settle everything."""
    if truths:
        return max((one.missing for each in standings.values() for one in each), default=0)
    short = max(0, policy.at_least - len(heard))
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


def _set_aside(
    cut: Sequence[Vote],
    heard: Sequence[Vote],
    truths: Sequence[Vote],
    policy: Policy,
    common: Mapping[str, Any],
) -> Decision:
    odds = (K.accuracy / (1 - K.accuracy)) ** (
        K.calibration * (persons(cut, policy.per_group) - persons(heard, policy.per_group))
    )
    return Decision(
        state=MicroTaskState.SET_ASIDE,
        needs=0,
        confidence=1.0 if truths else round(odds / (1 + odds), 4),
        agreeing=frozenset(vote.id for vote in cut),
        **common,
    )


def _concluded(
    state: MicroTaskState,
    sheets: Sequence[Sheet],
    standings: Mapping[str, Sequence[Standing]],
    weights: Mapping[Any, float],
    common: Mapping[str, Any],
) -> Decision:
    verdicts = [_verdict(each, standings[each.question.key], weights) for each in sheets]
    votes = [vote for each in sheets[:1] for vote in each.votes if not vote.truth]
    return Decision(
        state=state,
        needs=0,
        questions=tuple(verdict for verdict, _ in verdicts),
        confidence=min((verdict.confidence for verdict, _ in verdicts), default=0.0),
        agreeing=frozenset(
            vote.id for vote in votes if all(vote.id in agreeing for _, agreeing in verdicts)
        ),
        **common,
    )


def _verdict(
    of: Sheet, standings: Sequence[Standing], weights: Mapping[Any, float]
) -> tuple[QuestionVerdict, frozenset[Any]]:
    """The verdict of one question, and whose answers say exactly that."""
    winners = _winners(of, standings)
    loads = [max(FAINTEST, weights.get(vote.id, 10.0)) for vote in of.votes]
    outcome, value = of.parts.compose(winners, loads)
    if of.items and not standings:
        outcome, value = "unasked", None
    is_whole = all(one.winner is not None for one in standings)
    agreeing = frozenset(
        vote.id
        for index, vote in enumerate(of.votes)
        if not vote.truth and is_whole and _says(of, index, outcome, winners, loads)
    )
    verdict = QuestionVerdict(
        key=of.question.key,
        outcome=outcome,
        value=value,
        confidence=round(min((one.probability for one in standings), default=1.0), 4),
        support=len(agreeing),
        answers=sum(not vote.truth for vote in of.votes),
        probabilities=_probabilities([(one.item, one.belief) for one in standings]),
    )
    return verdict, agreeing


def _says(
    of: Sheet, index: int, outcome: str, winners: Mapping[str, Category], loads: Sequence[float]
) -> bool:
    """Whether an answer says all that was concluded; of what is not asked nothing can be said."""
    if outcome == "unasked":
        return not of.parts.said[index]
    return of.parts.agreement(index, winners, loads) >= 1.0


def _probabilities(
    believed: Sequence[tuple[Item, Belief]],
) -> dict[str, dict[Label, float]]:
    return {
        item.atom: dict(zip(belief.labels, belief.probability, strict=True))
        for item, belief in believed
    }


def _share_of(belief: Belief, label: Label) -> float:
    return belief.probability[belief.labels.index(label)]


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


def _weights(
    voices: Sequence[Vote], questions: Sequence[Question], policy: Policy, knowledge: Knowledge
) -> dict[Any, float]:
    """Each answer's weight: log-odds of that person being right, the mean over the questions."""
    sizes = Counter(vote.group for vote in voices if vote.group is not None)
    weights = {}
    for vote in voices:
        share = min(1.0, policy.per_group / sizes[vote.group]) if vote.group is not None else 1.0
        odds = [_log_odds(vote.who, question.key, knowledge) for question in questions]
        weights[vote.id] = share * max(0.0, sum(odds) / len(odds)) if odds else share
    return weights


def _log_odds(person: Person, key: str, knowledge: Knowledge) -> float:
    pool = knowledge.pools.get(key, EMPTY)
    known: Reliability | None = knowledge.people.get((person, key))
    right = accuracy(pool.people, known) if known else accuracy_of_all(pool.people)
    return log(right / (1 - right))

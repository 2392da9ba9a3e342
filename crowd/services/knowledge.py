"""What the cross-check has learnt, loaded for one step's batch and saved with it.

Only whoever holds the campaign (`consensus.hold`) reads these rows to write them: sums have no
rivals, and nothing here needs locks of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from crowd.models import Belief, Question, QuestionKnowledge, Reliability
from crowd.rules import consensus as rules
from crowd.services import bulk
from crowd.services.dossiers import Dossier, person_of


@dataclass(kw_only=True)
class Learnt:
    """The sums of one step for the people of one batch.

    Attributes:
        questions: key → id of each question of the step.
        knowledge: as it is now; `saved` as it was loaded.
        shares: micro-task → what it has put into the sums.
    """

    questions: Mapping[str, int]
    knowledge: rules.Knowledge
    saved: rules.Knowledge
    shares: dict[int, rules.Contribution]
    _others: tuple[int, rules.Knowledge] | None = None

    def without(self, microtask_id: int) -> rules.Knowledge:
        """What is known from all the other micro-tasks."""
        if self._others is not None and self._others[0] == microtask_id:
            return self._others[1]  # asked to decide, and once more to put in what was decided
        share = self.shares.get(microtask_id)
        others = self.knowledge.without(share) if share else self.knowledge
        self._others = microtask_id, others
        return others

    def put(self, microtask_id: int, share: rules.Contribution) -> None:
        """Count what this micro-task says now, in the place of what it said before."""
        self.knowledge = self.without(microtask_id).with_(share)
        self.shares[microtask_id] = share
        self._others = None


def load(dossiers: Iterable[Dossier]) -> Learnt:
    """The sums for micro-tasks of one step."""
    held = list(dossiers)
    step_id = held[0].microtask.step_id
    questions = dict(Question.objects.filter(step=step_id).values_list("key", "pk"))
    keys = {pk: key for key, pk in questions.items()}
    beliefs = Belief.objects.filter(microtask__in=[each.microtask.pk for each in held])
    shares = {each.pk: rules.Contribution.from_json(each.share) for each in beliefs}
    people = {person_of(answer) for each in held for answer in each.answers}
    people |= {cast("int", person) for share in shares.values() for person, _ in share.people()}
    pools = QuestionKnowledge.objects.filter(question__in=keys)
    rows = Reliability.objects.filter(question__in=keys, contributor__in=people)
    knowledge = rules.Knowledge(
        pools={keys[row.question_id]: rules.Pool.from_json(row.sums) for row in pools},
        people={
            (row.contributor_id, keys[row.question_id]): rules.Reliability.from_json(row.sums)
            for row in rows
        },
    )
    return Learnt(questions=questions, knowledge=knowledge, saved=knowledge, shares=shares)


def save(learnt: Learnt) -> None:
    """Write the sums that have changed."""
    now, before, ids = learnt.knowledge, learnt.saved, learnt.questions
    pools = [
        QuestionKnowledge(question_id=ids[key], sums=pool.to_json())
        for key, pool in now.pools.items()
        if key in ids and pool != before.pools.get(key)
    ]
    people = [
        Reliability(contributor_id=cast("int", person), question_id=ids[key], sums=sums.to_json())
        for (person, key), sums in now.people.items()
        if key in ids and sums != before.people.get((person, key))
    ]
    shares = [Belief(microtask_id=pk, share=share.to_json()) for pk, share in learnt.shares.items()]
    bulk.upsert(pools, by=["question_id"], changes="sums")
    bulk.upsert(people, by=["contributor_id", "question_id"], changes="sums")
    bulk.upsert(shares, by=["microtask_id"], changes="share")

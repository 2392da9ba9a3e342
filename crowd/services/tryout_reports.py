"""What a try-out tells: where colleagues disagreed, and which question is unclear."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from crowd.models import Excerpt, Question, Step, Trial, Tryout
from crowd.rules import consensus
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.services.tryouts import questions_of, steps_of

ENOUGH_PAIRS = 20  # from which agreement says how often people are right


SHOWN = 12  # disagreements of one question that are told one by one


BOTH = Policy.identical(2, at_most=2)


@dataclass(kw_only=True)
class Disagreement:
    """One excerpt of which not all said the same; colleague's letter → value."""

    excerpt: Excerpt
    about: str
    said: dict[str, Any]


@dataclass(kw_only=True)
class QuestionReport:
    """How one question fared.

    Attributes:
        pairs: of two colleagues about the same excerpt; `alike` of them said the same.
        unclear: how many said it was not clear; with their notes.
    """

    question: Question
    pairs: int = 0
    alike: int = 0
    unclear: int = 0
    notes: list[str] = field(default_factory=list)
    differing: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        return self.alike / self.pairs if self.pairs else None


@dataclass(kw_only=True)
class Report:
    """What a try-out showed: colleagues by letter → how many answers; the worst question first."""

    people: dict[str, int]
    questions: list[QuestionReport]


def report(*, tryout: Tryout) -> Report:
    """Where they disagreed, and what was not clear."""
    trials = list(tryout.trials.select_related("excerpt__document", "excerpt__zone"))
    letters = _letters(trials)
    reports: list[QuestionReport] = []
    for step in steps_of(tryout):
        said = [each for each in trials if each.step_id == step.pk]
        reports += [_fared(question, said, letters) for question in questions_of(step)]
    reports.sort(key=lambda each: (each.share if each.share is not None else 2.0, -each.unclear))
    people = dict.fromkeys(letters.values(), 0)
    for trial in trials:
        people[letters[trial.contributor_id]] += 1
    return Report(people=people, questions=reports)


def right_share(*, step: Step) -> float | None:
    """How often one person is right about this step, going by its latest try-out.

    Two people who each are right with probability p, and err apart, agree with p²; so p is the
    root of how often pairs agreed. None: too few pairs to say.
    """
    trials = list(Trial.objects.filter(step=step).select_related("excerpt"))
    letters = _letters(trials)
    fared = [_fared(each, trials, letters) for each in questions_of(step)]
    pairs, alike = sum(each.pairs for each in fared), sum(each.alike for each in fared)
    return math.sqrt(alike / pairs) if pairs >= ENOUGH_PAIRS else None


def _letters(trials: Sequence[Trial]) -> dict[int, str]:
    """Colleagues by letter, in the order in which they began."""
    order = dict.fromkeys(each.contributor_id for each in sorted(trials, key=lambda t: t.pk))
    return {who: _letter(place) for place, who in enumerate(order)}


def _letter(place: int) -> str:
    letter = chr(ord("A") + place % 26)
    return letter if place < 26 else f"{letter}{place // 26 + 1}"


def _fared(
    question: Question, trials: Sequence[Trial], letters: Mapping[int, str]
) -> QuestionReport:
    made = QuestionReport(question=question)
    together: dict[tuple[int, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        together[trial.excerpt_id, trial.about].append(trial)
        if question.key in trial.unclear:
            made.unclear += 1
            made.notes += [trial.note] if trial.note else []
    for (_excerpt, about), all_said in sorted(together.items()):
        alike = [_alike(question, one, two) for one, two in combinations(all_said, 2)]
        made.pairs += len(alike)
        made.alike += sum(alike)
        if not all(alike):
            made.differing += 1
            said = {
                letters[each.contributor_id]: each.values.get(question.key) for each in all_said
            }
            if len(made.disagreements) < SHOWN:
                made.disagreements.append(
                    Disagreement(excerpt=all_said[0].excerpt, about=about, said=said)
                )
    return made


def _alike(question: Question, one: Trial, two: Trial) -> bool:
    """Whether the cross-check would take these two for the same."""
    said = [each.values.get(question.key, ...) for each in (one, two)]
    if said[0] == said[1]:
        return True
    if ... in said:
        return False
    votes = [Vote(id=n, person=n, values={question.key: value}) for n, value in enumerate(said)]
    decision = consensus.decide([question.rule], votes, BOTH)
    return decision.state is MicroTaskState.SETTLED

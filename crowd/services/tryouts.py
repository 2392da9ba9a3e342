"""Try-outs: a few colleagues answer a few excerpts before strangers come.

What they say is kept in `Trial`, apart from `Answer`: nothing of it is cross-checked, published,
counted or rewarded, before the campaign opens or after.
"""

import math
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction

from crowd.models import Campaign, Contributor, Excerpt, Question, Step, Trial, Tryout, User
from crowd.rules import consensus, opening, questions
from crowd.rules.consensus import Vote
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.problems import Problem
from crowd.rules.questions import Kind
from crowd.rules.wording import storable
from crowd.services import campaigns, changes, contributors
from crowd.services.answers import InvalidAnswer

EXCERPTS = 20
LONGEST_NOTE = 1000  # characters
ENOUGH_PAIRS = 20  # from which agreement says how often people are right
SHOWN = 12  # disagreements of one question that are told one by one
BOTH = Policy.identical(2, at_most=2)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one colleague is asked next; `done` of `excerpts` excerpts are behind them."""

    step: Step
    excerpt: Excerpt
    about: str
    done: int
    excerpts: int


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


@transaction.atomic
def begin(*, campaign: Campaign, by: User | None, now: datetime) -> Tryout:
    """Draw excerpts for a try-out; one that is under way is returned.

    Raises:
        Problem: `tryout_without_steps` or `tryout_without_excerpts`.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    known = held.tryouts.filter(ended_at=None).first()
    if known is not None:
        return known
    if not held.steps.filter(opens_when__isnull=True, questions__isnull=False).exists():
        raise Problem("tryout_without_steps")
    drawn = list(campaigns.asked_about(held).order_by("?")[:EXCERPTS])
    if not drawn:
        raise Problem("tryout_without_excerpts")
    made = Tryout.objects.create(
        campaign=held, token=secrets.token_urlsafe(24), made_by=by, made_at=now
    )
    made.excerpts.set(drawn)
    changes.record(campaign=held, user=by, what="tryout.begun", now=now)
    return made


@transaction.atomic
def end(*, tryout: Tryout, by: User | None, now: datetime) -> None:
    """Close it: its link leads nowhere, what was said stays. Ended already: nothing happens."""
    if Tryout.objects.filter(pk=tryout.pk, ended_at=None).update(ended_at=now):
        changes.record(campaign=tryout.campaign, user=by, what="tryout.ended", now=now)


def find(*, token: str) -> Tryout | None:
    """The try-out of a link, while it lasts."""
    found = Tryout.objects.filter(token=token, ended_at=None)
    return found.select_related("campaign").first()


def next_for(*, tryout: Tryout, contributor: Contributor) -> Asked | None:
    """What someone is asked next, follow-ups by their own answers; None: they are through."""
    excerpts = _excerpts(tryout)
    steps = _steps(tryout)
    given = _given(tryout, contributor)
    for place, excerpt in enumerate(excerpts):
        for step, about in _asked(excerpt, steps, given):
            if (step.pk, excerpt.pk, about) not in given:
                return Asked(
                    step=step, excerpt=excerpt, about=about, done=place, excerpts=len(excerpts)
                )
    return None


def answer(
    *,
    tryout: Tryout,
    contributor: Contributor,
    asked: Asked,
    values: Mapping[str, Any],
    unclear: Sequence[str] = (),
    note: str = "",
    now: datetime,
) -> Trial:
    """Keep what a colleague said; sent twice, the first stays.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
    """
    known = questions_of(asked.step)
    clean, wrong = questions.check_answer(
        [each.rule for each in known], values, language=tryout.campaign.language
    )
    if wrong:
        raise InvalidAnswer(wrong)
    made, _new = Trial.objects.get_or_create(
        tryout=tryout,
        contributor=contributor,
        step=asked.step,
        excerpt=asked.excerpt,
        about=asked.about,
        defaults={
            "values": clean,
            "unclear": [each.key for each in known if each.key in unclear],
            "note": storable(note).strip()[:LONGEST_NOTE],
            "made_at": now,
        },
    )
    return made


def questions_of(step: Step) -> list[Question]:
    """The questions of a step that can be tried: nobody sends a file for trying."""
    return [
        each for each in step.questions.order_by("position", "pk") if each.kind != Kind.UPLOAD.value
    ]


def report(*, tryout: Tryout) -> Report:
    """Where they disagreed, and what was not clear."""
    trials = list(tryout.trials.select_related("excerpt__document", "excerpt__zone"))
    letters = _letters(trials)
    reports: list[QuestionReport] = []
    for step in _steps(tryout):
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


def _excerpts(tryout: Tryout) -> list[Excerpt]:
    shown = tryout.excerpts.filter(hidden_at=None)
    return list(shown.select_related("document", "zone").order_by("pk"))


def _steps(tryout: Tryout) -> list[Step]:
    found = tryout.campaign.steps.prefetch_related("questions")
    return list(found.order_by("position"))


Given = dict[tuple[int, int, str], dict[str, Any]]
"""(step, excerpt, about) → what this person said."""


def _given(tryout: Tryout, contributor: Contributor) -> Given:
    person = contributors.person_ids(contributor=contributor)
    mine = tryout.trials.filter(contributor__in=person)
    return {(each.step_id, each.excerpt_id, each.about): each.values for each in mine}


def _asked(excerpt: Excerpt, steps: Sequence[Step], given: Given) -> Iterator[tuple[Step, str]]:
    """The steps one person is asked about one excerpt, in order, with what each is about."""
    tie = excerpt.zone.step_id if excerpt.zone else None
    keys = {step.key: step for step in steps}
    for step in steps:
        condition = step.opens_when
        if condition is None:
            if tie in {None, step.pk}:
                yield step, ""
            continue
        earlier = keys.get(condition["step"])
        for (step_id, excerpt_id, _about), values in given.items():
            if earlier and step_id == earlier.pk and excerpt_id == excerpt.pk:
                yield from ((step, about) for about in opening.opened_by(condition, values))


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

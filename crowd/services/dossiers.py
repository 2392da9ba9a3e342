"""Dossiers: all that is known of a batch of micro-tasks, locked and loaded in few statements."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from crowd.models import (
    Answer,
    KnownAnswer,
    MicroTask,
    Question,
    Review,
    Suggestion,
    Verdict,
    VerdictAnswer,
)
from crowd.models.contributors import ContributorKind
from crowd.rules import questions as rules
from crowd.rules.consensus import Vote


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One micro-task with its questions, its answers and its latest verdict.

    Attributes:
        microtask: locked until the transaction ends; with its step and campaign.
        questions: of the step, in order, as the rules know them.
        answers: all of them in the order they came, those set aside too; each with its
            contributor, and its assignment with its room.
        last: the newest revision of the verdict, current or not.
        stands_on: the answers `last` was made from.
        review: the reviewer's decision that holds now.
        known: the right answer, if it was known beforehand.
        experienced: contributors whose record says more than when and whence they came.
    """

    microtask: MicroTask
    questions: list[rules.Question]
    answers: list[Answer]
    last: Verdict | None
    stands_on: frozenset[uuid.UUID]
    review: Review | None = None
    known: KnownAnswer | None = None
    experienced: Collection[int] = frozenset()

    @property
    def counting(self) -> list[Answer]:
        """The answers the cross-check goes by."""
        return [answer for answer in self.answers if answer.set_aside_at is None]

    @property
    def votes(self) -> list[Vote]:
        """The answers that count as the rules see them, and what weighs as truth."""
        known = self.experienced
        return [*(vote_of(answer, known) for answer in self.counting), *self._truths()]

    def _truths(self) -> list[Vote]:
        if self.review is not None:
            word = self.review
            return [Vote(id=REVIEW, values=word.values, badly_cut=word.badly_cut, truth=True)]
        if self.known is not None:
            return [Vote(id=KNOWN, values=self.known.values, truth=True)]
        return []


RECORD = 20  # confirmed answers after which a guest is no newcomer any more
REVIEW, KNOWN = "review", "known answer"


def vote_of(answer: Answer, experienced: Collection[int] = frozenset()) -> Vote:
    """An answer as the rules see it."""
    guest = answer.contributor.kind == ContributorKind.GUEST
    fresh = guest and answer.contributor_id not in experienced
    return Vote(
        id=answer.pk,
        values=answer.values,
        badly_cut=answer.badly_cut,
        person=person_of(answer),
        group=_group(answer, fresh=fresh),
        fresh=fresh,
        machine=answer.contributor.kind == ContributorKind.MACHINE,
    )


def person_of(answer: Answer) -> int:
    """Who said it: a guest who has joined an account is that account."""
    return answer.contributor.joined_into_id or answer.contributor_id


def _group(answer: Answer, *, fresh: bool) -> Hashable:
    """Those whose answers are not independent: a machine and whoever took over what it suggested, a
    room that is not trusted, a burst of newcomers.
    """
    led_by = answer.led_by
    if led_by is not None and _takes_over(answer, led_by):
        return f"machine {led_by.contributor_id}"
    if answer.contributor.kind == ContributorKind.MACHINE:
        return f"machine {answer.contributor_id}"
    room = answer.assignment.room
    if room is not None:
        return None if room.trusted else f"room {room.pk}"
    burst = answer.contributor.burst
    return f"burst {burst}" if fresh and burst else None


def _takes_over(answer: Answer, led_by: Answer) -> bool:
    """Whether an answer says in some question what had been suggested."""
    said = answer.values.items()
    return any(key in led_by.values and led_by.values[key] == value for key, value in said)


def load(*, microtask_ids: Iterable[int], wait: bool = False) -> list[Dossier]:
    """Lock and load these micro-tasks; those another holds are left to it, unless we `wait`."""
    # Rivals: claims and late answers, each for an instant; whoever folds this campaign's answers
    # besides us is kept out by its lock (`consensus.hold`).
    held = list(
        MicroTask.objects.filter(pk__in=list(microtask_ids))
        .select_for_update(skip_locked=not wait, no_key=True, of=("self",))
        .select_related("step", "campaign")
        .order_by("pk")
    )
    return fill(held)


def fill(held: Sequence[MicroTask]) -> list[Dossier]:
    """The dossiers of micro-tasks that are loaded with their steps and campaigns."""
    ids = [microtask.pk for microtask in held]
    answers = _answers(held)
    questions = _questions({microtask.step_id for microtask in held})
    last = _last_verdicts(ids)
    proof = _proof([verdict.pk for verdict in last.values()])
    reviews = {
        each.microtask_id: each for each in Review.objects.current().filter(microtask__in=ids)
    }
    known = {each.microtask_id: each for each in KnownAnswer.objects.filter(microtask__in=ids)}
    experienced = _experienced(answer for each in answers.values() for answer in each)
    return [
        Dossier(
            microtask=microtask,
            questions=questions[microtask.step_id],
            answers=answers[microtask.pk],
            last=last.get(microtask.pk),
            stands_on=frozenset(proof[last[microtask.pk].pk] if microtask.pk in last else ()),
            review=reviews.get(microtask.pk),
            known=known.get(microtask.pk),
            experienced=experienced,
        )
        for microtask in held
    ]


def _answers(held: Sequence[MicroTask]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    by_id = {microtask.pk: microtask for microtask in held}
    answers = Answer.objects.filter(microtask__in=by_id)
    answers = answers.select_related("contributor", "assignment__room")
    led = _led(by_id)
    for answer in answers.order_by("given_at", "pk"):
        answer.microtask = by_id[answer.microtask_id]
        answer.led_by = led.get(answer.assignment_id)
        found[answer.microtask_id].append(answer)
    return found


def _led(microtask_ids: Collection[int]) -> dict[int, Answer]:
    """Assignment → the machine's answer that was shown with the question."""
    shown = Suggestion.objects.filter(microtask__in=microtask_ids).select_related("answer")
    return {each.assignment_id: each.answer for each in shown}


def _experienced(answers: Iterable[Answer]) -> frozenset[int]:
    """Guests of bursts who have been confirmed often enough since: they decide like others.

    What confirmed them is no burst's own doing: its guests count as one wherever they decided.
    """
    burst = {each.contributor_id for each in answers if each.contributor.burst is not None}
    if not burst:
        return frozenset()
    confirmed = VerdictAnswer.objects.filter(
        answer__contributor__in=burst, agrees=True, verdict__is_current=True
    )
    counts = confirmed.values_list("answer__contributor").annotate(Count("pk")).order_by()
    return frozenset(person for person, count in counts if count >= RECORD)


def _questions(step_ids: Iterable[int]) -> dict[int, list[rules.Question]]:
    found: dict[int, list[rules.Question]] = defaultdict(list)
    for question in Question.objects.filter(step__in=step_ids).order_by("position", "pk"):
        found[question.step_id].append(question.rule)
    return found


def _last_verdicts(ids: Sequence[int]) -> dict[int, Verdict]:
    newest_first = Verdict.objects.filter(microtask__in=ids).order_by("microtask_id", "-revision")
    return {verdict.microtask_id: verdict for verdict in newest_first.distinct("microtask_id")}


def _proof(verdict_ids: Sequence[int]) -> dict[int, set[uuid.UUID]]:
    found: dict[int, set[uuid.UUID]] = defaultdict(set)
    proof = VerdictAnswer.objects.filter(verdict__in=verdict_ids)
    for verdict_id, answer_id in proof.values_list("verdict_id", "answer_id"):
        found[verdict_id].add(answer_id)
    return found

"""Dossiers: all that is known of a batch of micro-tasks, locked and loaded in few statements."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crowd.models import Answer, MicroTask, Question, Verdict, VerdictAnswer
from crowd.rules import questions as rules
from crowd.rules.consensus import Vote


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One micro-task with its questions, its answers and its latest verdict.

    Attributes:
        microtask: locked until the transaction ends; with its step and campaign.
        questions: of the step, in order, as the rules know them.
        answers: all of them in the order they came, those set aside too.
        last: the newest revision of the verdict, current or not.
        stands_on: the answers `last` was made from.
    """

    microtask: MicroTask
    questions: list[rules.Question]
    answers: list[Answer]
    last: Verdict | None
    stands_on: frozenset[uuid.UUID]

    @property
    def counting(self) -> list[Answer]:
        """The answers the cross-check goes by."""
        return [answer for answer in self.answers if answer.set_aside_at is None]

    @property
    def votes(self) -> list[Vote]:
        return [vote_of(answer) for answer in self.counting]


def vote_of(answer: Answer) -> Vote:
    """An answer as the rules see it."""
    return Vote(id=answer.pk, values=answer.values, badly_cut=answer.badly_cut)


def load(*, microtask_ids: Iterable[int]) -> list[Dossier]:
    """Lock and load these micro-tasks; those another worker holds are left to it."""
    # Rivals: another worker with the same batch (skipped), claims (short; they wait for us).
    held = list(
        MicroTask.objects.filter(pk__in=list(microtask_ids))
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("step", "campaign")
        .order_by("pk")
    )
    ids = [microtask.pk for microtask in held]
    answers = _answers(ids)
    questions = _questions({microtask.step_id for microtask in held})
    last = _last_verdicts(ids)
    proof = _proof([verdict.pk for verdict in last.values()])
    return [
        Dossier(
            microtask=microtask,
            questions=questions[microtask.step_id],
            answers=answers[microtask.pk],
            last=last.get(microtask.pk),
            stands_on=frozenset(proof[last[microtask.pk].pk] if microtask.pk in last else ()),
        )
        for microtask in held
    ]


def _answers(ids: Sequence[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    answers = Answer.objects.filter(microtask__in=ids).select_related("assignment")
    for answer in answers.order_by("given_at", "pk"):
        found[answer.microtask_id].append(answer)
    return found


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

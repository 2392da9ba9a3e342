"""Comparisons: what an experiment shows of newcomers with and without the game."""

from dataclasses import dataclass

from django.db import connection

from crowd.models import Experiment
from crowd.rules import intervals
from crowd.rules.intervals import Estimate

FEWEST = 20  # people in each group before anything is said
BACK_AFTER_DAYS = 1

Person = tuple[bool, int, int, int, bool]
"""Without the game, answers, confirmed, decided, came back."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """One of the two groups.

    Attributes:
        people: newcomers in it who answered.
        accuracy: share of their decided answers that were confirmed.
        answers: mean number of answers a person.
        returned: share of people who answered again a day or more after their first answer.
    """

    without_game: bool
    people: int
    accuracy: Estimate
    answers: Estimate
    returned: Estimate


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both groups; `says_something` when each has enough people."""

    with_game: Group
    without: Group

    @property
    def says_something(self) -> bool:
        return min(self.with_game.people, self.without.people) >= FEWEST


def of(*, experiment: Experiment) -> Comparison:
    """Compare the two groups in the log, by all they answered in the campaign."""
    people = _people(experiment)
    with_game, without = (
        _group(flag, [each for each in people if each[0] is flag]) for flag in (False, True)
    )
    return Comparison(with_game=with_game, without=without)


def _group(without: bool, people: list[Person]) -> Group:
    decided = [(float(confirmed), float(known)) for _, _, confirmed, known, _ in people if known]
    return Group(
        without_game=without,
        people=len(people),
        accuracy=intervals.ratio(decided),
        answers=intervals.mean([float(answers) for _, answers, *_ in people]),
        returned=intervals.share(sum(back for *_, back in people), len(people)),
    )


def _people(experiment: Experiment) -> list[Person]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.without_game, count(DISTINCT w.id),
                count(DISTINCT w.id) FILTER (WHERE p.agrees),
                count(DISTINCT w.id) FILTER (WHERE p.id IS NOT NULL),
                bool_or(w.given_at >= s.first_answer_at + make_interval(days => %(back)s))
            FROM crowd_subject s
            JOIN crowd_answer w ON w.contributor_id = s.contributor_id
            JOIN crowd_microtask m ON m.id = w.microtask_id AND m.campaign_id = %(campaign)s
            LEFT JOIN crowd_verdict v ON v.microtask_id = m.id AND v.is_current
                AND v.outcome <> 'contested'
            LEFT JOIN crowd_verdictanswer p ON p.verdict_id = v.id AND p.answer_id = w.id
                AND (v.answers_count > 1 OR v.review_id IS NOT NULL)
            WHERE s.experiment_id = %(experiment)s
            GROUP BY s.id, s.without_game
            """,
            {
                "experiment": experiment.pk,
                "campaign": experiment.campaign_id,
                "back": BACK_AFTER_DAYS,
            },
        )
        rows: list[Person] = cursor.fetchall()
    return rows

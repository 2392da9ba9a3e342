"""Experiments: keep the game from a share of newcomers, log who, and compare."""

import secrets
from datetime import datetime

from django.db import connection, transaction

from crowd.models import Campaign, Contributor, Experiment
from crowd.rules import drawing
from crowd.rules.problems import Problem
from crowd.services import outlines

SHARES = (0.1, 0.2, 0.5)


def begin(*, campaign: Campaign, share: float, now: datetime) -> Experiment:
    """Keep the game from a share of those who come from now on.

    Raises:
        Problem: one has begun already, or the share is none that can be chosen.
    """
    if share not in SHARES:
        raise Problem("experiment_share")
    with transaction.atomic():
        made, is_new = Experiment.objects.get_or_create(
            campaign=campaign,
            defaults={"share": share, "salt": secrets.token_hex(16), "began_at": now},
        )
    if not is_new:
        raise Problem("experiment_begun")
    outlines.forget()
    return made


def end(*, campaign: Campaign, now: datetime) -> None:
    """Show everyone the game again; the log and its report stay."""
    log(now=now)
    Experiment.objects.filter(campaign=campaign, ended_at=None).update(ended_at=now)
    outlines.forget()


def is_without_game(*, experiment: Experiment, contributor: Contributor) -> bool:
    """Whether a running experiment keeps the game from this person: always the same answer."""
    if experiment.ended_at is not None or contributor.made_at < experiment.began_at:
        return False
    return drawing.falls_on(
        salt=experiment.salt, name=str(contributor.public_id), share=experiment.share
    )


def log(*, now: datetime) -> int:
    """Write down in which group each newcomer of a running experiment is. Safe to run twice.

    Returns:
        How many were new.
    """
    logged = 0
    for experiment in Experiment.objects.filter(ended_at=None):
        newcomers = _newcomers(experiment)
        people = Contributor.objects.in_bulk(list(newcomers))
        with connection.cursor() as cursor:
            for pk, first_answer_at in newcomers.items():
                without = is_without_game(experiment=experiment, contributor=people[pk])
                cursor.execute(
                    """
                    INSERT INTO crowd_subject
                        (experiment_id, contributor_id, without_game, first_answer_at, logged_at)
                    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
                    """,
                    [experiment.pk, pk, without, first_answer_at, now],
                )
                logged += cursor.rowcount
    return logged


def _newcomers(experiment: Experiment) -> dict[int, datetime]:
    """Those who came since it began and are not logged yet → their first answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id, min(w.given_at) FROM crowd_contributor c
            JOIN crowd_answer w ON w.contributor_id = c.id
            JOIN crowd_microtask m ON m.id = w.microtask_id AND m.campaign_id = %(campaign)s
            WHERE c.made_at >= %(began)s AND c.kind <> 'machine' AND NOT EXISTS (
                SELECT 1 FROM crowd_subject s
                WHERE s.experiment_id = %(experiment)s AND s.contributor_id = c.id)
            GROUP BY c.id
            """,
            {
                "campaign": experiment.campaign_id,
                "began": experiment.began_at,
                "experiment": experiment.pk,
            },
        )
        return dict(cursor.fetchall())

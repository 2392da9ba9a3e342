"""Try-outs: a few colleagues answer a few excerpts before strangers come.

What they say is kept in `Trial`, apart from `Answer`: nothing of it is cross-checked, published,
counted or rewarded, before the campaign opens or after.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from crowd.models import Campaign, Contributor, Excerpt, Question, Step, Trial, Tryout, User
from crowd.rules import opening, questions
from crowd.rules.problems import Problem
from crowd.rules.questions import Kind
from crowd.rules.wording import storable
from crowd.services import campaigns, changes, contributors
from crowd.services.answers import InvalidAnswer

EXCERPTS = 20
LONGEST_NOTE = 1000  # characters


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one colleague is asked next; `done` of `excerpts` excerpts are behind them."""

    step: Step
    excerpt: Excerpt
    about: str
    done: int
    excerpts: int


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
    steps = steps_of(tryout)
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


def _excerpts(tryout: Tryout) -> list[Excerpt]:
    shown = tryout.excerpts.filter(hidden_at=None)
    return list(shown.select_related("document", "zone").order_by("pk"))


def steps_of(tryout: Tryout) -> list[Step]:
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

"""Wishes: what a volunteer wants to be given: languages they read, no handwriting, no sensitive
topics. They leave out whole steps, so that a claim costs the same with and without them.
"""

from collections.abc import Iterable, Sequence

from crowd.models import Assignment, Campaign, Contributor, Step
from crowd.services import contributors

MOST_LANGUAGES = 10


def choose(
    *, contributor: Contributor, reads: Iterable[str], no_handwriting: bool, no_sensitive: bool
) -> None:
    """Change what a person is given from now on; what they hold and no longer want goes back.

    Args:
        reads: codes of languages; none: all.
    """
    codes = sorted({each.strip().lower()[:8] for each in reads} - {""})[:MOST_LANGUAGES]
    contributor.reads = ",".join(codes)
    contributor.no_handwriting, contributor.no_sensitive = no_handwriting, no_sensitive
    contributor.save(update_fields=["reads", "no_handwriting", "no_sensitive"])


def is_wanted(*, step: Step, campaign: Campaign, contributor: Contributor) -> bool:
    """Whether this person wants to be given micro-tasks of a step."""
    if contributor.no_sensitive and (step.sensitive or campaign.sensitive):
        return False
    if contributor.no_handwriting and (step.handwritten or campaign.handwritten):
        return False
    return not contributor.reads or campaign.language in contributor.reads.split(",")


def unwanted_of(*, contributor: Contributor) -> list[Assignment]:
    """What a person holds, outside a batch, of steps they do not want."""
    person = contributors.person_ids(contributor=contributor)
    lent = Assignment.objects.lent().filter(contributor__in=person, batch=None)
    held = lent.select_related("microtask__step", "microtask__campaign")
    return [
        each
        for each in held
        if not is_wanted(
            step=each.microtask.step, campaign=each.microtask.campaign, contributor=contributor
        )
    ]


def wanted(*, campaigns: Sequence[Campaign], contributor: Contributor | None) -> list[Campaign]:
    """Those of these campaigns of which this person can be given something."""
    if contributor is None or not has_any(contributor=contributor):
        return list(campaigns)
    steps = Step.objects.filter(campaign__in=[each.pk for each in campaigns])
    of_campaign: dict[int, list[Step]] = {}
    for step in steps:
        of_campaign.setdefault(step.campaign_id, []).append(step)
    return [
        each
        for each in campaigns
        if any(
            is_wanted(step=step, campaign=each, contributor=contributor)
            for step in of_campaign.get(each.pk, [])
        )
    ]


def has_any(*, contributor: Contributor) -> bool:
    """Whether this person leaves anything out."""
    return bool(contributor.reads or contributor.no_handwriting or contributor.no_sensitive)

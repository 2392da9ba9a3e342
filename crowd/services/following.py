"""Following: people who want to know what becomes of a target."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crowd.models import Contributor, Excerpt, Follow
from crowd.services import contributors, stages
from crowd.services.stages import Target


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A follow, and how far its target is."""

    follow: Follow
    target: Target


@transaction.atomic
def follow(
    *, excerpt: Excerpt, contributor: Contributor, by_mail: bool = False, now: datetime
) -> Follow:
    """Follow a target; again, it says whether by e-mail. Only accounts are written to."""
    person = contributors.hold(contributor_id=contributor.pk)
    target = stages.of_target(excerpt=excerpt)
    latest = excerpt.comments.published().order_by("-pk").values_list("pk", flat=True).first()
    made, _ = Follow.objects.update_or_create(
        excerpt=excerpt,
        contributor_id=person[0],
        defaults={"by_mail": by_mail and contributor.user_id is not None},
        create_defaults={
            "by_mail": by_mail and contributor.user_id is not None,
            "told_stage": target.stage.key if target else "",
            "told_comment": latest or 0,
            "made_at": now,
        },
    )
    return made


def unfollow(*, excerpt: Excerpt, contributor: Contributor) -> None:
    """Follow a target no longer; twice is harmless."""
    person = contributors.person_ids(contributor=contributor)
    Follow.objects.filter(excerpt=excerpt, contributor__in=person).delete()


def of_target(*, excerpt: Excerpt, contributor: Contributor | None) -> Follow | None:
    """Whether, and how, this person follows a target."""
    if contributor is None:
        return None
    person = contributors.person_ids(contributor=contributor)
    return Follow.objects.filter(excerpt=excerpt, contributor__in=person).first()


def of_contributor(*, contributor: Contributor) -> list[Followed]:
    """What a person follows and may still see, the latest first."""
    person = contributors.person_ids(contributor=contributor)
    follows = Follow.objects.filter(contributor__in=person, excerpt__hidden_at=None)
    loaded = follows.select_related("excerpt__document", "excerpt__campaign").order_by("-made_at")
    found = [(each, stages.of_target(excerpt=each.excerpt)) for each in loaded[:100]]
    return [Followed(follow=each, target=target) for each, target in found if target]


def forget(*, contributor_ids: Collection[int]) -> None:
    """Delete what these people follow."""
    Follow.objects.filter(contributor__in=contributor_ids).delete()

"""Outcomes: what a campaign's work has changed, told by its team, and asked for when it is time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from crowd.models import Campaign, Membership, User
from crowd.models.campaigns import Role
from crowd.rules.problems import Problem
from crowd.services import changes, contributors, mails

LONGEST = 20_000  # characters
ASKED_AFTER = timedelta(days=1)  # past the deadline
ASKED_UNTIL = timedelta(days=60)


@transaction.atomic
def tell(*, campaign: Campaign, text: str, user: User, now: datetime) -> None:
    """Publish what came of it, or correct it; "" takes it back.

    Raises:
        Problem: `text_too_long`.
    """
    said = text.strip()
    if len(said) > LONGEST:
        raise Problem("text_too_long", length=len(said), most=LONGEST)
    if said == campaign.outcome:
        return
    before, campaign.outcome = campaign.outcome, said
    campaign.save(update_fields=["outcome"])
    changes.record(
        campaign=campaign,
        user=user,
        what="campaign.outcome_told",
        details={"before": before},
        now=now,
    )


def ask(*, now: datetime) -> int:
    """Remind the owners of campaigns whose deadline is past, once each, to tell what came of it.

    Returns:
        How many mails were written down.
    """
    today = now.date()
    past = Q(deadline__lte=today - ASKED_AFTER, deadline__gte=today - ASKED_UNTIL)
    waiting = Campaign.objects.visible().filter(past, outcome="")
    owners = Membership.objects.filter(campaign__in=waiting, role=Role.OWNER)
    sent = 0
    for owner in owners.select_related("campaign", "user"):
        campaign = owner.campaign
        made = mails.send(
            to=owner.user,
            template="outcome_wanted",
            context={
                "title": campaign.title,
                "link": f"/c/{campaign.slug}/workshop/outcome/",
            },
            language=contributors.language_of(user=owner.user, otherwise=campaign.language),
            key=f"outcome-{campaign.pk}-{owner.user_id}",
            now=now,
        )
        sent += made is not None
    return sent

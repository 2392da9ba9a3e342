"""Campaigns for programs to try themselves on: `python -m tests.programs.drives SLUG…`.

Prints their owner's API key.
"""

import io
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, User  # noqa: E402
from crowd.rules.lifecycle import CampaignState  # noqa: E402
from crowd.services import accounts, campaigns, intake, splitting  # noqa: E402

LETTERS = ["More buses.", "A cycle path, please.", "Mend the pavement.", "No cars.", "Thank you."]
READ = {
    "key": "read",
    "title": "Read the letter",
    "agree": 2,
    "at_most": 3,
    "lease_seconds": 600,
    "questions": [
        {
            "key": "asks",
            "kind": "choice",
            "label": "Does it ask for something?",
            "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
        }
    ],
}


def make(slug: str, owner: User) -> None:
    """An open campaign on five letters, nothing of which is veiled."""
    now = timezone.now()
    described = {"slug": slug, "title": f"The {slug}", "language": "en", "steps": [READ]}
    made = campaigns.set_up(description=described, owner=owner, now=now)
    Campaign.objects.filter(pk=made.pk).update(veiled_share=0.0)
    table = "\n".join(["letter", *(f'"{each}"' for each in LETTERS)]).encode()
    received = intake.receive(campaign=made, upload=io.BytesIO(table), name="letters.csv", now=now)
    splitting.split(document_id=received.pk, now=now)
    campaigns.move(campaign=made, state=CampaignState.OPEN, now=now)


def main(slugs: list[str]) -> None:
    """Make one campaign a slug."""
    owner, _ = User.objects.get_or_create(email="owner@example.org")
    for slug in slugs:
        make(slug, owner)
    print(accounts.make_key(user=owner, name="script", now=timezone.now()))


if __name__ == "__main__":
    main(sys.argv[1:])

"""What is veiled looks unsettled on every page, in every answer of the API, in every socket.

Two micro-tasks are told the same things; one of them is settled under its veil. Nobody may find
anything, anywhere, that is said of the one and not of the other.
"""

import json
import re
from typing import Any

import pytest
from django.test import Client

from crowd.models import Campaign, Contributor, Verdict
from crowd.services import contributors, news, progress
from tests.frontend.drives import cross_check, open_drive, person, say

pytestmark = pytest.mark.django_db

ONE_STEP: dict[str, Any] = {
    "steps": [
        {
            "key": "read",
            "title": "Read the letter",
            "agree": 2,
            "at_most": 3,
            "questions": [
                {
                    "key": "proposal",
                    "kind": "choice",
                    "label": "Does it propose something?",
                    "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
                }
            ],
        }
    ]
}


def told(client: Client, someone: Contributor, campaign: Campaign) -> dict[str, str]:
    """Everything anyone, and this person, can read about the campaign."""
    progress.forget(campaign.pk)
    client.cookies["tamis_guest"] = contributors.token_of(contributor=someone)
    token = f"Bearer {contributors.token_of(contributor=someone)}"
    microtask = campaign.microtasks.order_by("pk").first()
    assert microtask is not None
    pages = [
        "/",
        f"/c/{campaign.slug}/",
        f"/c/{campaign.slug}/progress/",
        f"/c/{campaign.slug}/board/",
        f"/excerpts/{microtask.excerpt_id}/",
        "/contributions/",
        "/contributions/numbers/",
    ]
    api = [
        f"/campaigns/{campaign.slug}",
        f"/campaigns/{campaign.slug}/progress",
        f"/campaigns/{campaign.slug}/verdicts",
        f"/campaigns/{campaign.slug}/verdicts.csv",
        f"/campaigns/{campaign.slug}/leaderboard",
        f"/excerpts/{microtask.excerpt_id}",
        "/contributors/me",
        "/contributors/me/answers",
        "/leaderboard",
    ]
    found = {page: _text(client.get(page, headers={"Accept-Language": "en"})) for page in pages}
    for address in api:
        found[address] = _text(Client().get(f"/api/v1{address}", headers={"Authorization": token}))
    found["socket of the campaign"] = json.dumps(news.of_campaign(campaign))
    found["socket of the person"] = json.dumps(news.of_contributor(someone))
    return found


def _text(reply: Any) -> str:
    assert reply.status_code == 200, reply.content
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    text = body.decode() + "\n".join(f"{name}: {value}" for name, value in reply.items())
    text = re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(r"(Content-Length|Expires|ETag|RateLimit): .*", "", text)


def _without_counts_of_answers(text: str) -> str:
    """How many answers there are, and by how many people, is no secret; nor how long ago."""
    text = re.sub(r'"(answers|contributors|waiting)": ?\d+', "", text)
    text = re.sub(r'data-live="(answers|contributors)">[\d\s]+', "", text)
    text = re.sub(r"\d+ (people|person|answers?)\b", "", text)
    return re.sub(r"<time.*?</time>", "", text)


def test_nothing_tells_that_a_veiled_micro_task_is_settled(client: Client, settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0
    campaign = open_drive(rows=3, **ONE_STEP)
    me = person("Ada", listed=True)
    say(me, campaign, {"proposal": "yes"})
    say(person(), campaign, {"proposal": "no"})
    cross_check()
    before = told(client, me, campaign)
    say(person(), campaign, {"proposal": "yes"})
    cross_check()
    verdict = Verdict.objects.get(outcome="settled")
    assert verdict.microtask.veiled
    after = told(client, me, campaign)
    for where, text in after.items():
        assert _without_counts_of_answers(text) == _without_counts_of_answers(before[where]), where
    assert client.get(f"/verdicts/{verdict.pk}/").status_code == 404
    assert client.get(f"/api/v1/verdicts/{verdict.pk}").status_code == 404
    Campaign.objects.update(state="closed")
    assert client.get(f"/verdicts/{verdict.pk}/").status_code == 200
    assert client.get(f"/api/v1/verdicts/{verdict.pk}").status_code == 200
    assert "Yes" in told(client, me, campaign)[f"/excerpts/{verdict.microtask.excerpt_id}/"]

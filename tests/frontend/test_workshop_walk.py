"""Every page of the workshop: nothing for axe to mind, nothing off a phone's screen.

A page that is in `workshop_urls` and not in the walk fails. With `TAMIS_TEST_PICTURES=DIRECTORY`
each is drawn, too, in both languages.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from crowd.models import Campaign, Membership, PageMatch, User, Webhook
from crowd.models.audits import AuditPer
from crowd.services import (
    amendments,
    audits,
    comments,
    finds,
    reports,
    rollups,
    rooms,
    snapshots,
    tryouts,
)
from frontend.workshop_urls import urlpatterns
from tests import builders, chromium, collecting
from tests.builders import Drive
from tests.frontend import forms, hands, team

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]

PICTURES = os.environ.get("TAMIS_TEST_PICTURES", "")
KIND = "document.finished"
SIZES = {"phone": (360, 740), "desk": (1280, 860)}
# Files, parts of pages, and what only takes a form and leads on.
NO_PAGES = {
    *("cause_picture", "moved_file", "document_list", "all_documents", "document", "original"),
    *("cutting_preview", "deliver_files", "deliver_several", "deliver_urls", "deliver_iiif"),
    *("refusal", "delivery", "group", "comment", "room_close", "room_sheet", "decide_words"),
    *("decide_find", "review_next", "report", "add_step", "step_preview", "arrange_step"),
    *("setup_file", "member", "revoke_invitation", "picture"),
}


def made() -> dict[str, dict[str, Any]]:
    """Four campaigns, each with what some pages need: the numbers in their addresses."""
    now = timezone.now()
    draft, paper = team.draft(), forms.campaign_of_forms(old=2, new=1)
    forms.group(paper)
    layout = forms.layout_of(forms.OLD)
    forms.draw(layout, "declarant", "jobs")
    cut = paper.excerpts.filter(kind="zone").order_by("pk")[0]
    forms.open_to_all(paper)
    for person in builders.guests(3):
        builders.say(cut.microtasks.get(), builders.CUT, by=person, now=now)
    running = builders.drive(excerpts=5, agree=2, at_most=3, veiled_share=0.0)
    for number, values in enumerate(("abc", "aaa", "aab", "abc"), 1):
        for value, person in zip(values, builders.guests(len(values)), strict=True):
            running.say(value, by=person, about=number, now=now)
    letters = collecting.drive(excerpts=3)
    sent = collecting.prove(letters, builders.guest(), now=now)
    collecting.check(sent, collecting.PRIVATE, now=now)
    text = "She moved to another district in May."
    comments.write(excerpt=letters.excerpts[1], contributor=builders.guest(), text=text, now=now)
    builders.settle(now=now)
    owner = User.objects.create_user("owner@example.org", is_superuser=True)
    campaigns = (draft, paper, running.campaign, letters.campaign)
    Membership.objects.bulk_create(
        Membership(campaign=each, user=owner, role="owner") for each in campaigns
    )
    document, pages = paper.documents.order_by("pk")[0], PageMatch.objects.order_by("pk")
    return {
        "draft": _of_draft(draft, owner, now),
        "forms": {
            "slug": paper.slug,
            "layout": layout.pk,
            "zones": layout.pk,
            "preview": layout.pk,
            "place": pages.filter(document__layout=layout)[0].pk,
            "cut": cut.pk,
            "cutting": document.pk,
        },
        "running": _of_running(running, owner, now),
        "collecting": {"slug": letters.campaign.slug, "file": sent.pk},
        "owner": {"pk": owner.pk},
    }


def _of_draft(draft: Campaign, owner: User, now: datetime) -> dict[str, Any]:
    tried = builders.document(draft, rows=3)
    drive = builders.Drive(campaign=draft, document=tried)
    drive.excerpts = builders.add_excerpts(drive, 3)
    tryouts.begin(campaign=draft, by=owner, now=now)
    return {"slug": draft.slug, "step": draft.steps.order_by("position")[0].pk}


def _of_running(running: Drive, owner: User, now: datetime) -> dict[str, Any]:
    campaign, first = running.campaign, running.excerpts
    finds.mark(excerpt=first[1], contributor=builders.guest(), sentence="Look, a cellar!", now=now)
    report = reports.personal_data(
        excerpt=first[4], contributor=builders.guest(), note="An address", now=now
    )
    step = campaign.steps.get()
    amended = amendments.propose_policy(step=step, policy={"at_most": 7}, by=owner, now=now)
    amendments.weigh(amendment=amended)
    webhook = Webhook.objects.create(
        campaign=campaign, address="https://example.org/x", kinds=[KIND], secret="s", made_at=now
    )
    rollups.count(campaign=campaign, now=now)
    snapshots.ask(campaign=campaign, user=owner, now=now)
    return {
        "slug": campaign.slug,
        "review_one": running.microtask(1).pk,
        "review_other": ("report", report.pk),
        "audit": audits.draw(
            campaign=campaign, per=AuditPer.CAMPAIGN, size=2, by=owner, now=now
        ).pk,
        "amend_policy": step.pk,
        "amend_question": step.questions.get().pk,
        "amendment": amended.pk,
        "webhook": webhook.pk,
        "room": rooms.open_room(
            campaign=campaign, title="Town hall", teams=["A", "B"], trusted=True, now=now
        ).pk,
    }


def addresses(there: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Name and address of every page, in the campaigns that have something for it."""
    found = []
    for pattern in urlpatterns:
        name = str(pattern.name)
        if name in NO_PAGES:
            continue
        bare = "<" not in str(pattern.pattern)
        for stage in ("draft", "forms", "running", "collecting"):
            known = there[stage]
            if bare or name in known:
                given = [] if bare else known[name]
                given = list(given) if isinstance(given, (list, tuple)) else [given]
                place = reverse(f"workshop:{name}", args=[known["slug"], *given])
                found.append((f"{name}-{stage}", place))
    return found


def test_no_page_of_the_workshop_is_missing_and_axe_minds_none(visit: Any) -> None:
    there = team.away(made)
    walked = addresses(there)
    names = {str(pattern.name) for pattern in urlpatterns} - NO_PAGES
    assert {name.rpartition("-")[0] for name, _ in walked} == names
    session = team.away(lambda: _session(there["owner"]["pk"]))
    minded = []
    for scheme, (size, (width, height)) in zip(("light", "dark"), SIZES.items(), strict=True):
        page = visit(
            viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
        )
        _enter(page, session)
        for name, place in walked:
            reply = page.goto(place)
            assert reply is not None
            if reply.status >= 400:
                minded.append(f"{place}: {reply.status}")
                continue
            minded += [f"{size} {each}" for each in _faults(page)]
            _draw(page, f"{name}-{size}")
    assert not minded, "\n".join(minded)


def _session(owner: int) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=owner))
    return client.cookies["sessionid"].value


def _enter(page: Page, session: str) -> None:
    page.goto("/about/")
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])


def _faults(page: Page) -> list[str]:
    try:
        hands.check(page)
    except AssertionError as fault:
        return [str(fault)[:600]]
    return []


def _draw(page: Page, name: str) -> None:
    """A picture of the page in both languages, where pictures are asked for."""
    if not PICTURES:
        return
    for language in ("en", "fr"):
        origin = page.evaluate("location.origin")
        page.context.add_cookies([{"name": "language", "value": language, "url": origin}])
        page.reload()
        page.screenshot(path=Path(PICTURES) / f"{name}-{language}.png", full_page=True)
    page.context.clear_cookies(name="language")

"""Campaigns in which every page of the workshop has something to show, and their addresses."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from crowd.models import Campaign, Membership, PageMatch, Step, User, Webhook
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
from tests import builders, collecting
from tests.frontend import forms, team

KIND = "document.finished"
# What is walked through in which campaign.
PAGES = {
    "draft": (
        *("overview", "cause", "documents", "questions", "step", "sure", "tryout", "open"),
        "game",
    ),
    "forms": (
        *("layouts", "layout", "zones", "preview", "place", "documents", "cutting", "cuts"),
        "cut",
    ),
    "running": (
        *("dashboard", "course", "amendments", "amend_policy", "amend_question", "amend_step"),
        "amendment",
        *("announcements", "rooms", "room", "finish", "outcome", "webhooks", "webhook"),
    ),
    "checked": (
        *("review", "review_one", "review_other", "words", "reports", "known", "known_new"),
        *("flags", "audits", "audit"),
    ),
    "collecting": (
        *("overview", "dashboard", "files", "file", "comments", "layouts", "team", "moving"),
        "log",
    ),
}
# Files, parts of pages, and what only takes a form and leads on.
NO_PAGES = {
    *("cause_picture", "moved_file", "document_list", "all_documents", "document", "original"),
    *("cutting_preview", "deliver_files", "deliver_several", "deliver_urls", "deliver_iiif"),
    *("refusal", "delivery", "group", "comment", "room_close", "room_sheet", "decide_words"),
    *("decide_find", "review_next", "report", "add_step", "step_preview", "arrange_step"),
    *("setup_file", "member", "revoke_invitation", "picture"),
}

Numbers = dict[str, Any]
"""A page's name → the numbers of its address."""


def made(stage: str) -> tuple[list[tuple[str, str]], User]:
    """(name, address) of each page of one campaign, and its owner."""
    owner = User.objects.create_user("owner@example.org", is_superuser=True)
    campaign, numbers = MAKERS[stage](owner)
    Membership.objects.create(campaign=campaign, user=owner, role="owner")
    return [(name, _address(campaign, name, numbers)) for name in PAGES[stage]], owner


def _address(campaign: Campaign, name: str, numbers: Numbers) -> str:
    given = numbers.get(name, ())
    rest = given if isinstance(given, tuple) else (given,)
    return reverse(f"workshop:{name}", args=[campaign.slug, *rest])


def _draft(owner: User) -> tuple[Campaign, Numbers]:
    made = team.draft()
    drive = builders.Drive(campaign=made, document=builders.document(made, rows=3))
    drive.excerpts = builders.add_excerpts(drive, 3)
    tryouts.begin(campaign=made, by=owner, now=timezone.now())
    return made, {"step": made.steps.order_by("position")[0].pk}


def _forms(_owner: User) -> tuple[Campaign, Numbers]:
    made = forms.campaign_of_forms(old=2, new=0)
    forms.group(made)
    layout = forms.layout_of(forms.OLD)
    forms.draw(layout, "declarant", "jobs")
    cut = made.excerpts.filter(kind="zone").order_by("pk")[0]
    forms.open_to_all(made)
    for person in builders.guests(3):
        builders.say(cut.microtasks.get(), builders.CUT, by=person, now=timezone.now())
    builders.settle(now=timezone.now())
    pages = PageMatch.objects.filter(document__layout=layout).order_by("pk")
    return made, {
        **dict.fromkeys(("layout", "zones", "preview"), layout.pk),
        "place": pages[0].pk,
        "cut": cut.pk,
        "cutting": made.documents.order_by("pk")[0].pk,
    }


def _answered() -> builders.Drive:
    """Some settled, one contested, one badly agreed on."""
    drive = builders.drive(excerpts=5, agree=2, at_most=3, veiled_share=0.0)
    for number, values in enumerate(("abc", "aaa", "aab", "abc"), 1):
        for value, person in zip(values, builders.guests(len(values)), strict=True):
            drive.say(value, by=person, about=number, now=timezone.now())
    builders.settle(now=timezone.now())
    return drive


def _running(owner: User) -> tuple[Campaign, Numbers]:
    campaign, now = _answered().campaign, timezone.now()
    step = campaign.steps.get()
    amended = amendments.propose_policy(step=step, policy={"at_most": 7}, by=owner, now=now)
    amendments.weigh(amendment=amended)
    _corrected(step, owner)
    webhook = Webhook.objects.create(
        campaign=campaign, address="https://example.org/x", kinds=[KIND], secret="s", made_at=now
    )
    rollups.count(campaign=campaign, now=now)
    snapshots.ask(campaign=campaign, user=owner, now=now)
    room = rooms.open_room(
        campaign=campaign, title="Town hall", teams=["A", "B"], trusted=True, now=now
    )
    return campaign, {
        "amend_policy": step.pk,
        "amend_step": step.pk,
        "amend_question": step.questions.get().pk,
        "amendment": amended.pk,
        "webhook": webhook.pk,
        "room": room.pk,
    }


def _corrected(step: Step, owner: User) -> None:
    """The words of a step and of its question, once each."""
    said = {"title": "Read the line", "instructions": "Only the left column.\n\nNothing else."}
    words = {"label": "Which of the three is written there?"}
    question, now = step.questions.get(), timezone.now()
    for made in (
        amendments.propose_step(step=step, changed=said, means_else=False, by=owner, now=now),
        amendments.propose_question(
            question=question, changed=words, means_else=False, by=owner, now=now
        ),
    ):
        amendments.apply(amendment=amendments.weigh(amendment=made), by=owner, now=now)


def _checked(owner: User) -> tuple[Campaign, Numbers]:
    drive, now = _answered(), timezone.now()
    finds.mark(
        excerpt=drive.excerpts[1], contributor=builders.guest(), sentence="Look, a cellar!", now=now
    )
    report = reports.personal_data(
        excerpt=drive.excerpts[4], contributor=builders.guest(), note="An address", now=now
    )
    audit = audits.draw(campaign=drive.campaign, per=AuditPer.CAMPAIGN, size=2, by=owner, now=now)
    return drive.campaign, {
        "review_one": drive.microtask(1).pk,
        "review_other": ("report", report.pk),
        "audit": audit.pk,
    }


def _collecting(_owner: User) -> tuple[Campaign, Numbers]:
    drive, now = collecting.drive(excerpts=3), timezone.now()
    sent = collecting.prove(drive, builders.guest(), now=now)
    collecting.check(sent, collecting.PRIVATE, now=now)
    text = "She moved to another district in May."
    comments.write(excerpt=drive.excerpts[1], contributor=builders.guest(), text=text, now=now)
    builders.settle(now=now)
    return drive.campaign, {"file": sent.pk}


MAKERS: dict[str, Callable[[User], tuple[Campaign, Numbers]]] = {
    "draft": _draft,
    "forms": _forms,
    "running": _running,
    "checked": _checked,
    "collecting": _collecting,
}

"""A whole site with people on it, so that every page has something to show."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.management import call_command
from django.utils import timezone

from crowd.models import Assignment, Campaign, Contributor, Excerpt, Membership, User, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.samples import declarations
from crowd.services import (
    apps,
    assignments,
    badges,
    batches,
    campaigns,
    certificates,
    comments,
    contributors,
    devices,
    finds,
    goals,
    intake,
    launching,
    machines,
    mails,
    memberships,
    outcomes,
    rooms,
    scores,
    suggestions,
    targets,
    teams,
    thanks,
    tryouts,
    tutorials,
)
from tests import builders, collecting, demo
from tests.builders import Drive
from tests.frontend import all_kinds, drives, team

APP_BACK = "http://127.0.0.1/back"  # where an app of others waits for an answer
OTHERWISE = {"proposal": "no", "topics": ["road"], "cost": None}


@dataclass
class Town:
    """What there is, and who walks through it.

    Attributes:
        guests: the tokens of a newcomer, of a player who has done nearly everything, and of a
            traveller who has taken some along.
        users: a member and one of the staff.
        fixed: what addresses are made of, by name.
    """

    guests: dict[str, str]
    users: dict[str, User]
    fixed: dict[str, Any] = field(default_factory=dict)


def build() -> Town:
    """Fill an empty site."""
    call_command("load_samples", verbosity=0)
    now = timezone.now()
    kinds = _all_kinds()
    team.split_all()
    demo.play(100)
    player = Contributor.objects.get(pseudonym=demo.BIRDS[0])
    newcomer, traveller = drives.person(), drives.person()
    member = User.objects.create_user("wren@example.org")
    staff = User.objects.create_superuser("staff@example.org")
    contributors.sign_in(user=member, guest=None, language="en", now=now)
    letters = drives.open_drive(rows=4, story="They came by post.\n\nAll winter long.")
    guests = {"newcomer": newcomer, "player": player, "traveller": traveller}
    town = Town(
        guests={who: contributors.token_of(contributor=each) for who, each in guests.items()},
        users={"member": member, "staff": staff},
    )
    town.fixed |= _read_letters(letters, player)
    town.fixed |= _game(player, member)
    town.fixed |= _targets(player)
    town.fixed |= _gates(member, staff, letters)
    town.fixed["scanned"] = Verdict.objects.current().filter(
        microtask__campaign__slug="declarations"
    )[0]
    town.fixed["letters"] = devices.make_code(contributor=player, now=now).letters
    town.fixed["stop"] = signing.dumps([member.pk, "followed"], salt=mails.SALT)
    mobility = Campaign.objects.get(slug="mobilite")
    batches.take_along(contributor=traveller, campaign=mobility, now=now)
    town.fixed["held"] = _lent(newcomer, "declarations")
    town.fixed["row_held"] = _lent(newcomer, "mobilite")
    town.fixed["kinds_held"] = _lent(newcomer, kinds.slug)
    town.fixed["gone"] = _hidden(newcomer)
    town.fixed["suggested"] = _suggested(newcomer)
    _closed(staff)
    return town


def _all_kinds() -> Campaign:
    campaign = campaigns.set_up(description=all_kinds.ALL_KINDS, owner=None, now=timezone.now())
    scan = io.BytesIO(declarations.pdf_bytes(pages=2, seed=5))
    intake.receive(campaign=campaign, upload=scan, name="forms.pdf", now=timezone.now())
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())
    return campaign


def _lent(person: Contributor, slug: str) -> Assignment:
    campaign = Campaign.objects.get(slug=slug)
    claim = assignments.claim_next(contributor=person, campaign=campaign, now=timezone.now())
    assert claim.assignment is not None, slug
    return claim.assignment


def _hidden(person: Contributor) -> Assignment:
    """What somebody holds while its excerpt is taken away."""
    drives.open_drive(rows=1, slug="hidden", title="Letters that were taken away")
    held = _lent(person, "hidden")
    Excerpt.objects.filter(pk=held.microtask.excerpt_id).update(hidden_at=timezone.now())
    return held


def _suggested(person: Contributor) -> Assignment:
    """What a machine has said something about."""
    now = timezone.now()
    campaign = drives.open_drive(rows=1, slug="suggested", title="Letters that a machine has read")
    machine, _token = machines.make(campaign=campaign, name="Reader", by=None, now=now)
    builders.say(campaign.microtasks.get(), drives.VALUES, by=machine.contributor, now=now)
    machines.change(machine=machine, suggests=True, by=None, now=now)
    held = _lent(person, campaign.slug)
    suggestions.offer(assignment=held, now=now)
    return held


def _read_letters(letters: Campaign, player: Contributor) -> dict[str, Any]:
    """One letter the player was right about, one the others saw otherwise, one that waits."""
    now = timezone.now()
    lesson = letters.microtasks.get(excerpt__position=4, step__key="read")
    tutorials.add(
        microtask=lesson,
        values={"proposal": "yes", "topics": ["bus"]},
        note="It asks for a bus.",
        now=now,
    )
    one, two, three, _four = letters.microtasks.filter(step__key="read").order_by("pk")
    first = builders.say(one, drives.VALUES, by=player, now=now)
    builders.say(two, OTHERWISE, by=player, now=now)
    waiting = builders.say(three, drives.VALUES, by=player, now=now)
    for microtask in (one, two, two):
        builders.say(microtask, drives.VALUES, by=drives.person(), now=now)
        drives.cross_check()
    settled, against = (Verdict.objects.current().get(microtask=each) for each in (one, two))
    find = finds.mark(
        excerpt=settled.microtask.excerpt,
        contributor=player,
        sentence="Someone writes to the mayor in verse.",
        now=now,
    )
    finds.decide(find=find, show=True, by=None, now=now)
    return {
        "verdict": settled,
        "against": against,
        "find": find,
        "waiting": waiting,
        "settled_lease": first.assignment_id,
        "excerpt": settled.microtask.excerpt,
        "room": rooms.open_room(
            campaign=letters,
            title="Library",
            teams=["Ground floor", "First floor"],
            trusted=True,
            now=now,
        ),
    }


def _game(player: Contributor, member: User) -> dict[str, Any]:
    now = timezone.now()
    everyone = list(Contributor.objects.values_list("pk", flat=True))
    goals.choose(contributor=player, answers=20, now=now)
    mobility = Campaign.objects.get(slug="mobilite")
    goals.set_together(
        campaign=mobility,
        title="Read by Sunday",
        target=80,
        until=now.date() + timedelta(days=4),
        now=now,
    )
    herons = teams.found(founder=player, name="Herons", is_open=True, now=now)
    thanks.say(
        campaign=mobility, author=member, words="Thank you: the council reads it now.", now=now
    )
    made = certificates.make(contributor=player, campaign=None, bearer="Ada Martin", now=now)
    badges.give(contributor_ids=everyone)
    scores.rebuild(now=now)
    return {"team": herons, "certificate": made}


def _targets(player: Contributor) -> dict[str, Any]:
    drive: Drive = collecting.drive(excerpts=5)
    now = timezone.now()
    collecting.check(collecting.prove(drive, player, now=now), collecting.FITS, now=now)
    taken = targets.take_on(contributor=player, microtask=drive.microtask(2, step="send"), now=now)
    said = comments.write(
        excerpt=drive.excerpts[0], contributor=player, text="The desk is open on Mondays.", now=now
    )
    comments.publish(comment=said, by=None, now=now)
    return {
        "collecting": drive.campaign,
        "target": drive.excerpts[0],
        "free_target": drive.excerpts[3],
        "taken": taken,
    }


def _gates(member: User, staff: User, letters: Campaign) -> dict[str, Any]:
    """What is entered by a link that somebody was sent."""
    now = timezone.now()
    Membership.objects.create(campaign=letters, user=staff, role="owner")
    permit = launching.ask(user=member, about="The letters of our valley.", now=now)
    _, secret = memberships.invite(campaign=letters, role="editor", by=staff, now=now)
    tryout = tryouts.begin(campaign=letters, by=staff, now=now)
    app, _ = apps.register(user=staff, name="Crier", addresses=[APP_BACK], on_a_server=False)
    return {"permit": permit, "secret": secret, "tryout": tryout, "app": app}


def _closed(staff: User) -> None:
    now = timezone.now()
    for slug, state in (("done", CampaignState.CLOSED), ("paused", CampaignState.PAUSED)):
        made = drives.open_drive(rows=2, slug=slug, title=f"The {slug} campaign")
        drives.say(drives.person(), made)
        campaigns.move(campaign=made, state=state, now=now)
    done = Campaign.objects.get(slug="done")
    outcomes.tell(campaign=done, text="The council has answered every letter.", user=staff, now=now)

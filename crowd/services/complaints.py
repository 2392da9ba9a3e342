"""Complaints: words that people chose, and that should not stand where everyone reads them.

Names of people and teams are replaced where they are kept, finds and comments leave the public
pages: so it holds for the next request of every door. What was complained about is read where it
stands, and kept nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from crowd.models import Award, Campaign, Comment, Complaint, Contributor, Find, Team, User
from crowd.models.complaints import About, ComplaintState
from crowd.models.finds import FindState
from crowd.models.targets import CommentState
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import campaigns, changes, contributors, names, notes

MOST_WAITING = 10  # complaints of one person that nobody has looked at yet
LONGEST_NOTE = 500  # characters
SHORTEST_NAME, LONGEST_NAME = 2, 40

Words = Contributor | Team | Find | Comment
MODELS: dict[About, Any] = {
    About.PSEUDONYM: Contributor,
    About.TEAM: Team,
    About.FIND: Find,
    About.COMMENT: Comment,
}


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Words that someone, or several people, complained about, as they stand now."""

    about: About
    subject: Words
    words: str
    complaints: list[Complaint]


def found(*, about: About, name: str, campaign: Campaign | None = None) -> Words | None:
    """What a complaint can be about: by name for people and teams, else by number; public ones."""
    if about is About.PSEUDONYM:
        return Contributor.objects.listed().filter(pseudonym__iexact=name).first()
    if about is About.TEAM:
        return Team.objects.filter(name__iexact=name).first()
    if not name.isdecimal() or len(name) > 18:
        return None
    shown: QuerySet[Any] = (
        Find.objects.public() if about is About.FIND else Comment.objects.published()
    )
    if campaign is not None:
        shown = shown.filter(excerpt__campaign=campaign)
    return shown.filter(pk=int(name)).select_related("excerpt__campaign").first()


def complain(
    *,
    subject: Words,
    contributor: Contributor,
    campaign: Campaign | None = None,
    note: str = "",
    now: datetime,
) -> Complaint:
    """Take a complaint. Made again while the first waits, that one is returned.

    Args:
        campaign: on whose page the words stood; None for the site's own.

    Raises:
        Problem: `note_too_long`, `complaints_too_many`.
    """
    if len(note) > LONGEST_NOTE:
        raise Problem("note_too_long", length=len(note), most=LONGEST_NOTE)
    about = _about(subject)
    if isinstance(subject, Find | Comment):
        campaign = subject.excerpt.campaign
    with transaction.atomic():
        # Rivals: this person's other tabs; how many of theirs wait is counted below.
        person = contributors.hold(contributor_id=contributor.pk)
        mine = Complaint.objects.waiting().filter(contributor__in=person)
        known = mine.filter(subject=about, subject_id=subject.pk).first()
        if known is not None:
            return known
        if mine.count() >= MOST_WAITING:
            raise Problem("complaints_too_many", most=MOST_WAITING)
        return Complaint.objects.create(
            subject=about,
            subject_id=subject.pk,
            campaign=campaign,
            contributor_id=person[0],
            note=storable(note).strip(),
            made_at=now,
        )


def may_moderate(*, campaign: Campaign | None, user: User | None) -> bool:
    """The site's staff everywhere; a campaign's reviewers, what is said on its pages."""
    if user is None or not user.is_active:
        return False
    if user.is_staff or user.is_superuser:
        return True
    return campaign is not None and campaigns.may_review(campaign=campaign, user=user)


def waiting(*, campaign: Campaign | None) -> list[Matter]:
    """What waits for a moderator, the oldest first.

    Args:
        campaign: None for all of the site.
    """
    open_ones = Complaint.objects.waiting().order_by("made_at", "pk")
    if campaign is not None:
        open_ones = open_ones.filter(campaign=campaign)
    matters: dict[tuple[str, int], list[Complaint]] = {}
    for each in open_ones.select_related("campaign"):
        matters.setdefault((each.subject, each.subject_id), []).append(each)
    return [
        Matter(about=About(about), subject=subject, words=words(subject), complaints=made)
        for (about, pk), made in matters.items()
        if (subject := MODELS[About(about)].objects.filter(pk=pk).first()) is not None
    ]


def count(*, campaign: Campaign | None) -> int:
    """How many complaints wait."""
    found = Complaint.objects.waiting()
    return (found if campaign is None else found.filter(campaign=campaign)).count()


def words(subject: Words) -> str:
    """What stands there now."""
    if isinstance(subject, Contributor):
        return subject.pseudonym or ""
    if isinstance(subject, Team):
        return subject.name
    return subject.sentence if isinstance(subject, Find) else subject.text


def on_boards(*, campaign: Campaign | None, most: int) -> list[Contributor]:
    """Who is listed by name, the newest first; of one campaign, who has points there."""
    listed = Contributor.objects.listed().order_by("-pk")
    if campaign is not None:
        listed = listed.filter(_on_board_of(campaign))
    return list(listed[:most])


def to_decide(*, about: About, subject_id: int, campaign: Campaign | None) -> Words | None:
    """What a moderator may decide about.

    Args:
        campaign: whose reviewers decide: only what someone complained about there, or who is on
            its board; None for the site's staff, who decide about everything.
    """
    found: Words | None = MODELS[about].objects.filter(pk=subject_id).first()
    if found is None or campaign is None:
        return found
    said = Complaint.objects.filter(campaign=campaign, subject=about, subject_id=subject_id)
    if said.exists():
        return found
    if isinstance(found, Contributor):
        return Contributor.objects.listed().filter(_on_board_of(campaign), pk=found.pk).first()
    return None


def _on_board_of(campaign: Campaign) -> Exists:
    earned = Award.objects.filter(campaign=campaign)
    of_person = Q(contributor=OuterRef("pk")) | Q(contributor__joined_into=OuterRef("pk"))
    return Exists(earned.filter(of_person))


@transaction.atomic
def uphold(
    *,
    subject: Words,
    by: User,
    campaign: Campaign | None,
    name: str = "",
    now: datetime,
) -> None:
    """Take words away: a name is replaced, a find or a comment is not shown any more.

    Everything complained about them is settled with it.

    Args:
        name: instead of a person's or a team's; "" for a neutral one.

    Raises:
        Problem: `pseudonym_length`, `pseudonym_taken`.
    """
    if isinstance(subject, Contributor | Team):
        _rename(subject, " ".join(name.split()), now)
    elif isinstance(subject, Find):
        hidden = {"state": FindState.HIDDEN.value, "decided_by": by, "decided_at": now}
        Find.objects.filter(pk=subject.pk).update(**hidden)
    else:
        away = {"state": CommentState.HIDDEN.value, "decided_by": by, "decided_at": now}
        Comment.objects.filter(pk=subject.pk).update(**away)
    _close(subject, ComplaintState.UPHELD, by=by, now=now)
    _tell(subject, by=by, campaign=campaign, now=now)


@transaction.atomic
def dismiss(*, subject: Words, by: User, now: datetime) -> None:
    """These words may stand."""
    _close(subject, ComplaintState.DISMISSED, by=by, now=now)


def _rename(subject: Contributor | Team, name: str, now: datetime) -> None:
    if name and not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Problem("pseudonym_length", least=SHORTEST_NAME, most=LONGEST_NAME)
    try:
        names.rename(subject=subject, name=name, now=now)
    except IntegrityError:
        raise Problem("pseudonym_taken") from None


def _close(subject: Words, state: ComplaintState, *, by: User, now: datetime) -> None:
    made = Complaint.objects.waiting().filter(subject=_about(subject), subject_id=subject.pk)
    made.update(state=state.value, decided_by=by, decided_at=now)


def _tell(subject: Words, *, by: User, campaign: Campaign | None, now: datetime) -> None:
    """Into the campaign's log, and to open pages: a projector must not keep the name."""
    if campaign is not None:
        details = {"about": _about(subject).value}
        changes.record(
            campaign=campaign, user=by, what="words.taken_away", details=details, now=now
        )
    if isinstance(subject, Contributor):
        shown_in = Campaign.objects.filter(Q(awards__contributor=subject)).distinct()
        notes.note(
            campaign_ids=list(shown_in.values_list("pk", flat=True)), contributor_ids=[subject.pk]
        )


def _about(subject: Words) -> About:
    return next(about for about, model in MODELS.items() if isinstance(subject, model))

"""Campaigns: set one up from a description, open and close it, and who may do that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from crowd import later
from crowd.models import Campaign, Excerpt, Membership, Question, Step, User
from crowd.models.campaigns import Role
from crowd.models.documents import ExcerptKind
from crowd.models.steps import Preset
from crowd.rules import lifecycle, opening
from crowd.rules import questions as rules
from crowd.rules.lifecycle import CampaignState
from crowd.rules.policy import MOST
from crowd.rules.problems import Problem
from crowd.rules.questions import Kind
from crowd.rules.splitting.plans import By
from crowd.services import changes, openings, outlines, queues, tidings

# How sure a step wants to be: `preset`, and the numbers that go with it (`models.steps`).
POLICY = ("preset", "agree", "at_most", "at_least", "sure", "per_room")
MAY_EDIT = (Role.OWNER, Role.EDITOR)
MAY_REVIEW = (*MAY_EDIT, Role.REVIEWER)
MAY_LOOK = (*MAY_REVIEW, Role.READER)
TOLD = {  # a move, in the log
    CampaignState.OPEN: "campaign.opened",
    CampaignState.PAUSED: "campaign.paused",
    CampaignState.CLOSED: "campaign.closed",
}
AT_ONCE = 2000  # excerpts
LONGEST_VALUE = 100  # characters of an option's value: follow-ups are about one


@transaction.atomic
def set_up(*, description: Mapping[str, Any], owner: User | None, now: datetime) -> Campaign:
    """A draft campaign with its steps and questions.

    Args:
        description: slug, title, problem, solution, story, licence, language, deadline_days, game
            and steps, each with its questions (`crowd/samples/campaigns.py` shows two).

    Raises:
        Problem: a step's condition or a question can't work.
    """
    days = description.get("deadline_days")
    named = ["slug", "title", "problem", "solution", "story", "licence", "language", "game"]
    named += ["order", "order_column", "handwritten", "sensitive"]
    campaign = Campaign.objects.create(
        **{name: description[name] for name in named if name in description},
        deadline=(now + timedelta(days=days)).date() if days else None,
        owner=owner,
        made_at=now,
    )
    if owner is not None:
        Membership.objects.create(campaign=campaign, user=owner, role=Role.OWNER)
    earlier: dict[str, dict[str, rules.Question]] = {}
    for position, step in enumerate(description["steps"]):
        made = _add_step(campaign, step, position, earlier)
        earlier[made.key] = {question.key: question.rule for question in made.questions.all()}
    return campaign


def _add_step(
    campaign: Campaign,
    description: Mapping[str, Any],
    position: int,
    earlier: Mapping[str, Mapping[str, rules.Question]],
) -> Step:
    if description.get("opens_when"):
        opening.check(description["opens_when"], earlier)
    named = ["key", "title", "instructions", "example", "handwritten", "sensitive"]
    named += ["opens_when", "lease_seconds", *POLICY]
    step = Step.objects.create(
        campaign=campaign,
        position=position,
        **_most_asked(description),
        **{name: description[name] for name in named if name in description},
    )
    asked: list[rules.Question] = []
    for number, question in enumerate(description["questions"]):
        check_question(question, asked)
        made = Question.objects.create(step=step, position=number, **question)
        asked.append(made.rule)
    return step


def _most_asked(description: Mapping[str, Any]) -> dict[str, int]:
    """Where a step goes by probability and says no more, as many are asked as that rule wants."""
    by_probability = description.get("preset") in {Preset.CAREFUL, Preset.VERY_CAREFUL}
    return {"at_most": MOST} if by_probability and "at_most" not in description else {}


def check_question(question: Mapping[str, Any], earlier: Sequence[rules.Question] = ()) -> None:
    """Refuse a question nobody could answer.

    Args:
        earlier: the questions before it in its step.

    Raises:
        Problem: `question_invalid`.
    """
    key = str(question.get("key"))
    if question.get("kind") not in {kind.value for kind in Kind}:
        raise Problem("question_invalid", key=key, what="kind")
    options = question.get("options") or []
    if question["kind"] in {Kind.CHOICE.value, Kind.CHOICES.value} and not _can_be_chosen(options):
        raise Problem("question_invalid", key=key, what="options")
    if options and not _can_be_chosen(options):
        raise Problem("question_invalid", key=key, what="options")
    settings = question.get("settings") or {}
    if not isinstance(settings, dict):
        raise Problem("question_invalid", key=key, what="settings")
    rule = rules.Question(
        key=key,
        kind=Kind(question["kind"]),
        options=tuple(option["value"] for option in options),
        settings=settings,
    )
    rules.check_question(rule, earlier)


def _can_be_chosen(options: Any) -> bool:
    """Whether there is something to choose, each with a value and a label of its own."""
    if not isinstance(options, list) or not options:
        return False
    if not all(isinstance(option, dict) for option in options):
        return False
    values = [option.get("value") for option in options]
    fits = all(isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE for value in values)
    return fits and len(set(values)) == len(values) and all(o.get("label") for o in options)


def move(
    *, campaign: Campaign, state: CampaignState, now: datetime, by: User | None = None
) -> None:
    """Open, pause, close or reopen a campaign.

    Args:
        by: who does it, for the log; None: a command, or the site itself.

    Raises:
        lifecycle.ForbiddenMove: not from where it is.
    """
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        lifecycle.check(lifecycle.CAMPAIGN_MOVES, CampaignState(held.state), state)
        held.state = state.value
        held.opened_at = held.opened_at or (now if state is CampaignState.OPEN else None)
        held.closed_at = now if state is CampaignState.CLOSED else None
        held.save(update_fields=["state", "opened_at", "closed_at"])
        campaign.refresh_from_db()
        changes.record(campaign=campaign, user=by, what=TOLD[state], now=now)
        tidings.of_state(campaign=campaign, now=now)
        queues.refill_soon()
        if state is CampaignState.CLOSED:
            later.after_commit(
                "tasks.consensus.lift_veils", queue="consensus", campaign_id=campaign.pk
            )
    outlines.forget()


@transaction.atomic
def set_deadline(
    *, campaign: Campaign, deadline: date | None, now: datetime, by: User | None = None
) -> None:
    """Move the deadline; None: there is none any more.

    Raises:
        Problem: `deadline_past`.
    """
    if deadline is not None and deadline < now.date():
        raise Problem("deadline_past")
    campaign.deadline = deadline
    campaign.save(update_fields=["deadline"])
    told = {"date": deadline.isoformat() if deadline else "—"}
    changes.record(campaign=campaign, user=by, what="campaign.deadline", details=told, now=now)
    outlines.forget()


def ask_about_all(*, campaign: Campaign) -> int:
    """Make the micro-tasks of steps that were added after documents came in.

    A zone is asked what its step says; a page from which zones are cut is asked nothing.

    Returns:
        How many pairs of step and excerpt there are.
    """
    first = openings.first_steps(campaign)
    made = 0
    found = asked_about(campaign).iterator(chunk_size=AT_ONCE)
    while some := list(islice(found, AT_ONCE)):
        ties: dict[int | None, list[Excerpt]] = defaultdict(list)
        for excerpt in some:
            ties[excerpt.zone.step_id if excerpt.zone else None].append(excerpt)
        for tie, excerpts in ties.items():
            steps = first if tie is None else [step for step in first if step.pk == tie]
            made += openings.for_excerpts(campaign=campaign, excerpts=excerpts, steps=steps)
    return made


def asked_about(campaign: Campaign) -> QuerySet[Excerpt]:
    """The excerpts that people are asked about, with their document and zone."""
    cut_up = Exists(Excerpt.objects.filter(within=OuterRef("pk")))
    for_zones = Q(document__splitting__by=By.ZONES.value)
    shown = Excerpt.objects.filter(campaign=campaign, hidden_at=None)
    pages = Q(kind=ExcerptKind.PAGE.value) & (for_zones | cut_up)
    return shown.exclude(pages).select_related("document", "zone").order_by("pk")


def may_manage(*, campaign: Campaign, user: User | None) -> bool:
    """Whether an account may say who is in a campaign's team."""
    return _is_one_of((Role.OWNER,), campaign, user)


def may_edit(*, campaign: Campaign, user: User | None) -> bool:
    """Whether an account may change a campaign and add documents."""
    return _is_one_of(MAY_EDIT, campaign, user)


def may_review(*, campaign: Campaign, user: User | None) -> bool:
    """Whether an account may decide what is shown: reports, cuts, contested answers."""
    return _is_one_of(MAY_REVIEW, campaign, user)


def may_look(*, campaign: Campaign, user: User | None) -> bool:
    """Whether an account belongs to a campaign's team, and may see its workshop."""
    return _is_one_of(MAY_LOOK, campaign, user)


def _is_one_of(roles: Sequence[Role], campaign: Campaign, user: User | None) -> bool:
    if user is None or not user.is_active:
        return False
    return (
        user.is_superuser
        or Membership.objects.filter(campaign=campaign, user=user, role__in=roles).exists()
    )


def visible_to(*, user: User | None) -> "Any":
    """The campaigns an account may see: public ones, and its own drafts."""
    if user is not None and user.is_superuser:
        return Campaign.objects.all()
    visible = Campaign.objects.visible()
    if user is None:
        return visible
    return (visible | Campaign.objects.filter(memberships__user=user)).distinct()

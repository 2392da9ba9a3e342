"""What a campaign still lacks before it opens. Says it; never blocks a draft."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.db.models import Exists, OuterRef

from crowd.models import Campaign, Document, Question
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting.plans import By
from crowd.services import campaigns


class Stage(Enum):
    """The stages of setting up, in order."""

    CAUSE = "cause"
    DOCUMENTS = "documents"
    QUESTIONS = "questions"
    SURE = "sure"
    TRYOUT = "tryout"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing to do. `needed`: the campaign can't open without it; else it is advised."""

    stage: Stage
    problem: Problem
    needed: bool = False


def missing(*, campaign: Campaign) -> list[Missing]:
    """What is missing, stage by stage; nothing is written."""
    return [*_cause(campaign), *_documents(campaign), *_questions(campaign), *_tryout(campaign)]


CAUSE = {  # field of the campaign → what is said when it is empty
    "title": Problem("cause_without_title"),
    "problem": Problem("cause_without_problem"),
    "solution": Problem("cause_without_solution"),
    "story": Problem("cause_without_story"),
    "picture": Problem("cause_without_picture"),
    "deadline": Problem("cause_without_deadline"),
    "use": Problem("cause_without_use"),
    "licence": Problem("cause_without_licence"),
}
NEEDED = ("title", "problem")


def _cause(campaign: Campaign) -> Iterator[Missing]:
    for field, problem in CAUSE.items():
        if not getattr(campaign, field):
            yield Missing(stage=Stage.CAUSE, problem=problem, needed=field in NEEDED)


def _documents(campaign: Campaign) -> Iterator[Missing]:
    documents = Document.objects.filter(campaign=campaign)
    if not documents.exists():
        yield Missing(
            stage=Stage.DOCUMENTS, problem=Problem("campaign_without_documents"), needed=True
        )
        return
    if not campaigns.asked_about(campaign).exists():
        # Pages that wait for zones are shown nowhere and asked about by nobody.
        for_zones = documents.filter(splitting__by=By.ZONES.value).exists()
        problem = Problem("campaign_without_excerpts")
        if for_zones:
            problem = Problem("campaign_without_zones")
        yield Missing(stage=Stage.DOCUMENTS, problem=problem, needed=True)
    failed = documents.filter(state=DocumentState.FAILED.value).count()
    if failed:
        yield Missing(stage=Stage.DOCUMENTS, problem=Problem("documents_failed", count=failed))
    moving = documents.unfinished().count()
    if moving:
        yield Missing(stage=Stage.DOCUMENTS, problem=Problem("documents_underway", count=moving))


def _questions(campaign: Campaign) -> Iterator[Missing]:
    asked = Exists(Question.objects.filter(step=OuterRef("pk")))
    steps = list(campaign.steps.annotate(asks=asked).order_by("position"))
    if not any(step.opens_when is None for step in steps):
        yield Missing(stage=Stage.QUESTIONS, problem=Problem("campaign_without_steps"), needed=True)
    for step in steps:
        if not step.asks:
            problem = Problem("step_without_questions", step=step.title)
            yield Missing(stage=Stage.QUESTIONS, problem=problem, needed=True)
        elif not step.instructions:
            problem = Problem("step_without_instructions", step=step.title)
            yield Missing(stage=Stage.QUESTIONS, problem=problem)


def _tryout(campaign: Campaign) -> Iterator[Missing]:
    if not campaign.tryouts.filter(trials__isnull=False).exists():
        yield Missing(stage=Stage.TRYOUT, problem=Problem("campaign_never_tried"))

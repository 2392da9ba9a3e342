"""The nouns: documents → micro-tasks → assignments → answers → verdicts → awards."""

from crowd.models.users import ApiKey, User  # isort: skip
from crowd.models.contributors import Contributor, Room  # isort: skip
from crowd.models.campaigns import Campaign, Membership  # isort: skip
from crowd.models.documents import Document, Excerpt  # isort: skip
from crowd.models.steps import Question, Step  # isort: skip
from crowd.models.microtasks import KnownAnswer, MicroTask  # isort: skip
from crowd.models.reviews import Flag, Review  # isort: skip
from crowd.models.knowledge import Belief, Habit, QuestionKnowledge, Reliability  # isort: skip
from crowd.models.assignments import Assignment  # isort: skip
from crowd.models.answers import Answer  # isort: skip
from crowd.models.verdicts import Verdict, VerdictAnswer  # isort: skip
from crowd.models.awards import Award  # isort: skip

__all__ = [
    "Answer",
    "ApiKey",
    "Assignment",
    "Award",
    "Belief",
    "Campaign",
    "Contributor",
    "Document",
    "Excerpt",
    "Flag",
    "Habit",
    "KnownAnswer",
    "Membership",
    "MicroTask",
    "Question",
    "QuestionKnowledge",
    "Reliability",
    "Review",
    "Room",
    "Step",
    "User",
    "Verdict",
    "VerdictAnswer",
]

"""The nouns: documents → micro-tasks → assignments → answers → verdicts → awards."""

from crowd.models.users import ApiKey, User  # isort: skip
from crowd.models.contributors import Contributor  # isort: skip
from crowd.models.campaigns import Campaign, Membership  # isort: skip
from crowd.models.rooms import Room, Seat  # isort: skip
from crowd.models.changes import Change  # isort: skip
from crowd.models.invitations import Invitation, LaunchPermit  # isort: skip
from crowd.models.deliveries import Delivery, Refusal  # isort: skip
from crowd.models.documents import Document, Excerpt  # isort: skip
from crowd.models.stretches import Stretch  # isort: skip
from crowd.models.steps import Question, Step  # isort: skip
from crowd.models.layouts import Cutting, Layout, PageMatch, Zone  # isort: skip
from crowd.models.reports import Report  # isort: skip
from crowd.models.microtasks import KnownAnswer, MicroTask  # isort: skip
from crowd.models.reviews import Flag, Review  # isort: skip
from crowd.models.knowledge import Belief, Habit, QuestionKnowledge, Reliability  # isort: skip
from crowd.models.batches import Batch  # isort: skip
from crowd.models.assignments import Assignment  # isort: skip
from crowd.models.drafts import Draft  # isort: skip
from crowd.models.answers import Answer  # isort: skip
from crowd.models.machines import Machine, Suggestion  # isort: skip
from crowd.models.verdicts import Verdict, VerdictAnswer  # isort: skip
from crowd.models.teams import Team, TeamPlace  # isort: skip
from crowd.models.awards import Award  # isort: skip
from crowd.models.mails import Mail, MailChoice  # isort: skip
from crowd.models.announcements import Announcement  # isort: skip
from crowd.models.rollups import DayCount, DocumentCount, HourCount, RollUp  # isort: skip
from crowd.models.amendments import Amendment  # isort: skip
from crowd.models.audits import Audit, AuditItem  # isort: skip
from crowd.models.complaints import Complaint, RefusedName  # isort: skip
from crowd.models.finds import Find  # isort: skip
from crowd.models.legal import LegalText, RetentionRule  # isort: skip
from crowd.models.objections import Objection  # isort: skip
from crowd.models.moves import Move  # isort: skip
from crowd.models.snapshots import Snapshot, SnapshotFile  # isort: skip
from crowd.models.uploads import Upload  # isort: skip
from crowd.models.targets import Comment, Follow  # isort: skip
from crowd.models.badges import Badge, Welcome  # isort: skip
from crowd.models.goals import CampaignGoal, WeeklyGoal  # isort: skip
from crowd.models.repeats import KeptReply  # isort: skip
from crowd.models.experiments import Experiment, Subject  # isort: skip
from crowd.models.thanks import Certificate, Thanks  # isort: skip
from crowd.models.tryouts import Trial, Tryout  # isort: skip
from crowd.models.webhooks import Webhook, WebhookDelivery  # isort: skip

__all__ = [
    "Amendment",
    "Announcement",
    "Answer",
    "ApiKey",
    "Assignment",
    "Audit",
    "AuditItem",
    "Award",
    "Badge",
    "Batch",
    "Belief",
    "Campaign",
    "CampaignGoal",
    "Certificate",
    "Change",
    "Comment",
    "Complaint",
    "Contributor",
    "Cutting",
    "DayCount",
    "Delivery",
    "Document",
    "DocumentCount",
    "Draft",
    "Excerpt",
    "Experiment",
    "Find",
    "Flag",
    "Follow",
    "Habit",
    "HourCount",
    "Invitation",
    "KeptReply",
    "KnownAnswer",
    "LaunchPermit",
    "Layout",
    "LegalText",
    "Machine",
    "Mail",
    "MailChoice",
    "Membership",
    "MicroTask",
    "Move",
    "Objection",
    "PageMatch",
    "Question",
    "QuestionKnowledge",
    "Refusal",
    "RefusedName",
    "Reliability",
    "Report",
    "RetentionRule",
    "Review",
    "RollUp",
    "Room",
    "Seat",
    "Snapshot",
    "SnapshotFile",
    "Step",
    "Stretch",
    "Subject",
    "Suggestion",
    "Team",
    "TeamPlace",
    "Thanks",
    "Trial",
    "Tryout",
    "Upload",
    "User",
    "Verdict",
    "VerdictAnswer",
    "Webhook",
    "WebhookDelivery",
    "WeeklyGoal",
    "Welcome",
    "Zone",
]

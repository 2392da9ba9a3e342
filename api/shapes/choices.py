"""Every closed list of words in the API, by the name it has in the OpenAPI document (settings)."""

from api.kinds import KINDS
from crowd.models.amendments import AmendmentKind, AmendmentState
from crowd.models.answers import SetAside
from crowd.models.audits import AuditPer
from crowd.models.badges import BadgeKind
from crowd.models.campaigns import Game, Role
from crowd.models.complaints import About
from crowd.models.contributors import ContributorKind
from crowd.models.deliveries import DeliveryKind
from crowd.models.documents import ExcerptKind
from crowd.models.finds import FindState
from crowd.models.invitations import LaunchState
from crowd.models.layouts import MatchState
from crowd.models.legal import Topic
from crowd.models.objections import ObjectionState
from crowd.models.reports import ReportState
from crowd.models.reviews import FlagKind, FlagState
from crowd.models.steps import Preset
from crowd.models.targets import CommentState
from crowd.models.verdicts import OUTCOMES
from crowd.rules.claims import Nothing
from crowd.rules.levels import Level
from crowd.rules.lifecycle import (
    AssignmentState,
    CampaignState,
    DeliveryState,
    DocumentState,
    MicroTaskState,
    UploadState,
)
from crowd.rules.questions import Kind
from crowd.rules.splitting.plans import By
from crowd.services.answers import Outcome
from crowd.services.memberships import INVITABLE
from crowd.services.reliability import Standing
from crowd.services.review_queue import Source
from crowd.services.scores import PEOPLE, PERIODS, TEAMS
from crowd.services.stages import What

ASSIGNMENT_STATES = [state.value for state in AssignmentState]
CAMPAIGN_STATES = [state.value for state in CampaignState]
ROLES = list(Role.values)
INVITABLE_ROLES = [role.value for role in INVITABLE]
COURSE_STATES = ["open", "paused", "closed"]
AMENDMENT_KINDS = list(AmendmentKind.values)
AMENDMENT_STATES = list(AmendmentState.values)
AUDIT_WAYS = list(AuditPer.values)
REVIEW_SOURCES = [source.value for source in Source]
DELIVERY_KINDS = list(DeliveryKind.values)
DELIVERY_STATES = [state.value for state in DeliveryState]
DOCUMENT_STATES = [state.value for state in DocumentState]
# Withdrawn ones are not shown at all.
MICROTASK_STATES = [s.value for s in MicroTaskState if s is not MicroTaskState.WITHDRAWN]
CONTRIBUTOR_KINDS = list(ContributorKind.values)
EXCERPT_KINDS = list(ExcerptKind.values)
PLANS = [by.value for by in By]
QUESTION_KINDS = [kind.value for kind in Kind]
GAMES = list(Game.values)
PERIOD_NAMES = list(PERIODS)
BOARDS_OF = [PEOPLE, TEAMS]
VERDICT_OUTCOMES = [value for value, _ in OUTCOMES]
QUESTION_OUTCOMES = ["settled", "cant_tell", "left_empty", "contested"]
RECEIPT_OUTCOMES = [outcome.value for outcome in Outcome]
SET_ASIDE_REASONS = list(SetAside.values)
MATCH_STATES = list(MatchState.values)
REPORT_STATES = list(ReportState.values)
OBJECTION_STATES = list(ObjectionState.values)
FIND_STATES = list(FindState.values)
COMPLAINT_SUBJECTS = list(About.values)
WITHDRAWALS = ["none", "all", "some"]
NOTHING_CODES = [reason.value for reason in Nothing]
PRESETS = list(Preset.values)
FLAG_KINDS = list(FlagKind.values)
FLAG_STATES = list(FlagState.values)
STANDINGS = [standing.value for standing in Standing]
DECIDED_BY = ["answers", "review", "known_answer"]
PROBLEM_CODES = list(KINDS)
BADGE_KINDS = [kind.value for kind in BadgeKind]
LEVELS = [level.value for level in Level]
TARGET_STAGES = [what.value for what in What]
TARGET_EVENTS = ["taken", "returned", "sent", "published", "refused"]
UPLOAD_STATES = [state.value for state in UploadState]
COMMENT_STATES = list(CommentState.values)
LEGAL_TOPICS = list(Topic.values)
LAUNCH_STATES = list(LaunchState.values)

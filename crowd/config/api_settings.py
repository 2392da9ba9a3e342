"""How the JSON door is built and described (Django REST framework, drf-spectacular)."""

from crowd.config import environment

# Requests a minute of one key or one guest's token; 0: no limit.
TAMIS_API_RATE = environment.whole("TAMIS_API_RATE", default=6000, least=0, most=1_000_000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.KeyAuthentication",
        "api.authentication.GuestTokenAuthentication",
        "api.authentication.BrowserAuthentication",
    ],
    # The first lets everyone in, and tells the description so: what is public needs no key.
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.AllowAny",
        "api.storable.Storable",
        "api.permissions.Scopes",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["api.limits.PerIdentity"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.QuickJson"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.renderers.QuickNegotiation",
    "DEFAULT_PARSER_CLASSES": ["api.parsers.PlainJson"],
    "DEFAULT_SCHEMA_CLASS": "api.describing.Described",
    "DEFAULT_PAGINATION_CLASS": "api.pagination.ByCursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "api.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
# Identifiers in addresses: as far as PostgreSQL counts (`api.converters`).
IDENTIFIER = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
SPECTACULAR_SETTINGS = {
    "PATH_CONVERTER_OVERRIDES": {"id": IDENTIFIER},
    "TITLE": "Tamis",
    "DESCRIPTION": (
        "Sift public documents with the help of many people.\n\n"
        "What is public needs no key. To take part, `POST /api/v1/contributors` gives a guest's "
        "token, to be sent as `Authorization: Bearer …`; an API key, or the token of an app that "
        "somebody allowed, is sent in the same way and acts for an account. Then claim, answer, "
        "claim …\n\n"
        "Errors are problem documents (RFC 9457) in the language of `Accept-Language`. Lists come "
        "in pages: follow `next`. Times are ISO 8601, in UTC.\n\n"
        "A `POST` with an `Idempotency-Key` (what names itself by a UUID needs none) is done once "
        "and answered as the first time for a day. Writes with `Prefer: return=minimal` are "
        "answered with 204. Replies to reading carry an `ETag`: send it back in `If-None-Match`. "
        "`RateLimit` says how much may still be asked, `Retry-After` when to go on after 409, "
        "429 and 503.\n\n"
        "`links` of a reply say what can be asked next, and which part of the reply names it."
    ),
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.linking.link",
    ],
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "LICENSE": {"name": "AGPL-3.0-or-later"},
    # No foreign validator is asked about the schema (DESIGN, rule 9).
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "none",
        "defaultModelsExpandDepth": 0,
        "validatorUrl": None,
    },
    "ENUM_NAME_OVERRIDES": {
        "LegalTopic": "api.shapes.choices.LEGAL_TOPICS",
        "LaunchState": "api.shapes.choices.LAUNCH_STATES",
        "ObjectionState": "api.shapes.choices.OBJECTION_STATES",
        "FindState": "api.shapes.choices.FIND_STATES",
        "ComplaintSubject": "api.shapes.choices.COMPLAINT_SUBJECTS",
        "Withdrawal": "api.shapes.choices.WITHDRAWALS",
        "AmendmentKind": "api.shapes.choices.AMENDMENT_KINDS",
        "AmendmentState": "api.shapes.choices.AMENDMENT_STATES",
        "AuditWay": "api.shapes.choices.AUDIT_WAYS",
        "ReviewSource": "api.shapes.choices.REVIEW_SOURCES",
        "MemberRole": "api.shapes.choices.ROLES",
        "InvitableRole": "api.shapes.choices.INVITABLE_ROLES",
        "CourseState": "api.shapes.choices.COURSE_STATES",
        "AssignmentState": "api.shapes.choices.ASSIGNMENT_STATES",
        "CommentState": "api.shapes.choices.COMMENT_STATES",
        "TargetStage": "api.shapes.choices.TARGET_STAGES",
        "TargetEvent": "api.shapes.choices.TARGET_EVENTS",
        "UploadState": "api.shapes.choices.UPLOAD_STATES",
        "CampaignState": "api.shapes.choices.CAMPAIGN_STATES",
        "ContributorKind": "api.shapes.choices.CONTRIBUTOR_KINDS",
        "DeliveryKind": "api.shapes.choices.DELIVERY_KINDS",
        "DeliveryState": "api.shapes.choices.DELIVERY_STATES",
        "DocumentState": "api.shapes.choices.DOCUMENT_STATES",
        "ExcerptKind": "api.shapes.choices.EXCERPT_KINDS",
        "DecidedBy": "api.shapes.choices.DECIDED_BY",
        "FlagKind": "api.shapes.choices.FLAG_KINDS",
        "FlagState": "api.shapes.choices.FLAG_STATES",
        "Game": "api.shapes.choices.GAMES",
        "MicroTaskState": "api.shapes.choices.MICROTASK_STATES",
        "MatchState": "api.shapes.choices.MATCH_STATES",
        "NothingCode": "api.shapes.choices.NOTHING_CODES",
        "Period": "api.shapes.choices.PERIOD_NAMES",
        "Preset": "api.shapes.choices.PRESETS",
        "SplitBy": "api.shapes.choices.PLANS",
        "ProblemCode": "api.shapes.choices.PROBLEM_CODES",
        "QuestionKind": "api.shapes.choices.QUESTION_KINDS",
        "QuestionOutcome": "api.shapes.choices.QUESTION_OUTCOMES",
        "ReceiptOutcome": "api.shapes.choices.RECEIPT_OUTCOMES",
        "ReportState": "api.shapes.choices.REPORT_STATES",
        "KeyScope": "crowd.models.users.Scope",
        "SetAsideReason": "api.shapes.choices.SET_ASIDE_REASONS",
        "StandingWord": "api.shapes.choices.STANDINGS",
        "VerdictOutcome": "api.shapes.choices.VERDICT_OUTCOMES",
    },
}

"""The API against its own description: whatever is sent by whomever, no 5xx, and replies as
described.
"""

import json
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from crowd.config.wsgi import application
from crowd.models import Campaign, Membership, User
from crowd.models.campaigns import Role
from crowd.services import accounts
from tests.api.caller import ROOT, Caller
from tests.api.scene import Scene, make

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What a description can't say: that a step, an option or a cursor must be one that exists.
BEYOND_WORDS = [positive_data_acceptance]
CASES = 5  # of each operation, besides those at its limits; each is sent by everybody
PLAIN = {"Accept-Encoding": "identity"}  # the test's own transport unpacks nothing
NDJSON = "application/x-ndjson"

ENDLESS = r"/stream$"  # read as it comes by `test_streams`
described = schemathesis.openapi.from_wsgi("/api/v1/schema", application)  # asks no database
api = described.exclude(path_regex=ENDLESS)
thorough = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
Everybody = dict[str, dict[str, str]]


@schemathesis.serializer(NDJSON)
def lines(_context: Any, value: Any) -> bytes:
    """A record a line: whatever was made up, as it is and as a record's value."""
    made_up = value if isinstance(value, str) else json.dumps(value)
    return b"\n".join([made_up.encode(errors="replace"), json.dumps({"made up": made_up}).encode()])


@pytest.fixture
def scene(campaign: Campaign, owner: User, team: Caller) -> Scene:
    """One of everything in one campaign."""
    editor = User.objects.create_user(email="editor@example.org")
    Membership.objects.create(campaign=campaign, user=editor, role=Role.EDITOR)
    return make(campaign, owner)


@pytest.fixture
def everybody(scene: Scene, team: Caller) -> Everybody:
    """What nobody, a volunteer who holds an assignment, an editor and the owner send along."""
    editor = scene.rows["Membership"].user
    key = accounts.make_key(user=editor, name="script", now=timezone.now())
    callers = {"nobody": Caller(), "volunteer": scene.someone, "editor": Caller(token=key)}
    return {name: one.headers | PLAIN for name, one in (callers | {"owner": team}).items()}


@api.parametrize()
@thorough
def test_whatever_is_sent_by_whomever(case: Any, scene: Scene, everybody: Everybody) -> None:
    name_what_is_there(case, scene)
    for headers in everybody.values():
        case.call_and_validate(headers=headers, excluded_checks=BEYOND_WORDS)


def name_what_is_there(case: Any, scene: Scene) -> None:
    """Real identifiers instead of invented ones, so that more than a 404 is looked at."""
    if not case.path_parameters or not case.meta.generation.mode.is_positive:
        return
    real = scene.named(case.path.removeprefix(ROOT))
    for name in case.path_parameters:
        case.path_parameters[name] = real.get(name) or case.path_parameters[name]


def test_one_request_after_another_of_what_was_made(scene: Scene, everybody: Everybody) -> None:
    """Stateful: what one reply names is asked for, changed and deleted by the next."""

    class Workflow(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": everybody["owner"]}

        def validate_response(self, response: Any, case: Any, *args: Any, **sent: Any) -> None:
            case.validate_response(
                response, excluded_checks=BEYOND_WORDS, transport_kwargs=sent or None
            )

    Workflow.run(
        settings=settings(
            max_examples=CASES * 4,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
    )

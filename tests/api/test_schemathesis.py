"""The API against its own description: whatever is asked by whomever, no 5xx, and replies as
described; the same of what is written by volunteers and about themselves, and of documents.
"""

from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup
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
# Of each operation; of what is written, those at its limits, too. Each is sent by everybody.
CASES = 2
PLAIN = {"Accept-Encoding": "identity"}  # the test's own transport unpacks nothing

ENDLESS = r"/stream$"  # never ends: read as it comes by `test_streams`
# Of what can be written, this is sent by everybody here; every address that can be read is asked.
WRITTEN = (
    r"/v1/(amendments|assignments|audit-items|comments|complaints|contributors|deliveries|documents"
    r"|excerpts)(/|$)"
)
described = schemathesis.openapi.from_wsgi("/api/v1/schema", application)  # asks no database
api = described.exclude(path_regex=ENDLESS)
reads, writes = api.include(method="GET"), api.include(path_regex=WRITTEN).exclude(method="GET")
thorough = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
Everybody = dict[str, dict[str, str]]


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


@pytest.mark.timeout(400)
def test_whatever_is_asked_by_whomever(scene: Scene, everybody: Everybody) -> None:
    """In one scene, which takes longest to make: who reads changes nothing."""
    failed = []
    for found in reads.get_all_operations():
        operation = found.ok()
        try:
            ask(operation, scene, everybody)
        except FailureGroup as failures:
            failed.append(f"{operation.label}: {failures}")
    assert not failed, "\n".join(failed)


def ask(operation: Any, scene: Scene, everybody: Everybody) -> None:
    @given(case=operation.as_strategy())
    @thorough
    def asked(case: Any) -> None:
        replied_as_described(case, scene, everybody)

    asked()


@writes.parametrize()
@thorough
def test_whatever_is_written_by_whomever(case: Any, scene: Scene, everybody: Everybody) -> None:
    replied_as_described(case, scene, everybody)


def replied_as_described(case: Any, scene: Scene, everybody: Everybody) -> None:
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

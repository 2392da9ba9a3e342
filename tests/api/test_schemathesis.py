"""The API against its own description: whatever is sent, no 5xx, and replies as described."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from crowd.config.wsgi import application
from crowd.models import Campaign, Verdict
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES, cross_check

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What a description can't say: that a step, an option or a cursor must be one that exists.
BEYOND_WORDS = [positive_data_acceptance]
CASES = 8  # of each operation, besides those at its limits
# JSON Lines in is read line by line by `test_records`. As a volunteer and as a team, so far only
# what the loop, documents, zones and reviews are made of; everything else as nobody.
LINES = r"/records$"
LOOP = (
    r"/v1/(assignments|deliveries|documents|excerpts|flags|layouts|microtasks|reports|"
    r"unmatched-pages|verdicts|zones)/|"
    r"/v1/campaigns/\{slug\}/(progress|documents|deliveries|assignments|batches|flow|verdicts|"
    r"layouts|unmatched-pages|bad-cuts|reports|flags)$"
)

api = schemathesis.openapi.from_wsgi("/api/v1/schema", application)  # asks no database
loop = api.include(path_regex=LOOP)
PLAIN = {"Accept-Encoding": "identity"}  # the test's own transport unpacks nothing
thorough = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def something_to_find(campaign: Campaign) -> None:
    """A verdict, and micro-tasks to claim."""
    for _ in range(2):
        volunteer().answer_next("letters", YES)
    cross_check()


@pytest.fixture
def player(something_to_find: None) -> Caller:
    return volunteer()


@api.exclude(path_regex=LINES).parametrize()
@thorough
def test_as_nobody(case):
    case.call_and_validate(headers=PLAIN, excluded_checks=BEYOND_WORDS)


@loop.parametrize()
@thorough
def test_as_a_volunteer_who_holds_an_assignment(case, player):
    name_what_is_there(case, player)
    case.call_and_validate(headers=player.headers | PLAIN, excluded_checks=BEYOND_WORDS)


@loop.parametrize()
@thorough
def test_as_the_campaigns_team(case, team):
    name_what_is_there(case, team)
    case.call_and_validate(headers=team.headers | PLAIN, excluded_checks=BEYOND_WORDS)


def name_what_is_there(case: Any, caller: Caller) -> None:
    """Real identifiers instead of invented ones, so that more than a 404 is looked at."""
    if not case.path_parameters or not case.meta.generation.mode.is_positive:
        return
    verdict = Verdict.objects.get()
    there = {
        "assignments": (caller.claim("letters")["assignment"] or {}).get("id"),
        "verdicts": verdict.pk,
        "excerpts": verdict.microtask.excerpt_id,
        "documents": verdict.microtask.excerpt.document_id,
    }
    real = {"slug": "letters", "code": "not_found", "id": there.get(case.path.split("/")[3])}
    for name in case.path_parameters:
        case.path_parameters[name] = real.get(name) or case.path_parameters[name]

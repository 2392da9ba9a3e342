"""The API against its own description: whatever is asked or written by whomever, and whatever
follows what, no 5xx, and replies as described.
"""

import contextlib
import json
from collections.abc import Collection
from typing import Any

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    positive_data_acceptance,
    response_schema_conformance,
)

from crowd.config.wsgi import application
from crowd.models import Campaign, Membership, User
from crowd.models.campaigns import Role
from crowd.rules.lifecycle import CampaignState
from crowd.services import accounts
from tests.api.caller import ROOT, Caller, volunteer
from tests.api.scene import Scene, make

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What a description can't say: that a step, an option or a cursor must be one that exists.
BEYOND_WORDS = [positive_data_acceptance]
# Of each operation; of what is written, those at its limits, too. Each is sent by everybody.
CASES = 2
PLAIN = {"Accept-Encoding": "identity"}  # the test's own transport unpacks nothing

ENDLESS = r"/stream$"  # never ends: read as it comes by `test_streams`
# What is written by and of volunteers, and of documents, is sent in a scene of its own each; the
# rest in one, where what takes something away comes last.
APART = (
    r"/v1/(amendments|assignments|audit-items|comments|complaints|contributors|deliveries|documents"
    r"|excerpts)(/|$)"
)
METHODS = ("POST", "PUT", "PATCH", "DELETE")
described = schemathesis.openapi.from_wsgi("/api/v1/schema", application)  # asks no database
api = described.exclude(path_regex=ENDLESS)
reads, writes = api.include(method="GET"), api.exclude(method="GET")
apart, together = writes.include(path_regex=APART), writes.exclude(path_regex=APART)
thorough = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
# What follows what: stories of so many steps each; Hypothesis begins with a short one.
STORIES, STEPS = 14, 30
story = settings(
    thorough, max_examples=2, stateful_step_count=STEPS, phases=[Phase.generate], database=None
)


@schemathesis.serializer("application/x-ndjson")
def lines(_context: Any, body: Any) -> bytes:
    """One that is no JSON, and one that is."""
    return f"{body}\n{json.dumps({'letter': body})}\n".encode()


Sent = dict[str, str]
Everybody = dict[str, Sent]


@pytest.fixture
def scene(campaign: Campaign, owner: User, team: Caller) -> Scene:
    """One of everything in one campaign."""
    editor = User.objects.create_user(email="editor@example.org")
    Membership.objects.create(campaign=campaign, user=editor, role=Role.EDITOR)
    return make(campaign, owner)


@pytest.fixture
def everybody(scene: Scene) -> Everybody:
    return callers(scene)


def callers(scene: Scene) -> Everybody:
    """What nobody, a volunteer who holds an assignment, an editor and the owner send along."""
    team = {"editor": scene.rows["Membership"].user, "owner": scene.rows["User"]}
    return {
        "nobody": sent(Caller()),
        "volunteer": sent(scene.someone),
        **{name: by_key(user) for name, user in team.items()},
    }


def by_key(user: User) -> Sent:
    """What a script of theirs sends along, with a key made for it: one may have been revoked."""
    return sent(Caller(token=accounts.make_key(user=user, name="script", now=timezone.now())))


def sent(caller: Caller) -> Sent:
    return caller.headers | PLAIN


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


@pytest.mark.timeout(400)
def test_whatever_is_written_together_by_whomever(scene: Scene) -> None:
    failed = []
    operations = [found.ok() for found in together.get_all_operations()]
    for operation in sorted(operations, key=lambda each: METHODS.index(each.method.upper())):
        open_again(scene)
        try:
            ask(operation, scene, callers(scene))
        except FailureGroup as failures:
            failed.append(f"{operation.label}: {failures}")
    assert not failed, "\n".join(failed)


@pytest.mark.timeout(400)
def test_whatever_follows_what(scene: Scene) -> None:
    """What a reply holds is what is asked with next, as the description's links say: by the owner,
    and by somebody who comes by.
    """
    failed: list[str] = []

    class Story(api.as_state_machine()):  # type: ignore[misc]
        number = 0

        def setup(self) -> None:
            open_again(scene)
            by_owner = self.number % 3
            self.sent = by_key(scene.rows["User"]) if by_owner else sent(volunteer())

        def step(self, input: Any) -> Any:
            linked = {
                name for where, name in input.applied_parameters if where == ParameterLocation.PATH
            }
            name_what_is_there(input.case, scene, linked)
            return super().step(input)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": self.sent}

        def validate_response(self, response: Any, case: Any, *_: Any, **how: Any) -> None:
            try:
                case.validate_response(
                    response,
                    headers=self.sent,
                    excluded_checks=beyond_words(case),
                    transport_kwargs=how,
                    recorder=self.recorder,
                )
            except FailureGroup as failures:
                failed.append(f"{case.operation.label}: {failures}")

    for Story.number in range(STORIES):
        # What was told before has changed the site: told again from the same beginning, a story may
        # lead elsewhere, which Hypothesis minds.
        with contextlib.suppress(FlakyStrategyDefinition):
            seed(Story.number)(Story).run(settings=story)
    assert not failed, "\n".join(failed)


def open_again(scene: Scene) -> None:
    """Whatever was done to the campaign before, people take part in it."""
    there = {"state": CampaignState.OPEN.value, "slug": scene.campaign.slug}
    Campaign.objects.filter(pk=scene.campaign.pk).update(**there)


def ask(operation: Any, scene: Scene, everybody: Everybody) -> None:
    @given(case=operation.as_strategy())
    @thorough
    def asked(case: Any) -> None:
        replied_as_described(case, scene, everybody)

    asked()


# Not by schemathesis's own `parametrize`: what it collects is not run in several processes.
@pytest.mark.parametrize("label", [found.ok().label for found in apart.get_all_operations()])
def test_whatever_is_written_by_whomever(label: str, scene: Scene, everybody: Everybody) -> None:
    ask(apart.find_operation_by_label(label), scene, everybody)


def replied_as_described(case: Any, scene: Scene, everybody: Everybody) -> None:
    name_what_is_there(case, scene)
    for headers in everybody.values():
        case.call_and_validate(headers=headers, excluded_checks=beyond_words(case))


def beyond_words(case: Any) -> list[Any]:
    """What of this request a description can't say; nor that `fields` leaves out the others."""
    sparse = "fields" in (case.query or {})
    return [*BEYOND_WORDS, response_schema_conformance] if sparse else BEYOND_WORDS


def name_what_is_there(case: Any, scene: Scene, but: Collection[str] = ()) -> None:
    """Real identifiers instead of invented ones, so that more than a 404 is looked at."""
    if not case.path_parameters or not case.meta.generation.mode.is_positive:
        return
    real = scene.named(case.path.removeprefix(ROOT))
    for name in set(case.path_parameters).difference(but):
        case.path_parameters[name] = real.get(name) or case.path_parameters[name]

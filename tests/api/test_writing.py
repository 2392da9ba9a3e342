"""Who may write what: every address of the API's description, written to by everybody there is."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from crowd.models import Campaign, User
from tests.api.caller import ROOT, Caller
from tests.api.conftest import WHO
from tests.api.scene import Scene, make
from tests.api.test_visibility import (
    ACCOUNTS,
    EDITING,
    NOTHING_YET,
    OWNING,
    PUBLIC,
    REVIEWING,
    TOOK_PART,
)

MULTIPART = "multipart/form-data"
IN = 200  # past the door: done, or refused for what was sent
VOLUNTEERS = (401, *[IN] * 8)
PEOPLE = (401, IN, *[403] * 7)  # a guest's own token, or a browser: no key
# L: one campaign, ME: who asks. What there is, is the team's or another volunteer's.
TABLE = {
    PUBLIC: """
        POST /contributors
    """,
    VOLUNTEERS: """
        POST /complaints /excerpts/{id}/finds /excerpts/{id}/reports /rooms/{code}/seat /teams
        POST L/assignments L/batches
        PUT ME/team
        PATCH ME ME/switches
    """,
    PEOPLE: """
        POST ME/forget ME/join ME/joining-codes
    """,
    TOOK_PART: """
        POST /uploads /verdicts/{id}/objections ME/certificates
        PATCH ME/goal
        DELETE /rooms/{code}/seat ME/certificates/{code}
    """,
    NOTHING_YET: """
        POST /assignments/{id}/answers /assignments/{id}/corrections /assignments/{id}/extend
        POST /assignments/{id}/return /assignments/{id}/skip /targets/{id}/comments
        POST /targets/{id}/take-on
        PUT /assignments/{id}/draft /targets/{id}/follow
        DELETE /assignments/{id}/draft /targets/{id}/follow /uploads/{id} ME/batch ME/finds/{id}
    """,
    ACCOUNTS: """
        POST /invitations/{secret} ME/launching
        PATCH ME/mails
    """,
    REVIEWING: """
        POST /excerpts/{id}/keep-cut /excerpts/{id}/mend /microtasks/{id}/review
        POST /reports/{id}/dismiss /reports/{id}/uphold /rooms/{code}/close
        POST /unmatched-pages/{id}/ignore /unmatched-pages/{id}/place /zones/{id}/mend L/audits
        POST L/known-answers L/rooms
        PUT /microtasks/{id}/known-answer
        PATCH /audit-items/{id} /comments/{id} /finds/{id} /flags/{id} /objections/{id}
        PATCH /rooms/{code}
        DELETE /microtasks/{id}/review
    """,
    EDITING: """
        POST /amendments/{id} /deliveries/{id}/resume /deliveries/{id}/retry
        POST /deliveries/{id}/stop /documents/{id}/resume /documents/{id}/retry
        POST /documents/{id}/stop /layouts/{id}/apply /layouts/{id}/merge /layouts/{id}/resume
        POST /layouts/{id}/stop L/amendments L/announcements L/documents L/layouts L/machines
        POST L/question-amendments L/records L/snapshots L/steps L/steps/{key}/move
        POST L/step-amendments L/steps/{key}/questions L/thanks L/webhooks
        POST L/webhooks/{id}/deliveries/{event}/replay L/webhooks/{id}/secret
        POST L/webhooks/{id}/test
        PUT /documents/{id}/layout /documents/{id}/splitting /layouts/{id}/zones L/game L/goal
        PUT L/outcome L/setup L/state L/steps/{key} L/steps/{key}/questions/{question}
        PATCH /layouts/{id} L L/machines/{id} L/webhooks/{id}
        DELETE /amendments/{id} /documents/{id} L/goal L/snapshots/{key} L/steps/{key}
        DELETE L/steps/{key}/questions/{question} L/webhooks/{id}
    """,
    OWNING: """
        POST L/copies L/invitations
        PATCH L/team/{id}
        DELETE L/invitations/{id}
    """,
}
ODD = {
    # made by people
    "POST /keys": (401, 401, 403, 403, 403, 403, 403, 403, 403),
    # the owner's
    "DELETE /keys/{id}": (401, 401, 404, 404, 404, 404, 404, IN, 404),
    # by default, who may launch is for the site's staff to say
    "POST /campaigns": (401, 401, 403, 403, 403, 403, 403, 403, IN),
    # this site's staff
    "PUT /legal/{topic}": (401, 401, 403, 403, 403, 403, 403, 403, IN),
    # whoever prepares a campaign
    "POST /moves": (401, 401, 403, IN, 403, 403, IN, IN, IN),
    # the reader's place, who may leave
    "DELETE L/team/{id}": (401, 403, 403, 403, IN, 403, 403, IN, IN),
    # for machines alone
    "POST L/machine-answers": (401, 403, 403, 403, 403, 403, 403, 403, 403),
    # this campaign has none
    "POST L/tutorial/{id}": (404,) * 9,
    # for its founder; only the guest has taken part
    "PATCH /teams/{slug}": (401, 403, 404, 404, 404, 404, 404, 404, 404),
}


def operations() -> Iterator[tuple[str, str, set[str]]]:
    """Every operation that writes: method, address, and the kinds of body it takes."""
    for path, methods in Caller().get("/schema").json()["paths"].items():
        for method, said in methods.items():
            if method != "get":
                kinds = said.get("requestBody", {}).get("content", {})
                yield method.upper(), path.removeprefix(ROOT), set(kinds)


def written(scene: Scene, who: Caller, method: str, path: str, kinds: set[str]) -> int:
    """The status of a reply to an empty body; whatever was done is undone."""
    sent = {"content_type": "application/json", "data": "{}"}
    if kinds == {MULTIPART}:
        sent = {"content_type": f"{MULTIPART}; boundary=x", "data": "--x--\r\n"}
    address = ROOT + path.format(**scene.named(path))
    with transaction.atomic():
        status = who.client.generic(method, address, headers=who.headers, **sent).status_code
        transaction.set_rollback(True)
    return status if status in {401, 403, 404} or status >= 500 else IN


def short(path: str) -> str:
    return path.replace("/campaigns/{slug}", "L").replace("/contributors/me", "ME")


@pytest.mark.slow
def test_each_address_is_written_by_whom_the_table_says_and_nobody_else(
    campaign: Campaign, owner: User, everybody: dict[str, Caller]
) -> None:
    scene = make(campaign, owner)
    seen = {
        f"{method} {short(path)}": tuple(
            written(scene, everybody[who], method, path, kinds) for who in WHO
        )
        for method, path, kinds in operations()
    }
    assert seen == dict(told()) | ODD


def told() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each row of the table, such as "POST L/audits"."""
    for rights, lines in TABLE.items():
        for method, *paths in map(str.split, lines.strip().splitlines()):
            yield from ((f"{method} {path}", rights) for path in paths)

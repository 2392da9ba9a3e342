"""Who may read what: every address of the API's description, asked by everybody there is."""

import re

from crowd.models import Campaign
from tests.api.caller import ROOT, Caller
from tests.api.conftest import WHO

PUBLIC = (200,) * 9
LOOKING = (401, 403, 403, 403, 200, 200, 200, 200, 200)
REVIEWING = (401, 403, 403, 403, 403, 200, 200, 200, 200)
EDITING = (401, 403, 403, 403, 403, 403, 200, 200, 200)
OWNING = (401, 403, 403, 403, 403, 403, 403, 200, 200)
ACCOUNTS = (401, 401, 200, 200, 200, 200, 200, 200, 200)
TOOK_PART = (401, 200, 404, 404, 404, 404, 404, 404, 404)  # the guest alone has, here
NOTHING_YET = (401, 404, 404, 404, 404, 404, 404, 404, 404)
NAMED = {"/documents/{id}": "DOCUMENT", "/excerpts/{id}": "EXCERPT"}
L, ME = "/campaigns/letters", "/contributors/me"
TABLE = [
    (PUBLIC, f"/campaigns {L} {L}/announcements {L}/documents {L}/exports {L}/finds {L}/flow"),
    (PUBLIC, f"{L}/excerpts {L}/steps {L}/stream"),
    (PUBLIC, f"{L}/leaderboard {L}/progress {L}/snapshots {L}/stages {L}/targets {L}/tutorial"),
    (PUBLIC, f"{L}/verdicts {L}/verdicts.csv DOCUMENT EXCERPT /leaderboard /teams"),
    (LOOKING, f"{L}/dashboard {L}/log {L}/readiness {L}/setup {L}/team"),
    (REVIEWING, f"{L}/audits {L}/bad-cuts {L}/flags {L}/known-answers {L}/objections"),
    (
        REVIEWING,
        f"{L}/known-answers/to-write {L}/reports {L}/review-queue {L}/rooms {L}/unmatched-pages",
    ),
    (REVIEWING, f"{L}/waiting-words"),
    (EDITING, f"{L}/amendments {L}/deliveries {L}/layouts {L}/machines {L}/webhooks"),
    (OWNING, f"{L}/invitations"),
    ((401, *[403] * 8), f"{L}/machine-work"),  # for machines alone
    (ACCOUNTS, f"/keys {ME}/launching {ME}/mails"),
    (TOOK_PART, f"{ME} {ME}/answers {ME}/badges {ME}/goal {ME}/reliability"),
    ((401, 200, *[403] * 7), f"{ME}/data"),  # no key takes all of a person along
    (TOOK_PART, f"{ME}/switches {ME}/targets"),
    (NOTHING_YET, f"{ME}/batch {ME}/team"),
    ((404,) * 9, f"{L}/goal"),  # nobody has set one
]


def addresses(campaign: Campaign) -> dict[str, str]:
    """Every address that can be read and names no more than a campaign, document or excerpt."""
    document = campaign.documents.get()
    known = {
        "/campaigns/{slug}": f"/campaigns/{campaign.slug}",
        "/documents/{id}": f"/documents/{document.pk}",
        "/excerpts/{id}": f"/excerpts/{document.excerpts.order_by('pk')[0].pk}",
    }
    paths = Caller().get("/schema").json()["paths"]
    found = {}
    for described in (path.removeprefix(ROOT) for path, said in paths.items() if "get" in said):
        path = described
        for named, address in known.items():
            path = path.replace(named, address)
        found[NAMED.get(described, path)] = path
    return {named: path for named, path in found.items() if not re.search("[{}]", path)}


def test_each_address_is_read_by_whom_the_table_says_and_nobody_else(
    campaign: Campaign, everybody: dict[str, Caller]
) -> None:
    seen = {
        named: tuple(everybody[who].get(path).status_code for who in WHO)
        for named, path in addresses(campaign).items()
    }
    assert seen == {path: rights for rights, paths in TABLE for path in paths.split()}

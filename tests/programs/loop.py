"""Two guests play with the client that was made of the description: `loop.py ADDRESS SLUG SECONDS`.

Prints what was concluded about the first letter.
"""

import json
import sys
import threading
import time
import uuid

from tamis_client import AuthenticatedClient, Client
from tamis_client.api.assignments import answers_create
from tamis_client.api.campaigns import assignments_claim, verdicts_list
from tamis_client.api.contributors import contributors_create
from tamis_client.api.verdicts import verdicts_retrieve
from tamis_client.models import AnswerRequest, AnswerRequestValues, ClaimRequest, GuestRequest


def guest(address: str) -> AuthenticatedClient:
    made = contributors_create.sync(client=Client(base_url=address), body=GuestRequest())
    return AuthenticatedClient(base_url=address, token=made.token)


def play(client: AuthenticatedClient, slug: str) -> int:
    """Claim, answer, take the next; how many letters were read."""
    claim = assignments_claim.sync(slug, client=client, body=ClaimRequest())
    count = 0
    while claim.assignment is not None:
        question = claim.assignment.microtask.step.questions[0]
        values = AnswerRequestValues.from_dict({question.key: question.options[0].value})
        body = AnswerRequest(id=uuid.uuid4(), values=values, next_=True)
        receipt = answers_create.sync(claim.assignment.id, client=client, body=body)
        assert receipt.outcome == "accepted", receipt
        claim, count = receipt.next_, count + 1
    assert claim.nothing.code in {"all_yours", "all_done", "all_lent"}, claim.nothing
    return count


def main(address: str, slug: str, seconds: str) -> None:
    for _ in range(2):
        assert play(guest(address), slug) == 5
    anyone = Client(base_url=address)
    until = time.monotonic() + float(seconds)
    while not (found := verdicts_list.sync(slug, client=anyone).results):
        assert time.monotonic() < until, "no verdict came"
        threading.Event().wait(0.2)
    verdict = verdicts_retrieve.sync(found[0].id, client=anyone)
    said = verdict.values.additional_properties["asks"]
    told = {"outcome": verdict.outcome, "value": said.value, "answers": verdict.answers_count}
    print(json.dumps(told))


main(*sys.argv[1:])

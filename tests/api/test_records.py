"""Records come in line by line; what can't be read is named, and the others are taken."""

import json
from typing import Any

from django.utils import timezone

from api import records
from crowd.models import Campaign, Document, Excerpt
from crowd.services import splitting
from tests.api.caller import ROOT, Caller


def send(who: Caller, body: bytes, content_type: str = "application/x-ndjson") -> Any:
    path = f"{ROOT}/campaigns/letters/records"
    return who.client.post(path, body, content_type=content_type, headers=who.headers)


def told(reply: Any) -> list[Any]:
    assert reply.status_code == 200, reply.content
    return [json.loads(line) for line in b"".join(reply.streaming_content).splitlines()]


def test_each_line_becomes_a_row_and_broken_ones_are_named(
    campaign: Campaign, team: Caller
) -> None:
    body = b'{"name": "Ada", "town": "Lyon"}\n{"name": \n\n[1]\n{"name": "Bea"}\n\xff\n'
    *lines, last = told(send(team, body))
    assert [line["line"] for line in lines] == [1, 2, 4, 5, 6]
    assert [line["problem"] is None for line in lines] == [True, False, False, True, False]
    assert "Line 2" in lines[1]["problem"]["detail"]
    assert (last["taken"], last["refused"]) == (2, 3)
    document = Document.objects.get(pk=last["document"])
    splitting.split(document_id=document.pk, now=timezone.now())
    document.refresh_from_db()
    assert document.state == "split", document.problem_code
    assert Excerpt.objects.filter(document=document).count() == 2


def test_one_record_alone_is_a_row_too(campaign: Campaign, team: Caller) -> None:
    *_lines, last = told(send(team, b'{"name": "Ada"}'))
    splitting.split(document_id=last["document"], now=timezone.now())
    assert Excerpt.objects.filter(document=last["document"]).count() == 1


def test_when_no_line_can_be_read_no_document_is_made(campaign: Campaign, team: Caller) -> None:
    before = Document.objects.count()
    assert told(send(team, b"nothing\n"))[-1] == {"document": None, "taken": 0, "refused": 1}
    assert Document.objects.count() == before


def test_records_are_for_the_team_and_come_as_lines(
    campaign: Campaign, team: Caller, stranger: Caller, nobody: Caller
) -> None:
    assert send(stranger, b'{"a": 1}').status_code == 403
    assert send(nobody, b'{"a": 1}').status_code == 401
    assert send(team, b'{"a": 1}', "application/json").status_code == 415


def test_the_same_records_are_not_taken_twice(campaign: Campaign, team: Caller) -> None:
    told(send(team, b'{"a": 1}\n{"a": 2}'))
    again = send(team, b'{"a": 1}\n{"a": 2}')
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "file_known")


def test_lines_are_whole_wherever_a_block_of_the_body_ends(
    campaign: Campaign, team: Caller
) -> None:
    lengths = (records.BLOCK - 12, 1, 3 * records.BLOCK, 10)
    body = "\n".join(json.dumps({"letter": "x" * each}) for each in lengths)
    *lines, last = told(send(team, body.encode()))
    assert [line["problem"] for line in lines] == [None] * 4
    assert last["taken"] == 4

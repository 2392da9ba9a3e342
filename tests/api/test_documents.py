"""Documents come in by API: one or many, good or broken, from the team only."""

import pytest
from django.utils import timezone

from crowd.models import Document, Excerpt, MicroTask
from crowd.services import splitting
from tests.api.caller import volunteer
from tests.api.conftest import table
from tests.documents.pdfs import encrypted, pdf, truncated

DOCUMENTS = "/campaigns/letters/documents"


def split_all() -> None:
    for pk in splitting.unfinished_ids():
        splitting.split(document_id=pk, now=timezone.now())


def test_the_team_uploads_a_table_and_sees_it_being_split(campaign, team, nobody):
    reply = team.upload(
        DOCUMENTS, {"more.csv": table(["A.", "B."])}, source_url="https://example.org/more.csv"
    )
    assert reply.status_code == 201
    (result,) = reply.json()["results"]
    assert (result["name"], result["problem"]) == ("more.csv", None)
    document = result["document"]
    assert (document["state"], document["pages_known"], document["pages_done"]) == (
        "received",
        None,
        0,
    )
    assert document["source_url"] == "https://example.org/more.csv"
    split_all()
    seen = nobody.get(f"/documents/{document['id']}").json()
    assert (seen["state"], seen["pages_known"], seen["pages_done"]) == ("split", 2, 2)
    assert seen["finished_at"].endswith("Z")
    assert MicroTask.objects.filter(excerpt__document=document["id"]).count() == 2


def test_pages_of_a_pdf_become_pictures(campaign, team, nobody):
    (result,) = team.upload(DOCUMENTS, {"pages.pdf": pdf(2)}).json()["results"]
    split_all()
    excerpt = Excerpt.objects.filter(document=result["document"]["id"]).first()
    shown = nobody.get(f"/excerpts/{excerpt.pk}").json()
    assert shown["text"] == "Page 1"
    smallest = shown["pictures"][0]
    assert smallest["width"] < smallest["height"]
    picture = nobody.client.get(smallest["url"])
    assert picture.headers["Content-Type"] == "image/webp"


def test_one_broken_file_does_not_stop_the_others(campaign, team):
    reply = team.upload(
        DOCUMENTS,
        {
            "first.csv": table(["A."]),
            "empty.csv": b"",
            "letter.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "second.csv": table(["B."]),
        },
    )
    assert reply.status_code == 201
    results = reply.json()["results"]
    assert [result["document"] is not None for result in results] == [True, False, False, True]
    assert [result["problem"] and result["problem"]["code"] for result in results] == [
        None,
        "file_empty",
        "office_unsupported",
        None,
    ]
    assert Document.objects.count() == 3


def test_when_no_file_is_taken_it_is_a_problem_with_one_error_a_file(campaign, team):
    reply = team.upload(DOCUMENTS, {"empty.csv": b"", "letters.csv": campaign_file(campaign)})
    assert reply.status_code == 422
    problem = reply.json()
    assert problem["code"] == "files_refused"
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("#/file/0", "file_empty"),
        ("#/file/1", "file_known"),
    ]


def campaign_file(campaign) -> bytes:
    with campaign.documents.get().file.open() as original:
        return original.read()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("broken.pdf", truncated(pdf(3)), "pdf_unreadable"),
        ("locked.pdf", encrypted(), "pdf_encrypted"),
        ("ragged.csv", b"a,b\n1,2\n3\n", "csv_ragged"),
        ("empty.csv", b"a,b\n", "csv_empty"),
    ],
)
def test_what_is_found_broken_later_is_said_on_the_document(
    campaign, team, nobody, name, content, code
):
    (result,) = team.upload(DOCUMENTS, {name: content}).json()["results"]
    split_all()
    seen = nobody.get(f"/documents/{result['document']['id']}").json()
    assert (seen["state"], seen["problem"]["code"]) == ("failed", code)
    assert seen["problem"]["detail"]
    assert not Excerpt.objects.filter(document=seen["id"]).exists()


def test_only_the_team_gives_documents(campaign, nobody, stranger, team):
    files = {"more.csv": table(["A."])}
    assert nobody.upload(DOCUMENTS, files).status_code == 401
    assert stranger.upload(DOCUMENTS, files).status_code == 403
    assert Document.objects.count() == 1
    assert team.upload(DOCUMENTS, files).status_code == 201


def test_a_guest_is_someone_but_not_of_the_team(campaign):
    refused = volunteer().upload(DOCUMENTS, {"more.csv": table(["A."])})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_an_upload_without_a_file_or_with_a_bad_source_is_refused(campaign, team):
    assert team.upload(DOCUMENTS, {}).json()["errors"][0]["pointer"] == "#/file"
    wrong = team.upload(DOCUMENTS, {"more.csv": table(["A."])}, source_url="not an address")
    assert wrong.json()["errors"][0]["pointer"] == "#/source_url"
    assert Document.objects.count() == 1


def test_everybody_sees_the_documents_of_a_public_campaign(campaign, nobody):
    (document,) = nobody.get(DOCUMENTS).json()["results"]
    assert (document["name"], document["state"], document["pages_done"]) == (
        "letters.csv",
        "split",
        5,
    )
    assert len(document["sha256"]) == 64


def test_documents_of_a_draft_are_for_its_team(make_campaign, nobody, stranger, team):
    document = make_campaign("draft", opened=False).documents.get()
    assert nobody.get(f"/documents/{document.pk}").status_code == 404
    assert stranger.get(f"/documents/{document.pk}").status_code == 404
    assert team.get(f"/documents/{document.pk}").status_code == 200

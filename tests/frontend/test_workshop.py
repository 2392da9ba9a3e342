"""The workshop's documents: who may come in, what is taken, what is said of what is not."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Campaign, Delivery, Document, Layout, MicroTask, Refusal, User
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns
from tests.documents import pdfs, sheets, tables
from tests.frontend import drives, team

pytestmark = pytest.mark.django_db
PLACE = "/c/letters/workshop/"


@pytest.fixture
def campaign() -> Campaign:
    return team.draft()


def text_of(reply: Any) -> str:
    """A page's words, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", reply.content.decode()).split())


def give(client: Client, *files: tuple[bytes, str], **more: Any) -> Any:
    sent = {"files": [team.upload(data, name) for data, name in files]}
    return client.post(f"{PLACE}deliveries/files/", sent, **more)


def test_strangers_are_not_told_that_a_draft_has_a_workshop(
    client: Client, campaign: Campaign
) -> None:
    assert client.get(PLACE)["Location"].startswith("/accounts/login/")
    other = User.objects.create_user("other@example.org")
    client.force_login(other)
    assert client.get(PLACE).status_code == 404


@pytest.mark.parametrize(
    ("role", "may_upload", "may_review"),
    [
        ("owner", True, True),
        ("editor", True, True),
        ("reviewer", False, True),
        ("reader", False, False),
    ],
)
def test_each_role_sees_what_it_may_do(
    client: Client, campaign: Campaign, role: str, may_upload: bool, may_review: bool
) -> None:
    team.sign_in(client, campaign, role)
    page = client.get(f"{PLACE}documents/")
    assert page.status_code == 200
    assert ("Bring your documents" in text_of(page)) is may_upload
    assert (give(client, (tables.table(1), "a.csv")).status_code == 303) is may_upload
    for place in ("reports/", "cuts/"):
        assert (client.get(PLACE + place).status_code == 200) is may_review


def test_the_team_finds_its_workshop_from_the_campaign(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign, "reader")
    assert f'href="{PLACE}"' in client.get("/c/letters/").content.decode()


def test_one_broken_file_does_not_stop_the_others(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    reply = give(
        client, (tables.table(2), "good.csv"), (b"", "empty.pdf"), (pdfs.pdf(1), "scan.pdf")
    )
    assert reply.status_code == 422
    assert "empty.pdf This file is empty." in text_of(reply)
    assert sorted(Document.objects.values_list("name", flat=True)) == ["good.csv", "scan.pdf"]
    problems = text_of(client.get(f"{PLACE}documents/?show=problems"))
    assert "With problems 1" in problems
    assert "empty.pdf" in problems
    refusal = Refusal.objects.get()
    assert refusal.delivery.kind == "files"
    read = client.post(f"{PLACE}deliveries/refusals/{refusal.pk}/", follow=True)
    assert "No problem: everything that came in could be cut." in text_of(read)


def test_with_javascript_each_file_has_its_own_answer(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    begun = client.post(f"{PLACE}deliveries/several/", {"name": "a.csv"})
    together = {"delivery": begun.content.decode(), "path": "dossier/a.csv"}
    one = client.post(
        f"{PLACE}deliveries/files/",
        {"files": team.upload(tables.table(1), "a.csv"), **together},
        headers={"HX-Request": "true"},
    )
    assert "dossier/a.csv received" in text_of(one)
    assert "<html" not in one.content.decode()
    other = client.post(
        f"{PLACE}deliveries/files/",
        {"files": team.upload(b"", "b.csv"), **together, "path": "dossier/b.csv"},
        headers={"HX-Request": "true"},
    )
    assert "dossier/b.csv This file is empty." in text_of(other)
    assert Document.objects.get().name == "dossier/a.csv"
    assert Refusal.objects.get().delivery == Delivery.objects.get()


def test_progress_and_what_is_wrong_are_said_document_by_document(
    client: Client, campaign: Campaign
) -> None:
    team.sign_in(client, campaign)
    give(client, (pdfs.pdf(2), "scan.pdf"))
    assert "waiting to be cut" in text_of(client.get(f"{PLACE}documents/"))
    team.split_all()
    page = text_of(client.get(f"{PLACE}documents/list/"))
    assert "2 of 2 pages, rows or parts are cut." in page
    assert "cut 2 parts" in page
    Document.objects.update(
        state="failed", problem_code="pdf_encrypted", problem_params={}, finished_at=timezone.now()
    )
    page = text_of(client.get(f"{PLACE}documents/?show=problems"))
    assert "protected by a password" in page
    assert "Try again" in page


def test_a_document_is_stopped_resumed_and_deleted(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    give(client, (tables.table(3), "a.csv"))
    document = Document.objects.get()

    def do(what: str) -> Any:
        return client.post(f"{PLACE}documents/{document.pk}/", {"do": what}, follow=True)

    assert "stopped" in text_of(do("stop"))
    assert "stopped" in text_of(do("stop")), "a second click changes nothing"
    do("resume")
    team.split_all()
    assert MicroTask.objects.count() == 3
    assert "“a.csv” was deleted." in text_of(do("remove"))
    assert not Document.objects.exists()
    assert do("nonsense").status_code == 404


def test_hundreds_of_documents_come_a_page_at_a_time(client: Client) -> None:
    campaign = drives.open_drive(rows=1)
    team.sign_in(client, campaign)
    several = Delivery.objects.create(
        campaign=campaign, kind="files", name="many", state="read", received_at=timezone.now()
    )
    broken = {"state": "failed", "problem_code": "file_empty", "finished_at": timezone.now()}
    Document.objects.bulk_create(_document(campaign, number, **broken) for number in range(60))
    Document.objects.bulk_create(_document(campaign, 60 + number) for number in range(200))
    Refusal.objects.bulk_create(
        Refusal(
            delivery=several, name=f"r{n}", problem_code="file_empty", refused_at=timezone.now()
        )
        for n in range(30)
    )
    first = text_of(client.get(f"{PLACE}documents/"))
    assert "All 261" in first
    assert "With problems 90" in first
    assert "1 of 6" in first
    second = client.get(f"{PLACE}documents/?show=problems&page=2").content.decode()
    assert second.count('<li class="doc"') == 10
    assert second.count('<li class="doc refused"') == 30
    assert client.get(f"{PLACE}documents/?show=problems&page=99").status_code == 200
    found = client.get(f"{PLACE}documents/?show=problems&q=R2").content.decode()
    assert found.count('<li class="doc refused"') == 11  # r2, and r20 to r29
    assert "No name has “nobody” in it." in text_of(client.get(f"{PLACE}documents/?q=nobody"))


def _document(campaign: Campaign, number: int, **more: Any) -> Document:
    known = {"pages_known": 1, "pages_done": 1, "state": "split", "media_type": "text/csv"}
    return Document(
        campaign=campaign,
        name=f"{number}.csv",
        sha256=f"{number:064}",
        byte_size=1,
        received_at=timezone.now(),
        **{**known, **more},
    )


def test_originals_are_given_back_as_attachments(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign, "editor")
    give(client, (b"<script>alert(1)</script><p>Text</p>", "page.html"))
    original = f"{PLACE}documents/{Document.objects.get().pk}/original/"
    reply = client.get(original)
    assert reply["Content-Disposition"].startswith("attachment")
    assert "sandbox" in reply["Content-Security-Policy"]
    assert reply["X-Content-Type-Options"] == "nosniff"
    reader = Client()
    team.sign_in(reader, campaign, "reader")
    assert reader.get(original).status_code == 403


def test_how_to_cut_is_chosen_by_looking(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    give(client, (tables.table([["Ana", "oui"], ["Bo", "non"]]), "a.csv"))
    team.split_all()
    place = f"{PLACE}documents/{Document.objects.get().pk}/cutting/"
    assert "Ana" in text_of(client.get(place))
    looked = text_of(client.get(f"{place}preview/?by=rows&column=avis"))
    assert "oui" in looked
    assert "Ana" not in looked
    assert "1 more column" in looked.replace("One more column", "1 more column")
    drives.say(drives.person(), _opened(campaign))
    done = client.post(place, {"by": "rows", "column": ["avis"], "do": "cut"}, follow=True)
    assert "1 question was kept" in text_of(done)
    team.split_all()
    shown = [excerpt.cells for excerpt in Document.objects.get().excerpts.order_by("position")]
    assert ["non"] in shown


def test_the_sheet_of_a_workbook_is_chosen_by_looking(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    give(client, (sheets.xlsx([["nom"], ["Ana"]], [["a", "a"], ["1", "2"]]), "a.xlsx"))
    team.split_all()
    listed = text_of(client.get(f"{PLACE}documents/"))
    assert "Cut it differently" in listed  # although it failed: another sheet may do
    place = f"{PLACE}documents/{Document.objects.get().pk}/cutting/"
    page = text_of(client.get(place))
    assert "here “S2”" in page
    assert "2 rows, 1 column" in page
    looked = client.get(f"{place}preview/?by=rows&sheet=S1&columns_of=").content.decode()
    assert "Ana" in looked
    assert 'name="columns_of" value="S1"' in looked  # the columns to choose come with it
    assert 'name="column" value="nom" checked' in looked
    data = {"by": "rows", "sheet": "S1", "columns_of": "S1", "column": ["nom"], "do": "cut"}
    client.post(place, data)
    team.split_all()
    document = Document.objects.get()
    assert (document.state, document.sheet) == ("split", "S1")
    assert "from “S1”, one of 2 sheets" in text_of(client.get(f"{PLACE}documents/"))


def test_the_lists_are_as_quick_with_925_documents(
    client: Client, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    team.sign_in(client, campaign)
    split = {"media_type": "application/pdf", "byte_size": 9, "state": "split", "pages_known": 2}
    made = Document.objects.bulk_create(
        Document(
            campaign=campaign,
            name=f"forms/{number}.pdf",
            sha256=f"{number:064}",
            received_at=timezone.now(),
            splitting={"by": "zones"},
            pages_done=2,
            **split,
        )
        for number in range(925)
    )
    layout = Layout.objects.create(
        campaign=campaign, name="A", reference=made[0], made_at=timezone.now()
    )
    campaign.documents.update(layout=layout)
    for place, rows in (("documents/", 50), ("layouts/", 1), (f"layouts/{layout.pk}/", 24)):
        with django_assert_max_num_queries(40):
            page = client.get(f"{PLACE}{place}").content.decode()
        assert page.count('<li class="doc"') + page.count('<li class="flow"') <= rows
        assert len(page) < 150_000
    assert "925" in text_of(client.get(f"{PLACE}layouts/"))
    last = text_of(client.get(f"{PLACE}documents/?page=19"))
    assert "forms/0.pdf" in last


def _opened(campaign: Campaign) -> Campaign:
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=timezone.now())
    return campaign


def test_a_wrong_address_is_said_beside_the_field(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    reply = client.post(f"{PLACE}deliveries/iiif/", {"address": "ftp://example.org"})
    assert reply.status_code == 422
    assert 'id="manifest-wrong"' in reply.content.decode()
    assert 'value="ftp://example.org"' in reply.content.decode()
    reply = client.post(f"{PLACE}deliveries/addresses/", {"addresses": ""})
    assert reply.status_code == 422
    assert 'id="addresses-wrong"' in reply.content.decode()

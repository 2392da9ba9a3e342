"""Campaigns are set up from a description, opened and closed; what could never work is refused."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from crowd.models import Campaign, Delivery, Document, Membership, Question, Step, User
from crowd.rules.lifecycle import CampaignState, ForbiddenMove
from crowd.rules.problems import Problem
from crowd.services import campaigns
from tests import builders
from tests.builders import MINUTE, NOW
from tests.documents import pdfs, tables
from tests.documents.archives import zipped

pytestmark = pytest.mark.django_db


def description(*steps: Any, **more: Any) -> dict[str, Any]:
    steps = steps or (builders.step(),)
    return {"slug": "wages", "title": "Wages", "language": "en", "steps": list(steps), **more}


def set_up(*steps: Any, owner: User | None = None, **more: Any) -> Campaign:
    return campaigns.set_up(description=description(*steps, **more), owner=owner, now=NOW)


def test_a_campaign_is_set_up_as_a_draft_with_steps_and_questions_in_order() -> None:
    owner = User.objects.create_user("ana@example.org")
    campaign = set_up(
        builders.step(builders.choice("one"), builders.text("two"), key="read"),
        builders.step(key="sum", opens_when={"step": "read", "question": "one", "is": "a"}),
        owner=owner,
        deadline_days=7,
        problem="Nobody knows.",
    )
    assert (campaign.state, campaign.problem, campaign.language) == ("draft", "Nobody knows.", "en")
    assert (campaign.deadline - NOW.date()).days == 7
    assert [step.key for step in campaign.steps.all()] == ["read", "sum"]
    assert [q.key for q in campaign.steps.get(key="read").questions.all()] == ["one", "two"]
    assert Membership.objects.get(campaign=campaign).user == owner


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ({"key": "q", "kind": "drawing"}, "kind"),
        (builders.choice(options=[]), "options"),
        ({**builders.choice(), "options": ["a", "b"]}, "options"),
        ({**builders.choice(), "options": {"a": "b"}}, "options"),
        (builders.choice(options=["a", "a"]), "options"),
        (builders.choice(options=["a", ""]), "options"),
        (builders.choice(options=["a" * 101]), "options"),
        ({**builders.choice(), "options": [{"value": 1, "label": "one"}]}, "options"),
        ({**builders.choice(), "options": [{"value": ["a"], "label": "one"}]}, "options"),
        ({**builders.choices(), "options": [{"value": "a"}]}, "options"),
        (builders.number(settings={"min": "0"}), "settings"),
        (builders.number(settings={"max": True}), "settings"),
        (builders.text(settings={"max_length": "long"}), "settings"),
        (builders.text(settings={"max_length": 0}), "settings"),
        (builders.text(settings=["max_length"]), "settings"),
    ],
)
def test_a_question_nobody_could_answer_is_refused_and_nothing_is_made(
    question: dict[str, Any], what: str
) -> None:
    with pytest.raises(Problem) as refused:
        set_up(builders.step(builders.choice("good"), question))
    assert refused.value == Problem("question_invalid", key="q", what=what)
    assert not Campaign.objects.exists()


def test_settings_that_make_sense_are_taken() -> None:
    set_up(
        builders.step(
            builders.text("a", settings={"max_length": 100, "multiline": True}),
            builders.number("b", settings={"min": 0, "max": 2.5, "unit": "€"}),
            builders.number("c", settings={"min": None}),
        )
    )
    assert Question.objects.count() == 3


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"step": "sum", "question": "q"}, "condition_unknown_step"),
        ({"step": "read", "question": "z"}, "condition_unknown_question"),
        ({"step": "read", "question": "q", "is": "z"}, "condition_unknown_option"),
        ({"step": "read", "question": "said", "each": True}, "condition_without_options"),
        (["read"], "condition_unreadable"),
    ],
)
def test_a_condition_that_could_never_be_met_is_refused(condition: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        set_up(
            builders.step(builders.choice(), builders.text("said")),
            builders.step(key="sum", opens_when=condition),
        )
    assert refused.value.code == code
    assert not Step.objects.exists()


def test_opening_and_closing_leave_their_dates() -> None:
    campaign = set_up()
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=NOW)
    assert (campaign.is_open, campaign.opened_at) == (True, NOW)
    campaigns.move(campaign=campaign, state=CampaignState.PAUSED, now=NOW + MINUTE)
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=NOW + 2 * MINUTE)
    campaigns.move(campaign=campaign, state=CampaignState.CLOSED, now=NOW + 3 * MINUTE)
    assert (campaign.opened_at, campaign.closed_at) == (NOW, NOW + 3 * MINUTE)
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, now=NOW + 4 * MINUTE)
    assert campaign.closed_at is None


def test_a_draft_is_opened_before_it_is_closed() -> None:
    with pytest.raises(ForbiddenMove):
        campaigns.move(campaign=set_up(), state=CampaignState.CLOSED, now=NOW)


def test_only_those_in_charge_may_edit() -> None:
    users = {name: User.objects.create_user(f"{name}@example.org") for name in "abcde"}
    campaign = set_up(owner=users["a"])
    Membership.objects.create(campaign=campaign, user=users["b"], role="editor")
    Membership.objects.create(campaign=campaign, user=users["c"], role="reader")
    admin = User.objects.create_superuser("admin@example.org")
    may = {
        name: campaigns.may_edit(campaign=campaign, user=user)
        for name, user in {**users, "admin": admin, "nobody": None}.items()
    }
    assert [name for name, allowed in may.items() if allowed] == ["a", "b", "admin"]
    admin.is_active = False
    assert not campaigns.may_edit(campaign=campaign, user=admin)


def test_drafts_are_seen_by_their_team_alone() -> None:
    owner, other = (User.objects.create_user(f"{n}@example.org") for n in "ab")
    draft, opened = set_up(owner=owner), set_up(slug="open")
    campaigns.move(campaign=opened, state=CampaignState.OPEN, now=NOW)
    assert set(campaigns.visible_to(user=None)) == {opened}
    assert set(campaigns.visible_to(user=other)) == {opened}
    assert set(campaigns.visible_to(user=owner)) == {draft, opened}
    admin = User.objects.create_superuser("admin@example.org")
    assert set(campaigns.visible_to(user=admin)) == {draft, opened}


# --- Commands ------------------------------------------------------------------------------------


def test_ingest_takes_the_good_files_and_names_the_others(tmp_path: Any, capsys: Any) -> None:
    set_up()
    (tmp_path / "good.csv").write_bytes(tables.table(2))
    (tmp_path / "form.pdf").write_bytes(pdfs.pdf(1))
    (tmp_path / "empty.csv").write_bytes(b"")
    names = ["good.csv", "empty.csv", "missing.csv", "form.pdf"]
    with pytest.raises(CommandError, match="2 of 4 files were not taken"):
        call_command("ingest", "wages", *[str(tmp_path / name) for name in names])
    said = capsys.readouterr()
    assert sorted(Document.objects.values_list("name", flat=True)) == ["form.pdf", "good.csv"]
    assert "empty.csv: This file is empty." in said.err
    assert "missing.csv: No such file or directory" in said.err
    assert "form.pdf: document" in said.out


def test_ingest_takes_folders_archives_and_addresses(tmp_path: Any, capsys: Any) -> None:
    set_up()
    folder = tmp_path / "dossier" / "été"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(tables.table(1))
    (folder / "b.csv").symlink_to("/etc/passwd")
    (tmp_path / "c.zip").write_bytes(zipped({"c.csv": tables.table(2)}))
    call_command(
        *("ingest", "wages", str(tmp_path / "dossier"), str(tmp_path / "c.zip")),
        "https://example.org/d.csv",
    )
    assert list(Document.objects.values_list("name", flat=True)) == ["dossier/été/a.csv"]
    kinds = Delivery.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["archive", "files", "urls"]
    assert "c.zip: delivery" in capsys.readouterr().out
    with pytest.raises(CommandError, match="1 of 1 files were not taken"):
        call_command("ingest", "wages", "file:///etc/passwd", "--iiif")


def test_ingest_names_the_campaigns_there_are_when_it_knows_none_of_that_name() -> None:
    set_up()
    with pytest.raises(CommandError, match="There are: wages"):
        call_command("ingest", "wage", "x.csv")


@pytest.mark.slow
def test_the_samples_are_loaded_once() -> None:
    for _ in range(2):
        call_command("load_samples")
    assert Campaign.objects.filter(state="open").count() == 2
    assert Document.objects.count() == 2


def test_a_careful_step_may_ask_ten_people_unless_it_says_otherwise() -> None:
    steps = [
        {"key": "one", "title": "One", "preset": "careful", "questions": []},
        {"key": "two", "title": "Two", "preset": "careful", "at_most": 4, "questions": []},
    ]
    description = {"slug": "sure", "title": "Sure", "language": "en", "steps": steps}
    campaign = campaigns.set_up(description=description, owner=None, now=NOW)
    assert [step.policy.at_most for step in campaign.steps.order_by("position")] == [10, 4]

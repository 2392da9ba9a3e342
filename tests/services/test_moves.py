"""Projects of other tools become drafts; a whole campaign moves to another Tamis."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from crowd import models
from crowd.models import Answer, Campaign, Contributor, KnownAnswer, Move, User, Verdict
from crowd.rules.opendata import verifying
from crowd.services import copies, exports, foreign, moves
from tests import builders
from tests.builders import NOW
from tests.services.test_snapshots import package, played, taken

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = [
    {"id": n, "info": {"url": f"https://example.org/{n}.jpg", "meta": {"page": n}}, "n_answers": 3}
    for n in range(1, 4)
]
RUNS = [
    {"id": 10, "task_id": 1, "user_id": 7, "info": {"bird": "yes", "note": "Mésange"},
     "finish_time": "2020-05-01T10:00:00"},
    {"id": 11, "task_id": 1, "user_id": 8, "info": {"bird": "yes", "note": "mesange"}},
    {"id": 12, "task_id": 2, "user_id": 7, "info": {"bird": "no", "note": "–"}},
    {"id": 13, "task_id": 2, "user_ip": "a1", "info": {"bird": "no", "note": "rien du tout"}},
    {"id": 14, "task_id": 2, "user_id": 7, "info": {"bird": "yes", "note": "encore"}},
    {"id": 15, "task_id": 99, "user_id": 7, "info": {"bird": "yes", "note": "x"}},
    {"id": 16, "task_id": 3, "user_id": 7, "info": ""},
]  # fmt: skip
ANNOTATED = [
    {
        "id": 5,
        "data": {"image": "/data/1.png", "text": "Lettre"},
        "annotations": [
            {
                "id": 50,
                "completed_by": 1,
                "result": [
                    {"from_name": "tone", "type": "choices", "value": {"choices": ["calm"]}},
                    {"from_name": "what", "type": "textarea", "value": {"text": ["Merci", "bien"]}},
                    {
                        "from_name": "seal",
                        "type": "rectanglelabels",
                        "value": {"x": 10, "y": 20, "width": 30, "height": 5,
                                  "rectanglelabels": ["stamp"]},
                    },
                    {"from_name": "line", "type": "polygonlabels", "value": {"points": []}},
                ],
            },
            {
                "id": 51,
                "completed_by": {"id": 2},
                "ground_truth": True,
                "result": [
                    {"from_name": "tone", "type": "choices", "value": {"choices": ["angry"]}}
                ],
            },
            {"id": 52, "was_cancelled": True, "result": []},
        ],
    }
]  # fmt: skip


@pytest.fixture
def user() -> User:
    return User.objects.create_user("mover@example.org")


def brought(user: User, content: bytes, *, title: str = "") -> Move:
    made = moves.take(file=io.BytesIO(content), name="export.zip", title=title, user=user, now=NOW)
    assert moves.go_on(now=NOW)
    made.refresh_from_db()
    return made


def zipped(**files: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for name, content in files.items():
            held.writestr(f"{name}.json", json.dumps(content))
    return out.getvalue()


def test_a_pybossa_project_becomes_a_draft_with_its_answers(user: User) -> None:
    project = {"name": "Birds", "short_name": "birds", "description": "Which birds?"}
    move = brought(user, zipped(project=project, task=TASKS, task_run=RUNS))
    assert (move.state, move.kind, move.problem_code) == ("moved", "pybossa", "")
    campaign = move.campaign
    assert campaign is not None
    assert (campaign.title, campaign.state, campaign.problem) == ("Birds", "draft", "Which birds?")
    questions = campaign.steps.get().questions.order_by("position")
    assert [(each.key, each.kind) for each in questions] == [("bird", "choice"), ("note", "text")]
    assert campaign.documents.get().columns == ["url", "meta.page"]
    assert Answer.objects.count() == 4
    assert Contributor.objects.filter(answers__isnull=False).distinct().count() == 3
    assert move.counts == {"excerpts": 3, "answers": 4, "known": 0, "people": 3}
    refused = {(each["where"], each["code"]) for each in move.refusals}
    assert refused == {
        ("task run 15", "import_task_unknown"),
        ("task run 16", "import_answer_empty"),
        ("2 / 14", "import_said_twice"),
    }
    builders.settle()
    verdict = Verdict.objects.current().get(microtask__excerpt__position=1)
    assert verdict.values["bird"]["value"] == "yes"


def test_label_studio_choices_texts_and_rectangles_come_along(user: User) -> None:
    move = brought(user, json.dumps(ANNOTATED).encode(), title="Letters")
    assert (move.state, move.kind) == ("moved", "label_studio")
    assert move.campaign is not None
    asked = move.campaign.steps.get().questions.order_by("position")
    kinds = [(each.key, each.kind, each.required) for each in asked]
    assert kinds == [("tone", "choice", True), ("what", "text", False), ("seal", "region", False)]
    answer = Answer.objects.get()
    assert answer.values["what"] == "Merci\nbien"
    assert answer.values["seal"] == [{"box": [0.1, 0.2, 0.4, 0.25], "label": "stamp"}]
    assert KnownAnswer.objects.get().values == {"tone": "angry"}
    assert [each["code"] for each in move.refusals] == ["import_kind_unknown"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not json", "import_unreadable"),
        (b"[]", "import_without_tasks"),
        (zipped(task_run=RUNS), "import_without_tasks"),
        (b"[" * 100_000, "import_unreadable"),
    ],
)
def test_what_is_no_project_is_refused_with_one_sentence(
    user: User, content: bytes, code: str
) -> None:
    move = brought(user, content)
    assert (move.state, move.problem_code) == ("failed", code)
    assert not Campaign.objects.exists()


def test_a_worker_that_dies_leaves_the_rest_to_the_next(user: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("crowd.services.foreign.AT_ONCE", 1)
    made = moves.take(
        file=io.BytesIO(zipped(task=TASKS, task_run=RUNS[:4])),
        name="x",
        title="",
        user=user,
        now=NOW,
    )
    whole, calls = foreign._store, []

    def dying(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        whole(*arguments)

    monkeypatch.setattr(foreign, "_store", dying)
    moves.go_on(now=NOW)
    assert models.Excerpt.objects.count() == 1
    moves.go_on(now=NOW)
    made.refresh_from_db()
    assert made.state == "moved"
    assert models.Excerpt.objects.count() == 3
    assert Answer.objects.count() == 4


def flat(campaign: Campaign) -> list[Any]:
    """All verdicts, without the numbers and names of one site."""
    found = exports.parsed(exports.stream(campaign=campaign, format="jsonl"))
    told = []
    for each in found:
        del each["excerpt"]
        for verdict in each["verdicts"].values():
            del verdict["microtask"]
        told.append(each)
    return told


def copied_out(campaign: Campaign, user: User) -> bytes:
    move = moves.copy_out(campaign=campaign, user=user, now=NOW)
    moves.go_on(now=NOW)
    move.refresh_from_db()
    assert move.state == "moved", move.problem_code
    with move.file.open("rb") as file:
        return bytes(file.read())


def counted() -> dict[str, int]:
    return {name: copies.model_of(name)._default_manager.count() for name in copies.GOES}


@pytest.mark.slow
def test_a_whole_campaign_moves_to_an_empty_site_with_nothing_lost(
    user: User, tmp_path: Path
) -> None:
    drive = played()
    before, told = counted(), flat(drive.campaign)
    content = copied_out(drive.campaign, user)
    awards = models.Award.objects.total()
    call_command("flush", interactive=False, verbosity=0)
    builders.drive(excerpts=3)  # numbers here are others
    other = User.objects.create_user("other@example.org")
    away = counted()
    move = brought(other, content)
    assert (move.state, move.kind, move.problem_code) == ("moved", "tamis", "")
    assert {name: count - away[name] for name, count in counted().items()} == before
    campaign = move.campaign
    assert campaign is not None
    assert campaign.owner == other
    assert flat(campaign) == told
    assert models.Award.objects.filter(campaign=campaign).total() == awards
    assert not Contributor.objects.exclude(pseudonym=None).exists()
    # What was learnt came along, person by person: every verdict follows from it.
    drive.campaign = campaign
    path = package(taken(drive), tmp_path / "package.zip")
    assert verifying.verify(verifying.Package(path)).differences == []


def test_a_campaign_that_is_here_already_does_not_come_in_twice(user: User) -> None:
    content = copied_out(played().campaign, user)
    move = brought(user, content)
    assert (move.state, move.problem_code) == ("failed", "import_here_already")
    assert Campaign.objects.count() == 1


def test_every_noun_goes_along_or_is_known_to_stay() -> None:
    every = {
        each.__name__ for each in copies.Campaign._meta.apps.get_app_config("crowd").get_models()
    }
    stays = every - set(copies.GOES) - {"Contributor"}
    assert stays == copies.STAYS & every

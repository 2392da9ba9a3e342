"""Progress is counted, never kept; everything derived can be rebuilt and changes no total."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum

from crowd import valkey
from crowd.models import Answer, Award, MicroTask, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.services import leaderboard, points, progress, queues, rebuild, scores
from crowd.services.progress import Progress
from tests import builders
from tests.builders import CUT, NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def played() -> Drive:
    """Five excerpts: settled, contested, badly cut, begun, untouched; and a follow-up."""
    drive = builders.drive(
        builders.step(builders.choices()),
        builders.step(
            builders.text(), key="sum", opens_when={"step": "read", "question": "q", "each": True}
        ),
        excerpts=5,
        at_most=3,
    )
    people = builders.guests(3)
    for about, values in enumerate([[["a"]] * 2, [[], ["a"], None], [CUT] * 2, [["b"]]], start=1):
        for person, value in zip(people, values, strict=False):
            drive.say(value, by=person, about=about)
    builders.settle()
    return drive


def test_progress_is_what_there_is(played: Drive) -> None:
    seen = progress.of_campaign(played.campaign)
    assert (seen.total, seen.settled, seen.contested, seen.set_aside, seen.open) == (6, 1, 1, 1, 3)
    assert (seen.answers, seen.contributors) == (8, 3)
    assert [(step.key, step.total, step.settled, step.open) for step in seen.per_step] == [
        ("read", 5, 1, 2),
        ("sum", 1, 0, 1),
    ]


def test_withdrawn_micro_tasks_and_answers_set_aside_do_not_count(played: Drive) -> None:
    MicroTask.objects.filter(step__key="sum").update(state="withdrawn", needs=0)
    Answer.objects.filter(microtask__excerpt__position=4).update(
        set_aside_at=NOW, set_aside_reason="late"
    )
    seen = progress.recount(played.campaign)
    assert (seen.total, seen.answers) == (5, 7)


def test_an_empty_campaign_has_empty_progress() -> None:
    seen = progress.of_campaign(builders.drive(excerpts=0).campaign)
    assert (seen.total, seen.open, seen.answers, seen.contributors) == (0, 0, 0, 0)


def test_a_count_is_remembered_a_moment_and_counted_anew_when_asked(played: Drive) -> None:
    before = progress.of_campaign(played.campaign)
    played.say(["b"], about=5)
    assert progress.of_campaign(played.campaign) == before
    assert 0 < valkey.client().pttl(f"tamis:progress:{played.campaign.pk}") < 60_000
    assert progress.recount(played.campaign).answers == before.answers + 1
    assert progress.of_campaign(played.campaign).answers == before.answers + 1


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_progress_is_counted_each_time() -> None:
    drive = builders.drive(excerpts=2)
    assert progress.of_campaign(drive.campaign).total == 2
    builders.add_excerpts(
        Drive(campaign=drive.campaign, document=builders.document(drive.campaign, rows=1)), 1
    )
    assert progress.of_campaign(drive.campaign).total == 3


def totals(drive: Drive) -> dict[str, Any]:
    """Everything that a rebuild must not change."""
    people = {answer.contributor for answer in Answer.objects.select_related("contributor")}
    seen: Progress = progress.recount(drive.campaign)
    return {
        "progress": seen,
        "ledger": Award.objects.aggregate(Sum("points")),
        "points": {person.pk: points.summary(contributor=person) for person in people},
        "verdicts": list(Verdict.objects.order_by("pk").values()),
        "microtasks": list(MicroTask.objects.order_by("pk").values()),
        "board": leaderboard.board(campaign=None, period="all", contributor=None, now=NOW),
    }


def test_rebuilding_everything_changes_no_total(played: Drive) -> None:
    for person in {answer.contributor for answer in Answer.objects.all()}:
        person.pseudonym, person.listed = f"Player {person.pk}", True
        person.save()
    scores.rebuild(now=NOW)
    before = totals(played)
    assert before["board"].total_listed > 0
    lines = list(rebuild.everything(now=NOW))
    assert totals(played) == before
    valkey.client().flushdb()
    assert list(rebuild.everything(now=NOW)) == lines
    assert totals(played) == before


def test_rebuilding_loads_the_queues_of_open_campaigns(played: Drive) -> None:
    valkey.client().flushdb()
    list(rebuild.everything(now=NOW))
    ready = {
        step.key: set(valkey.client().zrange(f"tamis:ready:{step.pk}", 0, -1))
        for step in played.campaign.steps.all()
    }
    for key, members in ready.items():
        expected = played.microtasks(step=key).filter(state="open").values_list("pk", flat=True)
        assert members == set(map(str, expected))


def test_the_command_says_what_it_rebuilt(played: Drive, capsys: Any) -> None:
    call_command("rebuild")
    said = capsys.readouterr().out
    assert f"{played.campaign.slug}: 3 micro-tasks ready, 1 of 6 settled, 8 answers by 3" in said
    assert "ranks: " in said


# --- Queues --------------------------------------------------------------------------------------


def slots(drive: Drive) -> dict[int, int]:
    """Excerpt → places its micro-task has in the queue."""
    kept = valkey.client().hgetall(f"tamis:slots:{drive.step().pk}")
    by_id = {each.pk: each.excerpt.position for each in drive.microtasks()}
    return {by_id[int(pk)]: int(places) for pk, places in kept.items()}


def test_a_queue_holds_what_can_be_lent_with_as_many_places() -> None:
    drive = builders.drive(excerpts=4, agree=3)
    builders.lend(drive.microtask(1), builders.guest())
    drive.say("a", about=2)
    for person in builders.guests(3):
        builders.lend(drive.microtask(3), person)
    queues.refill_all()
    assert slots(drive) == {1: 2, 2: 2, 4: 3}


def test_a_claim_takes_a_place_and_the_last_one_takes_the_micro_task_out() -> None:
    drive = builders.drive(excerpts=2, agree=2)
    queues.refill_all()
    drive.claim(builders.guest())
    assert slots(drive) == {1: 1, 2: 2}
    drive.claim(builders.guest())
    assert slots(drive) == {2: 2}


def test_what_is_offered_again_has_the_places_postgresql_counts() -> None:
    drive = builders.drive(excerpts=2, agree=2)
    drive.say("a", about=1)
    queues.offer(microtask_ids=[each.pk for each in drive.microtasks()])
    assert slots(drive) == {1: 1, 2: 2}
    queues.offer(microtask_ids=[])


def test_a_queue_that_is_full_enough_is_left_alone(monkeypatch: Any) -> None:
    monkeypatch.setattr(queues, "LOW_WATER", 2)
    drive = builders.drive(excerpts=3)
    assert queues.refill(step_id=drive.step().pk) == 3
    assert queues.refill(step_id=drive.step().pk) == 0
    valkey.client().zpopmin(f"tamis:ready:{drive.step().pk}", 2)
    assert queues.refill(step_id=drive.step().pk) == 3


def test_queues_of_campaigns_that_are_not_open_are_not_filled() -> None:
    drive = builders.drive(excerpts=3, state=CampaignState.PAUSED)
    assert queues.refill_all() == 0
    assert slots(drive) == {}

"""Celery's door: every task is known by its name and queue, and safe to run twice."""

import io
from typing import Any

import pytest
from django.conf import settings

from crowd import later, valkey
from crowd.config import celery_app
from crowd.models import Answer, Assignment, Award, Document, Verdict
from crowd.services import deliveries, intake
from tasks import consensus, queues, ranks
from tasks import deliveries as reading
from tasks import documents as splitting
from tests import builders
from tests.builders import LEASE, NOW
from tests.documents import tables
from tests.documents.archives import zipped

pytestmark = pytest.mark.django_db

OURS = {
    "tasks.amendments.go_on",
    "tasks.amendments.work",
    "tasks.announcements.go_on",
    "tasks.announcements.thank",
    "tasks.consensus.estimate",
    "tasks.consensus.estimate_all",
    "tasks.consensus.estimate_grown",
    "tasks.consensus.lift_veils",
    "tasks.consensus.look_over",
    "tasks.consensus.settle_waiting",
    "tasks.deliveries.read",
    "tasks.deliveries.resume_all",
    "tasks.documents.go_on",
    "tasks.documents.split",
    "tasks.exports.go_on",
    "tasks.exports.look_over",
    "tasks.exports.nightly",
    "tasks.layouts.fit",
    "tasks.layouts.go_on",
    "tasks.layouts.group",
    "tasks.layouts.register",
    "tasks.layouts.resume_all",
    "tasks.mails.ask_for_outcomes",
    "tasks.mails.send_waiting",
    "tasks.mails.sweep",
    "tasks.mails.tell_fates",
    "tasks.microtasks.ask_about_all",
    "tasks.moves.go_on",
    "tasks.people.sweep",
    "tasks.people.sweep_apps",
    "tasks.queues.expire_leases",
    "tasks.queues.look_for_endings",
    "tasks.queues.offer",
    "tasks.queues.refill_all",
    "tasks.queues.sweep_drafts",
    "tasks.ranks.catch_up",
    "tasks.ranks.reward",
    "tasks.ranks.reward_all",
    "tasks.ranks.rewrite",
    "tasks.ranks.tell",
    "tasks.rollups.count",
    "tasks.rollups.count_due",
    "tasks.streams.tell",
    "tasks.targets.remind",
    "tasks.targets.sweep_files",
    "tasks.targets.tell_followers",
    "tasks.webhooks.look",
    "tasks.webhooks.send",
    "tasks.webhooks.send_waiting",
    "tasks.webhooks.sweep",
}


def test_the_worker_knows_every_task() -> None:
    celery_app.loader.import_default_modules()
    assert {name for name in celery_app.tasks if name.startswith("tasks.")} == OURS


def test_what_is_on_schedule_exists_and_has_a_queue_somebody_reads() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in OURS
        assert entry["options"]["queue"] in {"consensus", "default", "documents"}


def test_cross_checking_twice_changes_nothing() -> None:
    drive = builders.drive()
    drive.say("a")
    drive.say("a")
    for _ in range(2):
        consensus.settle_waiting.run()
    assert (Verdict.objects.count(), Award.objects.count()) == (1, 2)


def test_what_a_lost_message_forgot_is_found_on_schedule() -> None:
    drive = builders.drive(excerpts=2)
    for about in (1, 2):
        drive.say("a", about=about)
        drive.say("a", about=about)
    valkey.client().flushdb()
    consensus.settle_waiting.run()
    assert drive.microtasks().filter(state="settled").count() == 2


def test_a_scheduled_run_leaves_the_work_to_one_that_is_at_it() -> None:
    drive = builders.drive()
    drive.say("a")
    drive.say("a")
    later.running(consensus.NAME)
    consensus.settle_waiting.run(scheduled=True)
    assert Answer.objects.waiting().count() == 2
    later.woken(consensus.NAME)
    consensus.settle_waiting.run(scheduled=True)
    assert not Answer.objects.waiting().exists()


def test_more_than_a_batch_is_settled_in_one_run(monkeypatch: Any) -> None:
    monkeypatch.setattr("crowd.services.consensus.BATCH", 2)
    drive = builders.drive(excerpts=5)
    for about in range(1, 6):
        drive.say("a", about=about)
        drive.say("a", about=about)
    consensus.settle_waiting.run()
    assert not Answer.objects.waiting().exists()


def test_leases_that_ran_out_are_taken_back_and_offered() -> None:
    drive = builders.drive(excerpts=3)
    for about in (1, 2):
        builders.lend(drive.microtask(about), builders.guest(), now=NOW - LEASE * 1000)
    queues.expire_leases.run()
    queues.expire_leases.run()
    assert set(Assignment.objects.values_list("state", flat=True)) == {"expired"}


def test_offering_what_is_settled_puts_nothing_in_play() -> None:
    drive = builders.drive()
    drive.say("a")
    drive.say("a")
    builders.settle()
    queues.offer.run(microtask_ids=[drive.microtask().pk])
    assert valkey.client().zcard(f"tamis:ready:{drive.step().pk}") == 0


def test_refilling_twice_is_refilling_once() -> None:
    drive = builders.drive(excerpts=3)
    for _ in range(2):
        queues.refill_all.run()
    assert valkey.client().zcard(f"tamis:ready:{drive.step().pk}") == 3


def test_documents_that_were_left_are_gone_on_with() -> None:
    drive = builders.drive(excerpts=0)
    received = [
        intake.receive(
            campaign=drive.campaign, upload=io.BytesIO(tables.table(rows)), name="t.csv", now=NOW
        )
        for rows in (2, 3)
    ]
    splitting.go_on.run()
    splitting.go_on.run()
    splitting.split.run(document_id=received[0].pk)
    assert set(Document.objects.values_list("state", flat=True)) == {"split"}
    assert drive.microtasks().count() == 5


def test_deliveries_that_were_left_are_gone_on_with() -> None:
    drive = builders.drive(excerpts=0)
    data = zipped({"a.csv": tables.table(1), "b.csv": tables.table(2)})
    delivery = deliveries.take(
        campaign=drive.campaign, upload=io.BytesIO(data), name="a.zip", now=NOW
    )
    reading.resume_all.run()
    reading.resume_all.run()
    reading.read.run(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.documents.count()) == ("read", 2)


def test_telling_the_news_without_news_is_fine() -> None:
    ranks.tell.run()
    ranks.catch_up.run()

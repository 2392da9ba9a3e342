"""Webhooks: what is told, signed, when, how often; and what is told to nobody."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Reader

from crowd.models import Excerpt, Snapshot, Webhook, WebhookDelivery
from crowd.models.webhooks import EventKind
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import (
    campaigns,
    changes,
    dossiers,
    progress,
    rollups,
    sending,
    snapshots,
    tidings,
    veils,
    webhooks,
)
from tests import builders
from tests.builders import NOW, Drive, guest, lend, settle, submit
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db(transaction=True)
ALL = EventKind.values
SETTLED, CONTESTED = "microtask.settled", "microtask.contested"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving(settings) as running:
        yield running


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=2)


def made(drive: Drive, receiver: Receiver, *kinds: str) -> tuple[Webhook, str]:
    return webhooks.make(
        campaign=drive.campaign, address=receiver.url, kinds=kinds or ALL, by=None, now=NOW
    )


def agree(drive: Drive, about: int = 1, *, now: datetime = NOW) -> None:
    for _ in range(2):
        drive.say("a", about=about, now=now)
    settle(now=now)


def send(*, now: datetime = NOW) -> int:
    """What the workers would do; how many got through."""
    tidings.release(now=now)
    sent = 0
    for webhook_id in sending.due(now=now):
        while sending.send_next(webhook_id=webhook_id, now=now):
            sent += 1
    return sent


def said(receiver: Receiver) -> list[Any]:
    return [json.loads(each.body) for each in receiver.came]


def kinds(receiver: Receiver) -> list[str]:
    return [each["type"] for each in said(receiver)]


def test_it_is_signed_as_the_specification_says(drive: Drive, receiver: Receiver) -> None:
    _hook, secret = made(drive, receiver)
    now = timezone.now()  # the reader's library looks at the clock
    agree(drive, now=now)
    assert send(now=now) == 1
    [came] = receiver.came
    read = Reader(secret).verify(came.body, came.headers)
    assert read["type"] == SETTLED
    with pytest.raises(Exception, match="signature"):
        Reader(secret).verify(came.body.replace(b"settled", b"opened"), came.headers)
    with pytest.raises(Exception, match="signature"):
        Reader(webhooks._secret()).verify(came.body, came.headers)


def test_numbers_and_links_are_told_and_nothing_that_anyone_said(
    drive: Drive, receiver: Receiver
) -> None:
    made(drive, receiver)
    agree(drive)
    send()
    [told] = said(receiver)
    verdict = drive.verdict()
    assert verdict is not None
    assert set(told) == {"type", "timestamp", "data"}
    assert set(told["data"]) == {
        *("campaign", "step", "microtask", "excerpt", "verdict", "revision", "links")
    }
    assert told["data"]["verdict"] == verdict.pk
    assert told["data"]["links"]["api"].endswith(f"/api/v1/verdicts/{verdict.pk}")


def test_only_what_was_chosen_is_told(drive: Drive, receiver: Receiver) -> None:
    made(drive, receiver, CONTESTED, "campaign.closed")
    agree(drive)
    campaigns.move(campaign=drive.campaign, state=CampaignState.PAUSED, now=NOW)
    campaigns.move(campaign=drive.campaign, state=CampaignState.CLOSED, now=NOW)
    send()
    assert kinds(receiver) == ["campaign.closed"]


def test_a_campaign_without_webhooks_costs_one_question(
    drive: Drive, django_assert_num_queries: Any
) -> None:
    agree(drive)
    verdict = drive.verdict()
    assert verdict is not None
    with transaction.atomic():
        [dossier] = dossiers.load(microtask_ids=[verdict.microtask_id])
    with django_assert_num_queries(1):
        tidings.of_verdicts(verdicts=[(dossier, verdict)], now=NOW)


def test_while_someone_still_holds_it_nobody_is_told(drive: Drive, receiver: Receiver) -> None:
    hook, _ = made(drive, receiver)
    late = lend(drive.microtask(), guest())
    agree(drive)
    assert (send(), hook.deliveries.shown().count()) == (0, 0)
    submit(late)
    settle()
    assert send() == 1
    assert said(receiver)[0]["data"]["verdict"] == drive.verdict().pk  # type: ignore[union-attr]


def test_what_is_veiled_is_told_when_the_campaign_has_closed(
    drive: Drive, receiver: Receiver, settings: Any
) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0
    made(drive, receiver, SETTLED)
    agree(drive)
    send()
    assert not WebhookDelivery.objects.exists()
    campaigns.move(campaign=drive.campaign, state=CampaignState.CLOSED, now=NOW)
    veils.lift(campaign_id=drive.campaign.pk, now=NOW)
    send()
    assert kinds(receiver) == [SETTLED]


def test_what_is_hidden_is_not_told(drive: Drive, receiver: Receiver) -> None:
    made(drive, receiver)
    agree(drive)
    Excerpt.objects.filter(campaign=drive.campaign).update(hidden_at=NOW)
    assert send() == 0


def test_what_happens_in_a_transaction_that_fails_is_not_told(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver)
    with transaction.atomic():
        campaigns.move(campaign=drive.campaign, state=CampaignState.PAUSED, now=NOW)
        transaction.set_rollback(True)
    assert not hook.deliveries.exists()


def test_documents_tenths_and_snapshots_are_told_once(drive: Drive, receiver: Receiver) -> None:
    made(drive, receiver, "document.finished", "campaign.milestone", "snapshot.ready")
    for about, moment in ((1, NOW), (2, NOW + timedelta(minutes=2))):
        agree(drive, about, now=moment)
        rollups.count(campaign=drive.campaign, now=moment)
        progress.forget(drive.campaign.pk)
        for _ in range(2):
            tidings.look(now=moment)
    snapshots.ask(campaign=drive.campaign, user=None, now=NOW)
    snapshots.go_on(now=NOW)
    send(now=NOW + timedelta(hours=1))
    told = said(receiver)
    assert sorted(kinds(receiver)) == [
        *("campaign.milestone", "campaign.milestone", "document.finished", "snapshot.ready")
    ]
    tenths = [each["data"] for each in told if each["type"] == "campaign.milestone"]
    assert [(each["percent"], each["complete"]) for each in tenths] == [(50, False), (100, True)]
    assert Snapshot.objects.get().key in {each["data"].get("snapshot") for each in told}


def test_a_failure_is_tried_again_later_and_later_under_one_id(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver)
    receiver.statuses = [500, 302, 204]
    receiver.more = {"Location": receiver.url}  # a redirect is not followed
    agree(drive)
    assert send() == 0
    delivery = hook.deliveries.get()
    assert (delivery.attempts, delivery.last_status) == (1, 500)
    assert delivery.next_at == NOW + timedelta(seconds=5)
    assert send(now=NOW + timedelta(seconds=4)) == 0
    again = NOW + timedelta(seconds=6)
    assert send(now=again) == 0
    delivery.refresh_from_db()
    assert (delivery.last_status, delivery.next_at) == (302, again + timedelta(minutes=5))
    assert send(now=again + timedelta(minutes=6)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("delivered", 204)
    assert len({each.headers["webhook-id"] for each in receiver.came}) == 1
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since) == (0, None)


def test_after_three_days_it_is_stopped_and_goes_on_where_it_was(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver)
    receiver.statuses = [500]
    agree(drive)
    now = NOW
    while not hook.stopped:
        assert now < NOW + timedelta(days=5)
        send(now=now)
        now += timedelta(minutes=30)
        hook.refresh_from_db()
    assert hook.stopped == "failing"
    assert now - NOW >= timedelta(days=3)
    assert webhooks.stopped(campaign=drive.campaign) == 1
    assert len(receiver.came) <= 10
    receiver.statuses = [204]
    webhooks.go_on(webhook=hook, by=None, now=now)
    assert send(now=now) == 1


def test_gone_stops_it_at_once(drive: Drive, receiver: Receiver) -> None:
    hook, _ = made(drive, receiver)
    receiver.statuses = [410]
    agree(drive)
    agree(drive, 2)
    send()
    hook.refresh_from_db()
    assert (hook.stopped, len(receiver.came)) == ("gone", 1)
    with pytest.raises(Problem, match="webhook_stopped"):
        webhooks.ping(webhook=hook, now=NOW)


def test_a_worker_that_dies_before_it_records_sends_once_more_under_the_same_id(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver)
    agree(drive)
    tidings.release(now=NOW)
    claimed = sending._claim(hook.pk, NOW)
    assert claimed is not None
    assert sending._post(claimed, NOW) == (204, None)  # and here it dies
    assert send() == 0
    assert send(now=NOW + sending.CLAIM) == 1
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:8000/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"),
        *("http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "no address"),
    ],
)
def test_inner_addresses_are_refused(drive: Drive, address: str) -> None:
    with pytest.raises(Problem, match=r"fetch_private|url_invalid"):
        webhooks.make(campaign=drive.campaign, address=address, kinds=ALL, by=None, now=NOW)


def test_a_name_that_has_become_an_inner_address_is_not_sent_to(
    drive: Drive, receiver: Receiver, settings: Any
) -> None:
    hook, _ = made(drive, receiver)
    settings.TAMIS_FETCH_ALLOW = []
    agree(drive)
    send()
    assert receiver.came == []
    assert hook.deliveries.get().problem_code == "fetch_private"


def test_for_a_day_both_secrets_sign(drive: Drive, receiver: Receiver) -> None:
    hook, old = made(drive, receiver)
    now = timezone.now()
    new = webhooks.rotate(webhook=hook, by=None, now=now)
    hook.refresh_from_db()
    webhooks.ping(webhook=hook, now=now)
    send(now=now)
    [came] = receiver.came
    for secret in (old, new):
        assert Reader(secret).verify(came.body, came.headers)["type"] == "webhook.test"
    sending.sweep(now=now + timedelta(days=2))
    hook.refresh_from_db()
    assert (hook.old_secret, hook.secret) == ("", new)


def test_what_was_told_is_told_again_on_demand_under_its_id(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver)
    agree(drive)
    send()
    webhooks.replay(delivery=hook.deliveries.get(), now=NOW)
    send()
    assert len({each.headers["webhook-id"] for each in receiver.came}) == 1
    assert len(receiver.came) == 2


def test_old_deliveries_are_swept_and_a_document_is_not_told_twice(
    drive: Drive, receiver: Receiver
) -> None:
    hook, _ = made(drive, receiver, SETTLED, "document.finished")
    for about in (1, 2):
        agree(drive, about)
    rollups.count(campaign=drive.campaign, now=NOW)
    tidings.look(now=NOW)
    assert send() == 3
    sending.sweep(now=NOW + timedelta(days=31))
    assert [each.kind for each in hook.deliveries.all()] == ["document.finished"]
    tidings.look(now=NOW + timedelta(days=31))
    assert hook.deliveries.count() == 1


def test_the_log_names_the_host_and_neither_path_nor_secret(
    drive: Drive, receiver: Receiver
) -> None:
    hook, secret = made(drive, receiver)
    webhooks.rotate(webhook=hook, by=None, now=NOW)
    webhooks.stop(webhook=hook, by=None, now=NOW)
    webhooks.remove(webhook=hook, by=None, now=NOW)
    log = [str(each.details) for each in changes.of_campaign(campaign=drive.campaign)]
    assert sum("127.0.0.1" in each for each in log) == 4
    assert not any("/hook" in each or secret in each for each in log)

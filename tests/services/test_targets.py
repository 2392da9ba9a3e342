"""Targets: taken on for days beside everything else, their stages, reminders and followers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from crowd.models import Assignment, Mail, MicroTask, User
from crowd.models.mails import Topic
from crowd.rules.claims import Nothing
from crowd.rules.problems import Problem
from crowd.services import (
    comments,
    following,
    leases,
    mails,
    pasts,
    reminding,
    stages,
    targets,
    veils,
)
from tests import builders, collecting, rivals
from tests.builders import NOW, Drive
from tests.collecting import take_on

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def drive() -> Drive:
    return collecting.drive()


def refusal(made: Drive, person: Any, **more: Any) -> str:
    with pytest.raises(Problem) as refused:
        take_on(made, person, **more)
    return refused.value.code


def counts(made: Drive) -> dict[str, int]:
    found = stages.counted(campaign=made.campaign)
    return {each.stage.key: each.count for each in found if each.count}


# Taking on


def test_the_queue_hands_out_no_target(drive: Drive) -> None:
    assert drive.claim(builders.guest()).reason is Nothing.TO_TAKE_ON


def test_a_target_is_one_persons_until_its_lease_ends(drive: Drive) -> None:
    one, other = builders.guests(2)
    held = take_on(drive, one)
    assert held.due_at == NOW + 7 * DAY
    assert take_on(drive, one).pk == held.pk  # a double click
    assert refusal(drive, other) == "target_gone"
    leases.expire_due(now=NOW + 8 * DAY)
    assert take_on(drive, other, now=NOW + 8 * DAY).contributor_id == other.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_on_at_once_one_has_it() -> None:
    made = collecting.drive()
    people = builders.guests(2)
    got = rivals.at_once(*[lambda who=who: take_on(made, who) for who in people])
    assert sorted(type(each).__name__ for each in got) == ["Assignment", "Problem"]
    assert Assignment.objects.lent().count() == 1


def test_whoever_holds_targets_goes_on_with_everything_else(drive: Drive) -> None:
    person = builders.guest()
    take_on(drive, person), take_on(drive, person, position=2)
    sent = collecting.prove(drive, builders.guest(), position=3)
    check = drive.claim(person).assignment  # in the same campaign
    assert check is not None
    assert check.microtask.about == str(sent.pk)
    sorting = builders.drive()
    assert sorting.claim(person).assignment is not None


def test_only_so_many_at_once(drive: Drive, settings: Any) -> None:
    settings.TAMIS_TARGETS_AT_ONCE = 2
    person = builders.guest()
    held = take_on(drive, person)
    take_on(drive, person, position=2)
    assert refusal(drive, person, position=3) == "targets_too_many"
    leases.give_back(assignment=held, now=NOW)
    take_on(drive, person, position=3)


def test_a_lease_is_extended_a_few_times_only(drive: Drive) -> None:
    held = take_on(drive, builders.guest())
    for day in (6, 12, 18):
        assert targets.extend(assignment=held, now=NOW + day * DAY)
    with pytest.raises(Problem) as refused:
        targets.extend(assignment=held, now=NOW + 24 * DAY)
    assert refused.value.code == "lease_at_its_end"


def test_the_next_step_is_kept_for_who_began_and_then_open_to_all(drive: Drive) -> None:
    one, other = builders.guests(2)
    collecting.check(collecting.prove(drive, one), collecting.FITS)
    (kept,) = targets.next_for(contributor=one, now=NOW)
    assert kept.until == NOW + 7 * DAY
    assert not targets.next_for(contributor=other, now=NOW)
    assert refusal(drive, other, step="receive") == "target_kept"
    listed = stages.page(campaign=drive.campaign, limit=10).targets
    assert targets.kept(targets=listed, now=NOW) == {drive.excerpts[0].pk: NOW + 7 * DAY}
    later = NOW + 8 * DAY
    assert targets.kept(targets=listed, now=later) == {}
    assert not targets.next_for(contributor=one, now=later)
    assert take_on(drive, other, step="receive", now=later).contributor_id == other.pk


def test_what_is_handed_out_is_not_taken_on() -> None:
    sorting = builders.drive()
    assert refusal(sorting, builders.guest(), step="read") == "target_not_taken_on"


# Stages


def test_a_target_moves_through_its_stages(drive: Drive) -> None:
    person = builders.guest()
    assert counts(drive) == {"send:free": 3}
    take_on(drive, person)
    assert counts(drive) == {"send:free": 2, "send:taken": 1}
    sent = collecting.prove(drive, person)
    assert counts(drive) == {"send:free": 2, "check:asked": 1}
    collecting.check(sent, collecting.FITS)
    assert counts(drive) == {"send:free": 2, "receive:free": 1}
    receipt = collecting.prove(drive, person, step="receive")
    collecting.check(receipt, collecting.FITS)
    assert counts(drive) == {"send:free": 2, "done": 1}
    assert [each.state for each in pasts.way(excerpt=drive.excerpts[0])] == ["done"] * 4
    told = [each.what for each in pasts.of_target(excerpt=drive.excerpts[0])]
    assert sorted(told) == ["published", "published", "sent", "sent", "taken", "taken"]


def test_a_refused_proof_brings_the_target_back_to_its_beginning(drive: Drive) -> None:
    collecting.check(collecting.prove(drive, builders.guest()), collecting.UNFIT)
    builders.settle()
    assert counts(drive) == {"send:free": 3}
    assert "refused" in [each.what for each in pasts.of_target(excerpt=drive.excerpts[0])]


def test_nothing_is_veiled_where_everyone_sees_the_stages(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0
    made = collecting.drive()
    sent = collecting.check(collecting.prove(made, builders.guest()), collecting.FITS)
    assert not MicroTask.objects.filter(veiled=True).exists()
    assert not veils.draw(MicroTask.objects.filter(about=str(sent.pk)))


def test_hidden_targets_and_other_letters_are_left_out(drive: Drive) -> None:
    found = stages.page(campaign=drive.campaign, search="ROW 2", limit=9)
    assert [each.excerpt.pk for each in found.targets] == [drive.excerpts[1].pk]
    assert not stages.page(campaign=drive.campaign, search="%", limit=9).targets
    drive.excerpts[1].hidden_at = NOW
    drive.excerpts[1].save()
    assert counts(drive) == {"send:free": 2}
    assert stages.of_target(excerpt=drive.excerpts[1]) is None


@pytest.mark.slow
def test_ten_thousand_targets_are_counted_and_listed_in_few_queries(
    drive: Drive, django_assert_max_num_queries: Any
) -> None:
    builders.add_excerpts(
        Drive(drive.campaign, builders.document(drive.campaign, rows=10_000)), 10_000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crowd_microtask, crowd_excerpt")
    with django_assert_max_num_queries(5):
        assert sum(each.count for each in stages.counted(campaign=drive.campaign)) == 10_003
        found = stages.page(campaign=drive.campaign, search="row 77", limit=30, free_first=True)
    assert found.count == 111


# Mails


@pytest.fixture
def agreed(settings: Any) -> Any:
    """An account that agreed to reminders and news, on a site that sends mail."""
    settings.TAMIS_SENDS_EMAIL = True
    person = builders.account("anna@example.org")
    for topic in (Topic.REMINDERS, Topic.FOLLOWED):
        mails.choose(user=person.user, topic=topic, agreed=True, now=NOW)
    return person


def test_a_reminder_is_sent_once_when_the_lease_nears_its_end(drive: Drive, agreed: Any) -> None:
    held = take_on(drive, agreed)
    take_on(drive, builders.guest(), position=2)  # who has no address
    assert reminding.remind(now=NOW + 4 * DAY) == 0
    near = NOW + timedelta(days=5, hours=1)
    assert reminding.remind(now=near) == 1
    assert reminding.remind(now=near + timedelta(minutes=15)) == 0
    mails.send_waiting(now=near)
    (letter,) = mail.outbox
    assert letter.to == ["anna@example.org"]
    assert "row 1" in letter.subject
    assert f"/targets/{drive.excerpts[0].pk}/" in letter.body
    # Extended, it ends another time.
    targets.extend(assignment=held, now=near)
    assert reminding.remind(now=near + 6 * DAY) == 1


def test_nobody_is_reminded_who_did_not_agree_or_has_sent_it(drive: Drive, agreed: Any) -> None:
    other = builders.account("otto@example.org")
    take_on(drive, other, position=2)
    collecting.prove(drive, agreed)
    assert reminding.remind(now=NOW + 6 * DAY) == 0


def test_a_follower_is_told_when_the_target_moves_or_is_talked_about(
    drive: Drive, agreed: Any
) -> None:
    here = drive.excerpts[0]
    following.follow(excerpt=here, contributor=agreed, by_mail=True, now=NOW)
    following.follow(excerpt=here, contributor=builders.guest(), by_mail=True, now=NOW)
    assert reminding.tell_followers(now=NOW) == 0
    take_on(drive, builders.guest())
    assert reminding.tell_followers(now=NOW) == 1
    assert reminding.tell_followers(now=NOW) == 0
    said = comments.write(excerpt=here, contributor=builders.guest(), text="They moved.", now=NOW)
    assert reminding.tell_followers(now=NOW) == 0  # nobody has read it yet
    team = User.objects.create_user("team@example.org")
    comments.publish(comment=said, by=team, now=NOW)
    assert reminding.tell_followers(now=NOW) == 1
    mails.send_waiting(now=NOW)
    assert len(mail.outbox) == 2
    following.unfollow(excerpt=here, contributor=agreed)
    assert Mail.objects.count() == 2


def test_comments_have_a_measure(drive: Drive, settings: Any) -> None:
    settings.TAMIS_COMMENTS_PER_HOUR = 2
    person = builders.guest()

    def write(text: str) -> Any:
        return comments.write(excerpt=drive.excerpts[0], contributor=person, text=text, now=NOW)

    for wrong, code in ((" ", "comment_missing"), ("x" * 2001, "text_too_long")):
        with pytest.raises(Problem) as refused:
            write(wrong)
        assert refused.value.code == code
    write("one"), write("two")
    with pytest.raises(Problem) as refused:
        write("three")
    assert refused.value.code == "comments_too_many"

"""Deleting an account leaves no name anywhere, and answers that lead to nobody."""

import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from crowd.models import (
    Answer,
    Badge,
    Certificate,
    Comment,
    Contributor,
    Draft,
    Follow,
    MailChoice,
    Room,
    Seat,
    Team,
    TeamPlace,
    User,
    WeeklyGoal,
    Welcome,
)
from crowd.services import (
    accounts,
    apps,
    belongings,
    complaints,
    contributors,
    finds,
    forgetting,
    objections,
    points,
    reports,
    withdrawing,
)
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

SECRET = "Xanthippe"  # in everything this person writes
EMAIL = "xanthippe@example.org"


def texts(**more: Any) -> Drive:
    return builders.drive(builders.step(builders.text()), excerpts=4, **more)


def full_life() -> tuple[Contributor, Drive]:
    """An account that has left something in every place it can."""
    guest = builders.guest()
    person = builders.account(EMAIL)
    assert person.user is not None
    contributors.sign_in(user=person.user, guest=guest, language="fr", now=NOW)
    contributors.choose_name(contributor=person, pseudonym=f"{SECRET} the first", listed=True)
    drive = texts()
    said = drive.say("what two people read", by=guest, about=1)
    drive.say("what two people read", about=1)
    drive.say(f"{SECRET} alone", by=person, about=2)
    drive.say("someone else", about=2)
    drive.say("someone else", about=2)
    builders.settle()
    against = drive.verdict(2)
    assert against is not None
    objections.object_to(verdict=against, contributor=person, reason=f"I am {SECRET}", now=NOW)
    lease = builders.lend(drive.microtask(3), person)
    Draft.objects.create(assignment=lease, fields={"q-q": [SECRET]}, written_at=NOW)
    reports.personal_data(
        excerpt=drive.excerpts[3], contributor=person, note=f"{SECRET}'s address", now=NOW
    )
    finds.mark(excerpt=drive.excerpts[0], contributor=person, sentence=f"{SECRET} loves", now=NOW)
    troll = builders.guest("Troll")
    complaints.complain(subject=person, contributor=troll, now=NOW)
    complaints.complain(subject=troll, contributor=person, note=f"says {SECRET}", now=NOW)
    team = Team.objects.create(
        slug="t", name="Les hiboux", code=uuid.uuid4().hex[:20], founder=person, made_at=NOW
    )
    TeamPlace.objects.create(team=team, contributor=person, since=NOW)
    _game_of(person, drive)
    _account_of(person.user)
    assert said.contributor == guest
    return person, drive


def _game_of(person: Contributor, drive: Drive) -> None:
    """What the game, a room and the targets keep of someone."""
    excerpt = drive.excerpts[0]
    Badge.objects.create(contributor=person, kind="first", earned_at=NOW)
    WeeklyGoal.objects.create(contributor=person, answers=5, chosen_at=NOW)
    Welcome.objects.create(inviter=person, newcomer=builders.guest(), made_at=NOW)
    Certificate.objects.create(
        code="c",
        contributor=person,
        bearer=SECRET,
        minutes=1,
        answers=1,
        confirmed=1,
        first_day=NOW.date(),
        last_day=NOW.date(),
        made_at=NOW,
    )
    Comment.objects.create(excerpt=excerpt, contributor=person, text=SECRET, made_at=NOW)
    Follow.objects.create(excerpt=excerpt, contributor=person, made_at=NOW)
    person.room = Room.objects.create(campaign=drive.campaign, code="ROOM", opened_at=NOW)
    person.save(update_fields=["room"])
    Seat.objects.create(room=person.room, contributor=person, joined_at=NOW)
    assert person.user is not None
    MailChoice.objects.create(user=person.user, topic="followed", agreed=True, changed_at=NOW)


def _account_of(user: User) -> None:
    accounts.make_key(user=user, name=SECRET, now=NOW)
    there = f"https://{SECRET}.example.org/"
    apps.register(user=user, name=SECRET, addresses=[there], on_a_server=True)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": SECRET})
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.save()
    LogEntry.objects.create(
        user=builders.account().user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=EMAIL,
        action_flag=CHANGE,
        action_time=NOW,
    )


def everywhere(needle: str) -> set[str]:
    """Every column of every table that has these letters in it, whatever their case."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s)',
                [f"%{needle}%"],
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def forget(person: Contributor, **more: Any) -> None:
    more = {"answer_ids": None, "now": NOW + MINUTE, **more}
    forgetting.forget(contributor=person, user=person.user, **more)


# --- What is left --------------------------------------------------------------------------------


def test_no_table_has_anything_of_who_deleted_their_account() -> None:
    person, _ = full_life()
    public_ids = [str(each.public_id) for each in (person, *person.joined.all())]
    before = everywhere(SECRET)
    assert len(before) >= 12, before
    user_id = person.user_id
    forget(person)
    assert everywhere(SECRET) <= {"crowd_belief.share", "crowd_questionknowledge.sums"}
    builders.settle(now=NOW + 2 * MINUTE)
    assert everywhere(SECRET) == set()  # the cross-check has unlearnt it, too
    for each in public_ids:
        assert not everywhere(each)
    assert not User.objects.filter(pk=user_id).exists()
    for model in (Badge, WeeklyGoal, Welcome, Certificate, TeamPlace, Comment, Follow, Seat):
        assert not model.objects.exists(), model
    assert not MailChoice.objects.exists()
    assert not Contributor.objects.exclude(room=None).exists()
    assert not SessionStore.get_model_class().objects.exists()


def test_answers_stay_without_a_name_and_verdicts_with_them() -> None:
    drive = builders.drive(agree=2)
    person = builders.account()
    contributors.choose_name(contributor=person, pseudonym="Pinson", listed=True)
    answer = drive.say("a", by=person)
    drive.say("a")
    builders.settle()
    forget(person)
    builders.settle(now=NOW + 2 * MINUTE)
    answer.refresh_from_db()
    verdict = drive.verdict()
    assert verdict is not None
    assert (answer.values, verdict.answers_count) == ({"q": "a"}, 2)
    assert (answer.contributor.pseudonym, answer.contributor.user) == (None, None)
    assert builders.guest("Pinson").pseudonym == "Pinson"  # free for others


def test_answers_with_words_are_withdrawn_and_what_they_settled_is_asked_again() -> None:
    drive = texts(agree=2)
    person = builders.guest()
    mine = drive.say("my own words", by=person)
    drive.say("my own words")
    builders.settle()
    assert drive.microtask().state == "settled"
    forget(person)
    builders.settle(now=NOW + 2 * MINUTE)
    mine.refresh_from_db()
    assert (mine.values, mine.set_aside_reason) == ({}, "withdrawn")
    assert (drive.microtask().state, drive.verdict()) == ("open", None)
    drive.say("other words")
    drive.say("other words")
    builders.settle(now=NOW + 3 * MINUTE)
    assert points.summary(contributor=person).raw == 0


def test_only_the_ticked_answers_are_withdrawn_and_nobody_elses() -> None:
    drive = texts()
    person, other = builders.guest(), builders.guest()
    first, second = (drive.say(f"words {n}", by=person, about=n) for n in (1, 2))
    theirs = drive.say("their words", by=other, about=3)
    forget(person, answer_ids=[first.pk, theirs.pk])
    said = {each.pk: each.values for each in Answer.objects.all()}
    assert said == {first.pk: {}, second.pk: {"q": "words 2"}, theirs.pk: {"q": "their words"}}


def test_a_choice_is_nobodys_own_words() -> None:
    drive, person = builders.drive(), builders.guest()
    drive.say("a", by=person)
    assert not withdrawing.with_free_text(contributor_ids=[person.pk]).exists()
    forget(person)
    assert Answer.objects.counting().count() == 1


def test_a_forgotten_guests_token_is_nobody_and_what_they_held_goes_back() -> None:
    drive = builders.drive()
    person, token = contributors.start_guest(language="fr", now=NOW)
    drive.claim(person)
    forget(person)
    assert contributors.from_token(token=token) is None
    assert drive.claim(builders.guest()).assignment is not None


def test_an_account_that_never_took_part_is_deleted_too() -> None:
    user = User.objects.create_user("idle@example.org")
    forgetting.forget(contributor=None, user=user, now=NOW)
    assert not User.objects.exists()


# --- My data -------------------------------------------------------------------------------------


def test_my_data_is_all_of_mine_and_nothing_of_others() -> None:
    person, drive = full_life()
    stranger = builders.guest("Nobody else")
    drive.say("a stranger's words", by=stranger, about=3)
    data = b"".join(belongings.zipped(contributor=person, user=person.user, now=NOW))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    me = json.loads(files["me.json"])
    assert me["account"]["email"] == EMAIL
    assert me["contributor"]["pseudonym"] == f"{SECRET} the first"
    rows = {name: json.loads(files[name]) for name in files if name != "me.json" and "json" in name}
    assert {len(rows[f"{name}.json"]) for name in ("answers",)} == {2}
    game = ("badges", "goals", "welcomes", "certificates", "teams", "rooms")
    words = ("drafts", "finds", "comments", "objections", "reports", "complaints")
    for name in (*game, *words, "follows"):
        assert len(rows[f"{name}.json"]) == 1, name
        assert len(files[f"{name}.csv"].splitlines()) == 2, name
    everything = "".join(files.values())
    assert "stranger" not in everything
    assert "Nobody else" not in everything


def test_a_cell_of_my_data_is_no_formula() -> None:
    drive, person = texts(), builders.guest()
    finds.mark(excerpt=drive.excerpts[0], contributor=person, sentence="=1+1", now=NOW)
    data = b"".join(belongings.zipped(contributor=person, user=None, now=NOW))
    assert b"'=1+1" in zipfile.ZipFile(io.BytesIO(data)).read("finds.csv")

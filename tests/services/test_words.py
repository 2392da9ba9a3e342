"""Words: finds, complaints, names that are taken away, legal texts, and what does not stay."""

from datetime import timedelta

import pytest

from crowd.models import Assignment, Contributor, Find, LegalText, Report, Team, User
from crowd.models.complaints import About
from crowd.models.legal import Topic
from crowd.rules.problems import Problem
from crowd.services import (
    complaints,
    contributors,
    finds,
    leaderboard,
    legal,
    names,
    reports,
    retention,
    scores,
)
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def staff() -> User:
    return User.objects.create_superuser("staff@example.org")


# --- Finds ---------------------------------------------------------------------------------------


def test_a_find_is_shown_once_the_team_agrees_and_while_its_excerpt_is() -> None:
    drive, person = builders.drive(), builders.guest()
    find = finds.mark(
        excerpt=drive.excerpts[0], contributor=person, sentence="  Look at\nthis! ", now=NOW
    )
    assert find.sentence == "Look at this!"
    assert list(finds.waiting(campaign=drive.campaign)) == [find]
    assert not finds.shown(campaign=drive.campaign).exists()
    finds.decide(find=find, show=True, by=None, now=NOW)
    assert list(finds.shown(campaign=drive.campaign)) == [find]
    drive.campaign.excerpts.update(hidden_at=NOW)
    assert not finds.shown(campaign=drive.campaign).exists()


def test_a_find_said_otherwise_waits_again() -> None:
    drive, person = builders.drive(), builders.guest()
    find = finds.mark(excerpt=drive.excerpts[0], contributor=person, sentence="Look!", now=NOW)
    finds.decide(find=find, show=True, by=None, now=NOW)
    again = finds.mark(excerpt=drive.excerpts[0], contributor=person, sentence="Rude", now=NOW)
    assert (again.pk, again.state) == (find.pk, "waiting")


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("", "find_length"),
        ("x" * 281, "find_length"),
        ("see https://example.org", "find_with_address"),
        ("WWW.example.org", "find_with_address"),
    ],
)
def test_what_is_no_sentence_is_refused(sentence: str, code: str) -> None:
    drive = builders.drive()
    with pytest.raises(Problem, match=code):
        finds.mark(
            excerpt=drive.excerpts[0], contributor=builders.guest(), sentence=sentence, now=NOW
        )


def test_a_person_has_a_few_finds_waiting_and_takes_back_only_their_own() -> None:
    drive, person = builders.drive(excerpts=11), builders.guest()
    for excerpt in drive.excerpts[: finds.MOST_WAITING]:
        finds.mark(excerpt=excerpt, contributor=person, sentence="Look!", now=NOW)
    with pytest.raises(Problem, match="finds_too_many"):
        finds.mark(excerpt=drive.excerpts[10], contributor=person, sentence="Look!", now=NOW)
    find = Find.objects.first()
    assert find is not None
    assert not finds.take_back(find=find, contributor=builders.guest())
    assert finds.take_back(find=find, contributor=person)


# --- Complaints ----------------------------------------------------------------------------------


def test_a_name_that_is_taken_away_is_gone_from_boards_at_once_and_nobody_may_take_it() -> None:
    drive = builders.drive(agree=2)
    person = builders.guest("Rude Word")
    drive.say("a", by=person)
    drive.say("a")
    builders.settle()
    scores.rebuild(now=NOW)
    complaint = complaints.complain(subject=person, contributor=builders.guest(), now=NOW)
    (matter,) = complaints.waiting(campaign=None)
    assert (matter.words, matter.about) == ("Rude Word", About.PSEUDONYM)
    complaints.uphold(subject=person, by=staff(), campaign=drive.campaign, now=NOW)
    board = leaderboard.board(campaign=drive.campaign, period="all", contributor=None, now=NOW)
    (row,) = board.rows
    person.refresh_from_db()
    assert row.pseudonym == person.pseudonym == names.shown(person)
    assert "Rude" not in row.pseudonym
    complaint.refresh_from_db()
    assert complaint.state == "upheld"
    for who in (person, builders.guest()):
        with pytest.raises(Problem, match="pseudonym_refused"):
            contributors.choose_name(contributor=who, pseudonym="rude  WORD", listed=True)


def test_a_moderator_may_say_what_name_it_is_instead() -> None:
    person, by = builders.guest("Rude Word"), staff()
    builders.guest("Mésange")
    with pytest.raises(Problem, match="pseudonym_taken"):
        complaints.uphold(subject=person, by=by, campaign=None, name="mésange", now=NOW)
    with pytest.raises(Problem, match="pseudonym_length"):
        complaints.uphold(subject=person, by=by, campaign=None, name="x", now=NOW)
    complaints.uphold(subject=person, by=by, campaign=None, name="Pinson", now=NOW)
    person.refresh_from_db()
    assert person.pseudonym == "Pinson"


def test_a_teams_name_and_a_find_can_be_taken_away_too() -> None:
    drive, by = builders.drive(), staff()
    team = Team.objects.create(slug="t", name="Rude Team", code="c", made_at=NOW)
    find = finds.mark(
        excerpt=drive.excerpts[0], contributor=builders.guest(), sentence="Rude", now=NOW
    )
    finds.decide(find=find, show=True, by=None, now=NOW)
    for subject in (team, find):
        complaints.complain(subject=subject, contributor=builders.guest(), now=NOW)
    assert complaints.count(campaign=drive.campaign) == 1  # the find is the campaign's
    for subject in (team, find):
        complaints.uphold(subject=subject, by=by, campaign=None, now=NOW)
    team.refresh_from_db()
    assert "Rude" not in team.name
    assert not finds.shown(campaign=drive.campaign).exists()
    assert complaints.count(campaign=None) == 0


def test_complaints_of_one_person_are_bounded_and_said_twice_are_one() -> None:
    angry = builders.guest()
    people = [builders.guest(f"Name {n}") for n in range(complaints.MOST_WAITING + 1)]
    for each in people[:-1]:
        made = complaints.complain(subject=each, contributor=angry, now=NOW)
        assert complaints.complain(subject=each, contributor=angry, now=NOW) == made
    with pytest.raises(Problem, match="complaints_too_many"):
        complaints.complain(subject=people[-1], contributor=angry, now=NOW)
    complaints.dismiss(subject=people[0], by=staff(), now=NOW)
    complaints.complain(subject=people[-1], contributor=angry, now=NOW)
    people[0].refresh_from_db()
    assert people[0].pseudonym == "Name 0"


def test_only_what_is_shown_can_be_complained_about() -> None:
    shy = builders.guest()
    contributors.choose_name(contributor=shy, pseudonym="Shy", listed=False)
    listed = builders.guest("Loud")
    assert complaints.found(about=About.PSEUDONYM, name="shy") is None
    assert complaints.found(about=About.PSEUDONYM, name="LOUD") == listed
    assert complaints.found(about=About.FIND, name="9" * 40) is None


def test_a_name_is_shown_of_who_wants_to_be_listed_alone() -> None:
    shy = builders.guest()
    contributors.choose_name(contributor=shy, pseudonym="Shy", listed=False)
    assert names.shown(shy) == names.shown(None)
    assert names.shown(builders.guest("Loud")) == "Loud"


# --- Legal texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", list(Topic))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_has_words_in_both_languages_before_anyone_wrote_some(
    topic: Topic, language: str
) -> None:
    shown = legal.shown(topic=topic, language=language)
    assert shown.version is None
    assert len(shown.html) > 200


def test_the_newest_version_is_shown_and_all_are_kept() -> None:
    for words in ("One", "Two", "Two"):
        legal.write(topic=Topic.IMPRINT, language="en", body=words, by=None, now=NOW)
    assert legal.shown(topic=Topic.IMPRINT, language="en").html == "<p>Two</p>\n"
    assert LegalText.objects.count() == 2
    assert legal.shown(topic=Topic.IMPRINT, language="fr").version is None


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<a href="x" onclick="y">z</a>',
        "![x](https://example.org/x.png)",
        "[x](data:text/html,x)",
        "<iframe src=x></iframe>",
    ],
)
def test_a_text_brings_no_foreign_code_and_no_foreign_picture(body: str) -> None:
    html = legal.as_html(body)
    for bad in ("<script", 'href="javascript', '<a href="x" on', "<img", 'href="data', "<iframe"):
        assert bad not in html


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(Problem, match="legal_text_length"):
        legal.write(topic=Topic.IMPRINT, language="en", body=" \n", by=None, now=NOW)


# --- Retention -----------------------------------------------------------------------------------


def test_guests_who_never_answered_go_with_their_leases_and_others_stay() -> None:
    drive = builders.drive(excerpts=3)
    idle, busy, named, reporting, fresh = (
        *builders.guests(2),
        builders.guest("Named"),
        *builders.guests(2),
    )
    builders.lend(drive.microtask(1), idle)
    drive.say("a", by=busy, about=2)
    reports.personal_data(excerpt=drive.excerpts[2], contributor=reporting, now=NOW)
    Contributor.objects.filter(pk=fresh.pk).update(made_at=NOW + timedelta(days=80))
    gone = retention.sweep(now=NOW + timedelta(days=91))
    assert gone["guests"] == 1
    assert set(Contributor.objects.values_list("pk", flat=True)) == {
        busy.pk,
        named.pk,
        reporting.pk,
        fresh.pk,
    }
    assert not Assignment.objects.filter(microtask=drive.microtask(1)).exists()
    assert retention.sweep(now=NOW + timedelta(days=91))["guests"] == 0


def test_the_site_chooses_its_days_within_bounds() -> None:
    retention.choose(days={"guests": 10})
    assert {rule.key: rule.days for rule in retention.rules()}["guests"] == 10
    with pytest.raises(Problem, match="days_out_of_range"):
        retention.choose(days={"guests": 0})
    builders.guest()
    assert retention.sweep(now=NOW + timedelta(days=11))["guests"] == 1


def test_words_of_what_is_decided_go_after_a_year() -> None:
    drive = builders.drive()
    report = reports.personal_data(
        excerpt=drive.excerpts[0], contributor=builders.guest(), note="A name", now=NOW
    )
    retention.sweep(now=NOW + timedelta(days=400))
    assert Report.objects.get().note == "A name"  # nobody has looked yet
    reports.dismiss(report=report, by=None, now=NOW)
    retention.sweep(now=NOW + timedelta(days=400))
    assert Report.objects.get().note == ""

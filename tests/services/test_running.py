"""A running campaign: counted, amended, announced, reviewed, audited."""

from datetime import timedelta

import pytest
from django.core import mail as outbox

from crowd.models import Answer, DayCount, DocumentCount, HourCount, MicroTask
from crowd.models.audits import AuditPer
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.services import (
    amendments,
    announcements,
    audits,
    changes,
    dashboards,
    estimates,
    finds,
    known_answers,
    mails,
    reports,
    review_queue,
    reviews,
    rollups,
    step_descriptions,
)
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def contested():
    """Three micro-tasks: one contested, one settled, one open."""
    made = builders.drive(excerpts=3, agree=2, at_most=3, veiled_share=0.0)
    people = builders.guests(3)
    for value, person in zip("abc", people, strict=True):
        made.say(value, by=person, about=1, now=NOW + HOUR)
    for person in people[:2]:
        made.say("a", by=person, about=2, now=NOW + 26 * HOUR)
    made.say("a", by=people[0], about=3, now=NOW + 26 * HOUR)
    builders.settle(now=NOW + 27 * HOUR)
    return made


def _reviewer(made, role: str = "owner"):
    from crowd.models import Membership, User

    user = User.objects.create_user(f"{role}@example.org")
    Membership.objects.create(campaign=made.campaign, user=user, role=role)
    return user


def _counts(made):
    hours = HourCount.objects.filter(step__campaign=made.campaign).order_by("hour")
    days = DayCount.objects.filter(campaign=made.campaign).order_by("day")
    documents = DocumentCount.objects.filter(document__campaign=made.campaign)
    return (
        list(hours.values_list("hour", "answers")),
        list(days.values_list("day", "new", "returning")),
        list(documents.values_list("total", "settled", "contested", "set_aside")),
    )


def test_a_count_made_bit_by_bit_is_the_one_that_is_made_anew(contested):
    rollups.count(campaign=contested.campaign, now=NOW + 2 * HOUR)
    contested.say("b", about=3, now=NOW + 28 * HOUR)
    builders.settle(now=NOW + 28 * HOUR)
    rollups.count(campaign=contested.campaign, now=NOW + 29 * HOUR)
    counted = _counts(contested)
    assert [answers for _, answers in counted[0]] == [3, 3, 1]
    assert [(new, returning) for _, new, returning in counted[1]] == [(3, 0), (1, 2)]
    assert counted[2] == [(3, 1, 1, 0)]
    rollups.count(campaign=contested.campaign, now=NOW + 29 * HOUR, anew=True)
    assert _counts(contested) == counted


def test_a_dashboard_says_what_is_needed_and_what_is_contested(contested):
    rollups.count(campaign=contested.campaign, now=NOW + 29 * HOUR)
    board = dashboards.of_campaign(campaign=contested.campaign, now=NOW + 29 * HOUR)
    assert (board.needed, board.answers, board.last_day) == (1, 6, 3)
    assert [(doubt.question.key, doubt.contested) for doubt in board.doubts] == [("q", 1)]


def test_another_policy_is_weighed_then_applied_to_verdicts_that_stand(contested):
    step = contested.step()
    made = amendments.propose_policy(
        step=step, policy={"agree": 3, "at_most": 4}, by=None, now=NOW + 30 * HOUR
    )
    amendments.work(amendment_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.effect["reopen"]) == ("weighed", 2)
    assert contested.microtask(2).state == "settled"  # nothing has changed yet
    amendments.apply(amendment=made, by=None, now=NOW + 31 * HOUR)
    amendments.work(amendment_id=made.pk, now=NOW + 31 * HOUR)
    made.refresh_from_db()
    assert (made.state, made.done) == ("applied", 3)
    assert {each.state for each in contested.microtasks()} == {"open"}
    assert contested.microtask(2).needs == 1
    with pytest.raises(Problem, match="amendment_not_weighed"):
        amendments.apply(amendment=made, by=None, now=NOW)


def test_a_policy_that_can_never_be_met_is_refused(contested):
    with pytest.raises(Problem, match="policy_impossible"):
        amendments.propose_policy(
            step=contested.step(),
            policy={"preset": "identical", "agree": 6, "at_most": 3},
            by=None,
            now=NOW,
        )


def test_a_correction_of_the_wording_keeps_every_answer(contested):
    question = contested.step().questions.get()
    made = amendments.propose_question(
        question=question, changed={"label": "Better"}, means_else=False, by=None, now=NOW
    )
    amendments.work(amendment_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.kind, made.effect["answers"]) == ("wording", 0)
    amendments.apply(amendment=made, by=None, now=NOW)
    question.refresh_from_db()
    made.refresh_from_db()
    assert (question.label, made.state) == ("Better", "applied")
    assert Answer.objects.counting().count() == 6


def test_a_change_of_meaning_sets_answers_aside_and_asks_everyone_again(contested):
    question = contested.step().questions.get()
    person = builders.guest()
    lease = builders.lend(contested.microtask(3), person, now=NOW + 29 * HOUR)
    made = amendments.propose_question(
        question=question, changed={"label": "Else"}, means_else=True, by=None, now=NOW
    )
    amendments.work(amendment_id=made.pk, now=NOW)
    amendments.apply(amendment=made, by=None, now=NOW + 30 * HOUR)
    amendments.work(amendment_id=made.pk, now=NOW + 30 * HOUR)
    made.refresh_from_db()
    assert made.effect == {"answers": 6, "people": 3, "microtasks": 3, "verdicts": 2}
    assert (made.state, made.done) == ("applied", 3)
    assert set(Answer.objects.values_list("set_aside_reason", flat=True)) == {"changed"}
    assert {each.state for each in contested.microtasks()} == {"open"}
    late = builders.submit(lease, "a", now=NOW + 31 * HOUR)  # it was about the earlier question
    assert late.answer.set_aside_reason == "changed"


def test_an_option_that_goes_takes_only_the_answers_along_that_chose_it(contested):
    question = contested.step().questions.get()
    options = [each for each in question.options if each["value"] != "c"]
    made = amendments.propose_question(
        question=question, changed={"options": options}, means_else=False, by=None, now=NOW
    )
    amendments.work(amendment_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.kind, made.effect["microtasks"], made.effect["answers"]) == ("meaning", 1, 3)
    amendments.apply(amendment=made, by=None, now=NOW + 30 * HOUR)
    amendments.work(amendment_id=made.pk, now=NOW + 30 * HOUR)
    assert (contested.microtask(1).state, contested.microtask(2).state) == ("open", "settled")


def test_the_words_of_a_step_are_corrected_and_those_before_are_kept(contested):
    step = contested.step()
    told = {"title": "Read the form", "instructions": "Left column.\r\nNothing else."}
    made = amendments.propose_step(step=step, changed=told, means_else=False, by=None, now=NOW)
    amendments.work(amendment_id=made.pk, now=NOW)
    amendments.apply(amendment=made, by=None, now=NOW)
    made.refresh_from_db()
    assert (made.kind, made.state, made.effect["answers"]) == ("wording", "applied", 0)
    assert made.before["title"] == step.title
    assert contested.step().instructions == "Left column.\nNothing else."
    assert Answer.objects.counting().count() == 6
    assert changes.of_campaign(campaign=contested.campaign)[0].what == "amendment.wording_of_step"
    with pytest.raises(Problem, match="amendment_empty"):
        amendments.propose_step(
            step=contested.step(), changed=told, means_else=True, by=None, now=NOW
        )


def test_answers_given_under_words_that_led_astray_are_asked_for_again(contested):
    told = {"instructions": "The other column."}
    made = amendments.propose_step(
        step=contested.step(), changed=told, means_else=True, by=None, now=NOW
    )
    amendments.work(amendment_id=made.pk, now=NOW)
    amendments.apply(amendment=made, by=None, now=NOW + 30 * HOUR)
    amendments.work(amendment_id=made.pk, now=NOW + 30 * HOUR)
    made.refresh_from_db()
    assert made.effect == {"answers": 6, "people": 3, "microtasks": 3, "verdicts": 2}
    assert (made.kind, made.state, made.done) == ("meaning", "applied", 3)
    assert {each.state for each in contested.microtasks()} == {"open"}


@pytest.mark.parametrize(
    ("told", "place"),
    [({"title": " "}, "title"), ({"instructions": "x" * 10_001}, "instructions")],
)
def test_words_that_no_step_can_have_are_refused(contested, told, place):
    with pytest.raises(step_descriptions.InvalidStep) as refused:
        amendments.propose_step(
            step=contested.step(), changed=told, means_else=False, by=None, now=NOW
        )
    assert list(refused.value.problems) == [place]


def test_an_amendment_whose_worker_died_is_found_again(contested):
    made = amendments.propose_policy(step=contested.step(), policy={"at_most": 4}, by=None, now=NOW)
    assert amendments.unfinished_ids() == [made.pk]


def test_an_announcement_goes_to_participants_who_agreed_and_to_nobody_twice(settings):
    settings.TAMIS_SENDS_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.outbox = []
    made = builders.drive(excerpts=2)
    agreed, silent, absent = (builders.account(f"{name}@example.org") for name in "abc")
    for person in (agreed, silent):
        made.say("a", by=person)
    for person in (agreed, absent):
        mails.choose(user=person.user, topic=Topic.ANNOUNCEMENTS, agreed=True, now=NOW)
    made_one = announcements.make(
        campaign=made.campaign, title="Half-way", text="Go on", by=None, now=NOW
    )
    announcements.send_all(now=NOW)
    announcements.send_all(now=NOW)
    mails.send_waiting(now=NOW)
    assert [each.to for each in outbox.outbox] == [["a@example.org"]]
    made_one.refresh_from_db()
    assert made_one.sent_to == 1
    with pytest.raises(Problem, match="announcement_empty"):
        announcements.make(campaign=made.campaign, title=" ", text="", by=None, now=NOW)


def test_two_reviewers_are_given_different_ones_and_decide_once(contested):
    ada, bob = _reviewer(contested), _reviewer(contested, "reviewer")
    first = review_queue.next_item(campaign=contested.campaign, user=ada)
    assert first is not None
    assert first.microtask == contested.microtask(1)
    review_queue.claim(name=first.name, user=ada)
    other = review_queue.next_item(campaign=contested.campaign, user=bob)
    assert other is None or other.microtask != first.microtask
    decided = {"microtask": first.microtask, "badly_cut": False, "now": NOW, "seen": 0}
    reviews.decide(reviewer=ada, values={"q": "b"}, **decided)
    with pytest.raises(Problem, match="review_decided"):
        reviews.decide(reviewer=bob, values={"q": "c"}, **decided)
    assert contested.verdict(1).values["q"]["value"] == "b"


def test_one_queue_holds_reports_bad_cuts_and_finds_too(contested):
    made = builders.drive(excerpts=3, agree=2, at_most=3, veiled_share=0.0)
    for person in builders.guests(3):
        made.say(builders.CUT, by=person, about=1)
    builders.settle()
    finds.mark(
        excerpt=made.excerpts[1], contributor=builders.guest(), sentence="Look at that!", now=NOW
    )
    reports.personal_data(excerpt=made.excerpts[2], contributor=builders.guest(), now=NOW)
    ada = _reviewer(made)
    waiting = review_queue.items(campaign=made.campaign)
    assert [each.source.value for each in waiting] == ["report", "cut", "find"]
    assert [each.excerpt for each in waiting] == [
        made.excerpts[2],
        made.excerpts[0],
        made.excerpts[1],
    ]
    first = review_queue.next_item(campaign=made.campaign, user=ada)
    assert first is not None
    assert first.name == f"report-{first.report.pk}"
    review_queue.claim(name=first.name, user=_reviewer(made, "reviewer"))
    assert review_queue.next_item(campaign=made.campaign, user=ada).source.value == "cut"
    assert sum(review_queue.counts(campaign=made.campaign).values()) == 3


def test_what_a_reviewer_has_asked_once_more_stays_asked_at_night(contested):
    assert reviews.ask_more(microtask=contested.microtask(1), now=NOW)
    estimates.nightly(campaign_id=contested.campaign.pk, now=NOW + 30 * HOUR)
    asked = contested.microtask(1)
    assert (asked.state, asked.needs) == ("open", 1)


def test_what_a_team_decides_is_in_its_log(contested):
    ada = _reviewer(contested)
    one, two = contested.microtask(1), contested.microtask(2)
    reviews.ask_more(microtask=one, by=ada, now=NOW)
    reviews.decide(microtask=one, reviewer=ada, values={"q": "b"}, badly_cut=False, now=NOW)
    reviews.withdraw(microtask=one, by=ada, now=NOW)
    reviews.withdraw(microtask=two, by=ada, now=NOW)  # nobody has decided this one
    known_answers.draw(campaign=contested.campaign, count=1, by=ada, now=NOW)
    lines = changes.of_campaign(campaign=contested.campaign).order_by("pk")
    assert [(line.what, line.user) for line in lines if line.user] == [
        ("review.asked_more", ada),
        ("review.decided", ada),
        ("review.withdrawn", ada),
        ("known_answers.drawn", ada),
    ]


def test_one_more_person_is_asked_about_what_is_contested(contested):
    assert reviews.ask_more(microtask=contested.microtask(1), now=NOW)
    asked = contested.microtask(1)
    assert (asked.state, asked.needs) == ("open", 1)
    assert not reviews.ask_more(microtask=contested.microtask(1), now=NOW)
    contested.say("a", about=1, now=NOW + 30 * HOUR)
    builders.settle(now=NOW + 30 * HOUR)
    assert contested.microtask(1).state in {"settled", "contested"}


def test_an_audit_gives_an_error_rate_with_its_interval(contested):
    ada = _reviewer(contested)
    made = audits.draw(campaign=contested.campaign, per=AuditPer.DOCUMENT, size=5, by=ada, now=NOW)
    [item] = audits.to_check(audit=made)
    assert item.verdict.microtask == contested.microtask(2)
    assert audits.rate(audit=made) is None
    assert audits.check(item=item, right=False, by=ada, now=NOW)
    assert not audits.check(item=item, right=True, by=ada, now=NOW)
    assert audits.rate(audit=made).rate == 1.0
    answers = audits.draw(campaign=contested.campaign, per=AuditPer.PERSON, size=1, by=ada, now=NOW)
    assert answers.items.count() == 2


def test_nothing_under_a_veil_is_audited_reviewed_or_counted_as_settled(contested):
    MicroTask.objects.filter(pk=contested.microtask(2).pk).update(veiled=True)
    with pytest.raises(Problem, match="audit_empty"):
        audits.draw(campaign=contested.campaign, per=AuditPer.CAMPAIGN, size=5, by=None, now=NOW)
    assert {each.microtask for each in review_queue.items(campaign=contested.campaign)} == {
        contested.microtask(1)
    }
    rollups.count(campaign=contested.campaign, now=NOW + 29 * HOUR)
    assert _counts(contested)[2] == [(3, 0, 1, 0)]


def test_known_answers_show_how_often_people_are_right(contested):
    fourth = builders.drive(excerpts=1)
    written = known_answers.to_write(campaign=fourth.campaign)
    known_answers.tell(microtask=written, values={"q": "b"}, tutorial=False, now=NOW)
    for value in "ab":
        fourth.say(value)
    builders.settle()
    results = known_answers.results(campaign=fourth.campaign)
    assert (results.answers, results.right) == (2, 1)
    assert known_answers.to_write(campaign=fourth.campaign) is None

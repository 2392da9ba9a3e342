"""What is typed is kept until it is answered, and the newest wins."""

from datetime import timedelta

import pytest

from crowd.models import Draft
from crowd.rules.problems import Problem
from crowd.services import assignments, drafts, leases
from tests import builders
from tests.builders import MINUTE, NOW

pytestmark = pytest.mark.django_db


def test_the_newest_wins_and_whoever_had_not_seen_the_other_is_told() -> None:
    drive, person = builders.drive(), builders.guest()
    held = builders.lend(drive.microtask(), person)
    first = drafts.save(assignment=held, fields={"q-q": ["one"]}, seen=0, now=NOW)
    assert first is not None
    assert (first.draft.revision, first.overtaken) == (1, None)
    second = drafts.save(assignment=held, fields={"q-q": ["two"]}, seen=1, now=NOW + MINUTE)
    assert second is not None
    assert second.overtaken is None
    other = drafts.save(assignment=held, fields={"q-q": ["three"]}, seen=1, now=NOW + 2 * MINUTE)
    assert other is not None
    assert other.overtaken == {"q-q": ["two"]}
    kept = drafts.of_assignment(assignment=held)
    assert kept is not None
    assert kept.fields == {"q-q": ["three"]}
    same = drafts.save(assignment=held, fields={"q-q": ["three"]}, seen=0, now=NOW)
    assert same is not None
    assert (same.draft.revision, same.overtaken) == (3, None)


def test_a_draft_outlives_its_lease_and_goes_when_it_is_answered() -> None:
    drive, person = builders.drive(), builders.guest()
    held = builders.lend(drive.microtask(), person)
    drafts.save(assignment=held, fields={"q-q": ["=a"]}, seen=0, now=NOW)
    leases.expire_due(now=NOW + builders.LEASE + MINUTE)
    held = assignments.open_for(contributor=person, assignment_id=held.pk)
    assert drafts.of_assignment(assignment=held) is not None
    assert [each.assignment_id for each in drafts.of_contributor(contributor=person)] == [held.pk]
    drafts.sweep(now=NOW + timedelta(hours=1))
    assert Draft.objects.exists()
    builders.submit(held, "a", now=NOW + timedelta(hours=2))
    held = assignments.open_for(contributor=person, assignment_id=held.pk)
    assert drafts.of_assignment(assignment=held) is None
    assert drafts.of_contributor(contributor=person) == []
    assert drafts.save(assignment=held, fields={"q-q": ["=b"]}, seen=0, now=NOW) is None
    assert drafts.sweep(now=NOW + timedelta(hours=2)) == 1


def test_drafts_go_with_their_person_and_when_nobody_comes_back() -> None:
    drive, person, other = builders.drive(), builders.guest(), builders.guest()
    for who in (person, other):
        held = builders.lend(drive.microtask(), who)
        drafts.save(assignment=held, fields={"q-q": ["=a"]}, seen=0, now=NOW)
    assert drafts.forget(contributor_ids=[person.pk]) == 1
    assert drafts.sweep(now=NOW + drafts.KEPT + MINUTE) == 1


def test_nobody_fills_the_disk_with_a_draft() -> None:
    held = builders.lend(builders.drive().microtask(), builders.guest())
    with pytest.raises(Problem, match="draft_too_long"):
        drafts.save(assignment=held, fields={"q-q": ["x" * 100_001]}, seen=0, now=NOW)

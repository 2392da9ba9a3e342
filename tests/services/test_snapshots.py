"""Snapshots: the open data of one moment, whole, and without what was withdrawn since."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package as Frictionless
from frictionless import system

from crowd.models import Contributor, Excerpt, MicroTask, Snapshot
from crowd.rules.opendata import verify, verifying
from crowd.services import contributors, estimates, hiding, reviews, snapshots
from tests import builders
from tests.builders import CUT, MINUTE, NOW, Drive
from tests.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def played(**more: Any) -> Drive:
    """A campaign of several kinds with verdicts: settled, contested, badly cut, reviewed."""
    made = builders.drive(
        builders.step(
            builders.choice("tone", options=["calm", "angry", "sad"]),
            builders.choices("topics", options=["pay", "time"]),
            builders.table("gifts", required=False),
            preset="careful",
            at_most=6,
        ),
        builders.step(
            builders.text("said"),
            key="sum",
            opens_when={"step": "read", "question": "topics", "each": True},
        ),
        excerpts=14,
        title="Letters, read",
        licence="CC-BY-4.0",
        **more,
    )
    people = [builders.guest(f"Reader {number}") for number in range(3)] + builders.guests(3)
    gifts = [{"who": "Mairie", "amount": 12.5}, {"who": "=A1", "amount": 3}]
    for number, microtask in enumerate(made.microtasks()):
        for at, person in enumerate(people[: 3 + number % 2]):
            tone = "angry" if (at, number) in {(1, 2), (0, 4)} else "calm"
            value = {"tone": tone, "topics": ["pay"] if number % 3 else [], "gifts": gifts}
            microtask.refresh_from_db()
            if microtask.state == "open":
                said = CUT if number == 6 else value
                builders.say(microtask, said, by=person, now=NOW + at * MINUTE)
                builders.settle(now=NOW + at * MINUTE)
    for microtask in made.microtasks(step="sum"):
        for person in people[:2]:
            builders.say(microtask, "Trop peu.", by=person)
    builders.settle()
    return made


def taken(drive: Drive, *, now: Any = NOW + HOUR) -> Snapshot:
    made = snapshots.ask(campaign=drive.campaign, user=None, now=now)
    assert snapshots.go_on(now=now)
    made.refresh_from_db()
    assert made.state == "ready", made.problem_code
    return made


def package(snapshot: Snapshot, path: Path) -> Path:
    with snapshot.files.get(format="package").file.open("rb") as file:
        path.write_bytes(file.read())
    return path


def findings(path: Path) -> verifying.Findings:
    return verifying.verify(verifying.Package(path))


def table(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as held:
        return list(csv.DictReader(io.StringIO(held.read(name).decode(), newline="")))


@pytest.mark.slow
def test_a_package_is_what_frictionless_says_packages_are(tmp_path: Path) -> None:
    path = package(taken(played()), tmp_path / "package.zip")
    with zipfile.ZipFile(path) as held:
        held.extractall(tmp_path / "open")
    with system.use_context(trusted=True):
        report = Frictionless(str(tmp_path / "open/datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "title", "message"])


def test_every_verdict_of_a_package_follows_from_its_votes(tmp_path: Path) -> None:
    drive = played()
    path = package(taken(drive), tmp_path / "package.zip")
    found = findings(path)
    assert found.differences == []
    public = drive.campaign.microtasks.exclude(state__in=["open", "withdrawn"]).filter(veiled=False)
    assert found.verdicts == public.count() > 14
    assert found.votes > 20


def test_it_still_follows_after_a_night_and_a_review(tmp_path: Path) -> None:
    drive = played()
    values = {"tone": "sad", "topics": [], "gifts": []}
    user = builders.account().user
    assert user is not None
    microtask, now = drive.microtask(3), NOW + HOUR
    reviews.decide(microtask=microtask, reviewer=user, values=values, badly_cut=False, now=now)
    estimates.nightly(campaign_id=drive.campaign.pk, now=NOW + HOUR)
    path = package(taken(drive), tmp_path / "package.zip")
    assert findings(path).differences == []
    corrected = [row for row in table(path, "data/corrections.csv") if row["by"] == "review"]
    assert {row["question"]: row["value"] for row in corrected}["tone"] == "sad"


def flipped(path: Path, target: Path, at: int, *, honest_digests: bool = True) -> str:
    """A copy with one vote's tone changed, and every table and digest made to fit."""
    with zipfile.ZipFile(path) as held:
        files = {name: held.read(name) for name in held.namelist()}
    lines = [json.loads(line) for line in files["proof/microtasks.jsonl"].splitlines()]
    votes = [v for line in lines for v in line["votes"] if "tone" in v["values"]]
    vote = votes[at]
    vote["values"]["tone"] = "sad"
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    files["proof/microtasks.jsonl"] = text.encode()
    told = json.loads(files["datapackage.json"])
    if honest_digests:
        told["resources"] = []
    files["datapackage.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(target, "w") as out:
        for name, content in files.items():
            out.writestr(name, content)
    return str(vote["vote"])


def test_one_flipped_vote_is_found_and_named(tmp_path: Path) -> None:
    path = package(taken(played()), tmp_path / "package.zip")
    for at in range(0, 24, 5):
        vote = flipped(path, tmp_path / "flipped.zip", at)
        found = findings(tmp_path / "flipped.zip")
        made_anew = [each for each in found.differences if not each.startswith("data/")]
        assert any(vote in each for each in made_anew), (at, found.differences)
    flipped(path, tmp_path / "flipped.zip", 0, honest_digests=False)
    found = findings(tmp_path / "flipped.zip")
    assert found.differences[0].startswith("proof/microtasks.jsonl is not the file")


def test_veiled_verdicts_and_those_someone_could_still_read_ahead_are_in_no_file(
    tmp_path: Path,
) -> None:
    drive = played()
    MicroTask.objects.filter(pk=drive.microtask(1).pk).update(veiled=True)
    builders.lend(drive.microtask(2), builders.guest())
    path = package(taken(drive), tmp_path / "package.zip")
    told = {int(row["microtask"]) for row in table(path, "data/votes.csv")}
    assert not told & {drive.microtask(1).pk, drive.microtask(2).pk}
    first, second, *_ = table(path, "data/excerpts.csv")
    assert first["read.tone"] == second["read.tone"] == ""
    assert findings(path).differences == []


def test_what_is_hidden_is_given_to_nobody_and_the_next_writing_is_without_it(
    tmp_path: Path,
) -> None:
    drive = played()
    made = taken(drive)
    before = made.files.get(format="package").sha256
    assert not snapshots.is_withdrawn(made)
    hidden = drive.excerpts[0]
    hiding.hide(excerpt=hidden, now=NOW + 2 * HOUR)
    assert snapshots.is_withdrawn(made)
    assert snapshots.go_on(now=NOW + 2 * HOUR)
    made.refresh_from_db()
    assert not snapshots.is_withdrawn(made)
    assert made.revision == 2
    assert made.files.get(format="package").sha256 != before
    assert [each["excerpt"] for each in made.tombstones] == [hidden.pk]
    path = package(made, tmp_path / "package.zip")
    assert [row["excerpt"] for row in table(path, "data/withdrawn.csv")] == [str(hidden.pk)]
    for name in ("data/excerpts.csv", "data/votes.csv", "data/verdicts.csv", "data/rows.csv"):
        assert str(hidden.pk) not in {row["excerpt"] for row in table(path, name)}
    assert findings(path).differences == []
    assert not snapshots.go_on(now=NOW + 2 * HOUR)


def test_names_are_those_who_agreed_and_voters_are_renamed_in_every_release(tmp_path: Path) -> None:
    drive = played()
    first = taken(drive)
    one = package(first, tmp_path / "one.zip")
    assert [row["name"] for row in table(one, "data/credits.csv")] == [
        "Reader 0",
        "Reader 1",
        "Reader 2",
    ]
    two = package(taken(drive), tmp_path / "two.zip")
    voters = [{row["voter"] for row in table(path, "data/votes.csv")} for path in (one, two)]
    assert len(voters[0]) == len(voters[1]) > 2
    assert not voters[0] & voters[1]
    leaving = Contributor.objects.get(pseudonym="Reader 1")
    contributors.choose_name(contributor=leaving, pseudonym="Reader 1", listed=False)
    snapshots.look_over(now=NOW + 2 * HOUR)
    first.refresh_from_db()
    again = package(first, tmp_path / "again.zip")
    assert [row["name"] for row in table(again, "data/credits.csv")] == ["Reader 0", "Reader 2"]


def test_a_second_wish_waits_for_the_first_and_nights_without_news_make_none() -> None:
    drive = played()
    first = snapshots.ask(campaign=drive.campaign, user=None, now=NOW + HOUR)
    assert snapshots.ask(campaign=drive.campaign, user=None, now=NOW + HOUR) == first
    snapshots.go_on(now=NOW + HOUR)
    assert snapshots.nightly(now=NOW + 24 * HOUR) == 0
    assert snapshots.ask(campaign=drive.campaign, user=None, now=NOW + HOUR).key == f"{first.key}-2"


def test_only_so_many_nightly_ones_are_kept(settings: Any) -> None:
    settings.TAMIS_SNAPSHOTS_KEPT = 2
    drive = builders.drive(excerpts=1)
    for day in range(4):
        taken(drive, now=NOW + day * 24 * HOUR)
    assert Snapshot.objects.count() == 2


def test_an_empty_campaign_has_a_package_too(tmp_path: Path) -> None:
    path = package(taken(builders.drive(excerpts=0)), tmp_path / "package.zip")
    assert findings(path).differences == []
    assert not Excerpt.objects.exists()


@pytest.mark.slow
def test_the_verifier_needs_neither_django_nor_a_database(tmp_path: Path) -> None:
    path = package(taken(played()), tmp_path / "package.zip")
    blocked = "import sys; sys.modules['django'] = sys.modules['psycopg'] = None; "
    told = f"from crowd.rules.opendata.verify import main; sys.exit(main(['{path}']))"
    alone = [sys.executable, "-c", blocked + told]
    done = subprocess.run(alone, cwd=ROOT, capture_output=True, text=True, env={})
    assert done.returncode == 0, done.stderr
    assert "Everything follows." in done.stdout
    assert "verdicts say the same." in done.stdout
    vote = flipped(path, tmp_path / "flipped.zip", 0)
    assert verify.main([str(tmp_path / "flipped.zip"), "--quick"]) == 1
    assert vote.startswith("a")
    assert verify.main([__file__]) == 2

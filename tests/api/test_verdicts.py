"""Verdicts by API: public once settled, with their proof and without anybody's name."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from crowd.models import Answer, Contributor, MicroTask, Verdict
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES, cross_check

VERDICTS = "/campaigns/letters/verdicts"
NO = {"asks": "no"}


def settle(*values: dict, slug: str = "letters") -> list[Caller]:
    """As many people as values answer one excerpt, in turn."""
    people = [volunteer() for _ in values]
    for someone, said in zip(people, values, strict=True):
        someone.answer_next(slug, said)
        cross_check()
    return people


def test_nothing_of_an_answer_shows_before_its_micro_task_is_settled(campaign, nobody):
    volunteer().answer_next("letters", {"asks": "yes", "what": "unmistakable"})
    cross_check()
    microtask = Answer.objects.get().microtask
    pages = [
        nobody.get(VERDICTS),
        nobody.get(f"/excerpts/{microtask.excerpt_id}"),
        nobody.get("/campaigns/letters"),
        nobody.get("/campaigns/letters/progress"),
        volunteer().post("/campaigns/letters/assignments"),
    ]
    assert all("unmistakable" not in page.content.decode() for page in pages)
    assert pages[0].json()["results"] == []
    (shown,) = pages[1].json()["microtasks"]
    assert (shown["state"], shown["verdict"]) == ("open", None)


def test_a_settled_micro_task_has_a_public_verdict_with_its_proof(campaign, nobody):
    settle(YES, {"asks": "yes", "what": "SOMETHING!"})
    (listed,) = nobody.get(VERDICTS).json()["results"]
    verdict = nobody.get(f"/verdicts/{listed['id']}").json()
    assert verdict["outcome"] == "settled"
    assert verdict["values"]["asks"]["value"] == "yes"
    assert verdict["values"]["asks"]["support"] == 2
    assert (verdict["answers_count"], verdict["revision"], verdict["is_current"]) == (2, 1, True)
    assert verdict["rule_version"]
    assert sorted(each["values"]["what"] for each in verdict["proof"]) == [
        "SOMETHING!",
        "Something",
    ]
    assert [each["agrees"] for each in verdict["proof"]] == [True, True]
    assert verdict["proof"][0]["weight"] == verdict["proof"][1]["weight"] > 0
    assert verdict["decided_by"] == "answers"
    assert verdict["probabilities"]["asks"][""][0][0] == '"yes"'
    assert [each["id"] for each in verdict["revisions"]] == [listed["id"]]


def test_a_proof_names_nobody(campaign, nobody):
    people = settle(YES, YES)
    people[0].patch("/contributors/me", {"pseudonym": "Ada of the buses", "listed": True})
    verdict = nobody.get(f"/verdicts/{Verdict.objects.get().pk}")
    told = verdict.content.decode()
    assert "Ada of the buses" not in told
    for person in Contributor.objects.all():
        assert str(person.public_id) not in told
    for answer in Answer.objects.all():
        assert str(answer.pk) not in told
    assert set(verdict.json()["proof"][0]) == {"values", "badly_cut", "weight", "agrees"}


def test_an_excerpt_shows_its_verdict_but_no_answer(campaign, nobody):
    settle({"asks": "yes", "what": "First wording"}, {"asks": "yes", "what": "first wording."})
    excerpt = Verdict.objects.get().microtask.excerpt
    shown = nobody.get(f"/excerpts/{excerpt.pk}").json()
    (asked,) = shown["microtasks"]
    assert asked["state"] == "settled"
    assert asked["verdict"]["values"]["asks"]["value"] == "yes"
    assert "proof" not in json.dumps(shown)


def test_verdicts_are_listed_in_the_order_they_were_made_and_filtered(campaign, nobody):
    settle(YES, YES)
    between = datetime.now(UTC)
    settle(YES, NO, NO)
    settle({"asks": "yes"}, {"asks": "no"}, {"asks": None})
    listed = nobody.get(VERDICTS).json()["results"]
    assert [each["outcome"] for each in listed] == ["settled", "settled", "contested"]
    assert len(nobody.get(VERDICTS, outcome="contested").json()["results"]) == 1
    assert len(nobody.get(VERDICTS, since=between.isoformat()).json()["results"]) == 2
    assert len(nobody.get(VERDICTS, step="read").json()["results"]) == 3
    assert nobody.get(VERDICTS, step="write").json()["results"] == []


def test_a_filter_that_does_not_fit_is_refused_by_name(campaign, nobody):
    for wrong in ({"outcome": "perhaps"}, {"since": "yesterday"}, {"limit": "0"}, {"cursor": "!"}):
        reply = nobody.get(VERDICTS, **wrong)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_parameter")
        assert [each["parameter"] for each in reply.json()["errors"]] == list(wrong)


def test_while_a_micro_task_is_open_again_its_old_verdict_is_not_shown(campaign, nobody):
    settle(YES, YES)
    verdict = Verdict.objects.get()
    MicroTask.objects.filter(pk=verdict.microtask_id).update(state="open", needs=1)
    Verdict.objects.update(is_current=False)
    assert nobody.get(f"/verdicts/{verdict.pk}").status_code == 404
    assert nobody.get(VERDICTS).json()["results"] == []


def test_a_veiled_verdict_looks_like_none(campaign, nobody):
    someone, _ = settle(YES, YES)
    verdict = Verdict.objects.get()
    MicroTask.objects.filter(pk=verdict.microtask_id).update(veiled=True)
    assert nobody.get(f"/verdicts/{verdict.pk}").status_code == 404
    (asked,) = nobody.get(f"/excerpts/{verdict.microtask.excerpt_id}").json()["microtasks"]
    assert (asked["state"], asked["verdict"]) == ("open", None)
    (mine,) = someone.get("/contributors/me/answers").json()["results"]
    assert (mine["verdict"], mine["agrees"], mine["points"]) == (None, None, None)


def test_a_hidden_excerpt_is_gone_with_all_its_verdicts(campaign, nobody):
    settle(YES, YES)
    verdict = Verdict.objects.get()
    campaign.excerpts.update(hidden_at=datetime.now(UTC))
    assert nobody.get(f"/excerpts/{verdict.microtask.excerpt_id}").status_code == 404
    assert nobody.get(f"/verdicts/{verdict.pk}").status_code == 404
    assert nobody.get(VERDICTS).json()["results"] == []


def test_the_csv_says_what_the_verdicts_say(campaign, nobody):
    settle(YES, YES)
    settle(NO, NO)
    reply = nobody.get("/campaigns/letters/verdicts.csv")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="letters-verdicts.csv"' in reply.headers["Content-Disposition"]
    assert reply.streaming
    rows = list(csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode())))
    assert [row["source.letter"] for row in rows][:2] == ["More buses.", "A cycle path, please."]
    said = {int(row["excerpt"]): row for row in rows}
    for verdict in nobody.get(VERDICTS).json()["results"]:
        row = said.pop(verdict["excerpt"])
        assert row["read.asks"] == verdict["values"]["asks"]["value"]
        assert float(row["read.asks.confidence"]) == pytest.approx(
            verdict["values"]["asks"]["confidence"]
        )
        assert int(row["read.asks.answers"]) == verdict["values"]["asks"]["answers"]
    assert all(row["read.asks"] == "" for row in said.values())
    assert len(said) == 3


def test_a_csv_of_many_rows_comes_in_pieces_the_header_first(make_campaign, nobody):
    make_campaign("many", letters=[f"Letter {number}" for number in range(450)])
    pieces = list(nobody.get("/campaigns/many/verdicts.csv").streaming_content)
    assert pieces[0].startswith(b"excerpt,document,")
    assert pieces[0].count(b"\n") == 1
    assert len(pieces) > 1
    assert b"".join(pieces).count(b"\n") == 451


def test_an_address_that_names_its_format_gives_it_whatever_is_accepted(campaign, nobody):
    reply = nobody.client.get(
        "/api/v1/campaigns/letters/verdicts.csv", headers={"Accept": "application/json"}
    )
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    missing = nobody.get("/campaigns/nowhere/verdicts.csv")
    assert missing.headers["Content-Type"] == "application/problem+json"


def test_my_answers_tell_what_became_of_them_newest_first(campaign):
    someone, *_ = settle(YES, NO, NO)
    someone.answer_next("letters", YES)
    waiting, judged = someone.get("/contributors/me/answers").json()["results"]
    assert (waiting["verdict"], waiting["agrees"]) == (None, None)
    assert (judged["verdict"], judged["agrees"]) == (Verdict.objects.get().pk, False)
    assert judged["answer"]["values"] == YES
    assert judged["points"] <= 0


def test_my_answers_come_in_pages_even_when_many_are_of_one_instant(campaign):
    someone = volunteer()
    for _ in range(5):
        someone.answer_next("letters", YES)
    Answer.objects.update(given_at=datetime.now(UTC) - timedelta(minutes=1))
    page = someone.get("/contributors/me/answers", limit=2).json()
    seen = [each["answer"]["id"] for each in page["results"]]
    while page["next"]:
        page = someone.client.get(page["next"], headers=someone.headers).json()
        seen += [each["answer"]["id"] for each in page["results"]]
    assert sorted(seen) == sorted(str(answer.pk) for answer in Answer.objects.all())

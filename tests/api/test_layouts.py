"""Layouts, zones, cuts and reports by API: for the team, with everything wrong in its place."""

import pytest

from crowd.models import Excerpt, Layout, MicroTask, PageMatch
from crowd.services import cutting, grouping
from tests.api.caller import volunteer
from tests.api.conftest import cross_check
from tests.builders import NOW
from tests.documents import forms
from tests.documents.forms import OLD


@pytest.fixture
def layout(campaign) -> Layout:
    forms.form(campaign, OLD, 0, pages=[1])
    grouping.run(campaign_id=campaign.pk, now=NOW)
    return Layout.objects.get(campaign=campaign)


def zone(key="jobs", **more):
    page, box = forms.box(OLD, key)
    return {"name": key, "page": page, "box": box, **more}


def cut_all():
    while cutting.go_on(now=NOW):
        pass


def put_and_apply(team, layout, *zones):
    saved = team.put(f"/layouts/{layout.pk}/zones", {"zones": list(zones)})
    assert saved.status_code == 200, saved.content
    assert team.post(f"/layouts/{layout.pk}/apply").status_code == 202
    cut_all()
    return saved.json()["zones"]


def test_a_script_can_do_all_that_the_editor_does(team, layout):
    (listed,) = team.get("/campaigns/letters/layouts").json()
    assert (listed["id"], listed["documents"], listed["pages"]) == (layout.pk, 1, [1])
    assert team.post("/campaigns/letters/layouts").status_code == 202
    named = team.patch(f"/layouts/{layout.pk}", {"name": "Modèle 2025"})
    assert named.json()["name"] == "Modèle 2025"
    path = f"/layouts/{layout.pk}"
    saved = team.put(f"{path}/zones", {"zones": [zone(step="read"), zone("address", mask=True)]})
    assert [(each["name"], each["step"], each["mask"]) for each in saved.json()["zones"]] == [
        ("jobs", "read", False),
        ("address", None, True),
    ]
    assert saved.json() == team.get(f"{path}/zones").json()
    (shown,) = team.get(f"{path}/previews", count=1).json()["results"]
    assert shown["picture"].startswith("data:image/webp;base64,")
    assert shown["zone"] == "jobs"
    assert team.post(f"{path}/apply").json()["waiting"] == 1
    assert team.post(f"{path}/stop").json()["stopped_at"]
    assert team.post(f"{path}/resume").json()["stopped_at"] is None
    cut_all()
    assert team.get(path).json()["cut"] == 1
    cut = Excerpt.objects.get(kind="zone")
    assert MicroTask.objects.filter(excerpt=cut).exists()


def test_zones_are_refused_one_by_one(team, layout):
    wrong = [zone(), zone(box=[0, 0, 2, 1]), zone("past", step="nowhere")]
    reply = team.put(f"/layouts/{layout.pk}/zones", {"zones": wrong})
    assert reply.status_code == 422
    assert [(each["pointer"], each["code"]) for each in reply.json()["errors"]] == [
        ("#/zones/2/step", "zone_step")
    ]
    reply = team.put(f"/layouts/{layout.pk}/zones", {"zones": wrong[:2]})
    assert [(each["pointer"], each["code"]) for each in reply.json()["errors"]] == [
        ("#/zones/1", "zone_name_doubled"),
        ("#/zones/1", "zone_outside_page"),
    ]
    assert not layout.zones.exists()
    assert team.post(f"/layouts/{layout.pk}/apply").json()["errors"][0]["code"] == (
        "layout_without_zones"
    )
    assert team.get(f"/layouts/{layout.pk}/previews", count=1000).status_code == 400


@pytest.mark.parametrize("path", ["", "/zones", "/previews"], ids=["layout", "zones", "previews"])
def test_only_the_team_sees_layouts(path, nobody, stranger, layout):
    assert nobody.get(f"/layouts/{layout.pk}{path}").status_code == 401
    assert stranger.get(f"/layouts/{layout.pk}{path}").status_code == 403
    for listed in ("layouts", "bad-cuts", "unmatched-pages", "reports"):
        assert stranger.get(f"/campaigns/letters/{listed}").status_code == 403
        assert nobody.get(f"/campaigns/letters/{listed}").status_code == 401


def test_a_bad_cut_is_listed_mended_or_kept(team, layout):
    (drawn,) = put_and_apply(team, layout, zone())
    cut = Excerpt.objects.get(kind="zone")
    Excerpt.objects.filter(kind="row").update(hidden_at=NOW)
    for _ in range(2):
        person = volunteer()
        person.answer(person.claim("letters")["assignment"], {}, badly_cut=True)
        cross_check()
    (bad,) = team.get("/campaigns/letters/bad-cuts").json()["results"]
    assert (bad["id"], bad["sayings"], bad["zone"]) == (cut.pk, 2, drawn["id"])
    refused = team.post(f"/excerpts/{cut.pk}/mend", {"box": [0.5, 0.5, 0.5, 0.5]})
    assert refused.json()["errors"][0]["code"] == "zone_too_small"
    mended = team.post(f"/excerpts/{cut.pk}/mend", {"box": [0.1, 0.4, 0.9, 0.6]})
    assert mended.status_code == 200
    assert mended.json()["box"] == pytest.approx([0.1, 0.4, 0.9, 0.6], abs=0.001)
    assert team.get("/campaigns/letters/bad-cuts").json()["results"] == []
    assert team.post(f"/excerpts/{cut.pk}/keep-cut").status_code == 204
    whole = team.post(f"/zones/{drawn['id']}/mend", {"box": [0.1, 0.4, 0.9, 0.6]})
    assert (whole.status_code, whole.json()) == (202, {"excerpts": 0})


def test_a_page_that_waits_is_placed_or_left_out(team, layout):
    PageMatch.objects.update(state="unmatched", matrix=None, reference_page=None)
    (waits,) = team.get("/campaigns/letters/unmatched-pages").json()["results"]
    path = f"/unmatched-pages/{waits['id']}"
    wrong = team.post(f"{path}/place", {"reference_page": 1, "points": []})
    assert wrong.json()["errors"][0]["code"] in {"points_unreadable", "layout_page_unknown"}
    assert team.post(f"{path}/ignore").json()["state"] == "ignored"
    assert team.get("/campaigns/letters/unmatched-pages").json()["results"] == []


def test_anyone_who_sees_an_excerpt_reports_it_and_the_team_reviews(team, stranger, campaign):
    excerpt = campaign.excerpts.get(position=1)
    made = volunteer().post(f"/excerpts/{excerpt.pk}/reports", {"note": "a name"}).json()
    assert (made["hidden"], made["state"]) == (True, "waiting")
    assert stranger.post(f"/excerpts/{excerpt.pk}/reports").status_code == 404
    (waits,) = team.get("/campaigns/letters/reports").json()["results"]
    assert (waits["id"], waits["note"], waits["excerpt"]) == (made["id"], "a name", excerpt.pk)
    assert "contributor" not in waits
    assert stranger.post(f"/reports/{made['id']}/dismiss").status_code == 403
    assert team.post(f"/reports/{made['id']}/uphold").json()["state"] == "upheld"
    assert team.get(f"/excerpts/{excerpt.pk}").status_code == 404
    assert team.post(f"/reports/{made['id']}/dismiss").json()["state"] == "dismissed"
    assert team.get(f"/excerpts/{excerpt.pk}").status_code == 200
    assert volunteer().get("/campaigns/letters/reports").status_code == 403

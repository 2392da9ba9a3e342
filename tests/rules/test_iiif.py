"""IIIF manifests and collections of both versions, as libraries publish them."""

from typing import Any

import pytest

from crowd.rules import iiif
from crowd.rules.problems import Problem
from tests.documents import manifests


def links(data: Any, **more: str) -> list[tuple[str, str]]:
    return [(link.name, link.address) for link in iiif.links(data, **more)]


def test_a_manifest_of_version_3_names_its_pictures_in_the_width_we_need() -> None:
    data = manifests.manifest_3(["https://i.example.org/1", "https://i.example.org/2"], width=5000)
    assert links(data) == [
        ("Registre/0001 f. 1", "https://i.example.org/1/full/2000,/0/default.jpg"),
        ("Registre/0002 f. 2", "https://i.example.org/2/full/2000,/0/default.jpg"),
    ]


def test_a_small_picture_is_asked_for_as_it_is() -> None:
    (small,) = links(manifests.manifest_3(["https://i.example.org/1"], width=800))
    assert small[1] == "https://i.example.org/1/full/max/0/default.jpg"


def test_a_picture_without_a_service_is_fetched_from_where_it_is() -> None:
    data = manifests.manifest_3(["https://example.org/1.jpg"], width=800, service=False)
    assert links(data) == [("Registre/0001 f. 1", "https://example.org/1.jpg")]


def test_a_manifest_of_version_2_names_its_pictures() -> None:
    data = manifests.manifest_2(["https://i.example.org/1", "https://i.example.org/2"], width=800)
    assert links(data) == [
        ("Registre/0001 f. 1", "https://i.example.org/1/full/full/0/default.jpg"),
        ("Registre/0002 f. 2", "https://i.example.org/2/full/full/0/default.jpg"),
    ]


@pytest.mark.parametrize("make", [manifests.collection_2, manifests.collection_3])
def test_a_collection_names_its_manifests(make: Any) -> None:
    data = make(["https://example.org/m1.json", "https://example.org/m2.json"])
    assert links(data) == [
        ("Fonds/Cote 1", "https://example.org/m1.json"),
        ("Fonds/Cote 2", "https://example.org/m2.json"),
    ]


def test_what_was_found_in_a_collection_is_named_after_it() -> None:
    data = manifests.manifest_3(["https://example.org/1.jpg"], width=800, service=False)
    assert links(data, before="Fonds")[0][0] == "Fonds/Registre/0001 f. 1"


@pytest.mark.parametrize(
    "label", ["Registre", {"fr": ["Registre"]}, [{"@value": "Registre"}], {"@value": "Registre"}]
)
def test_labels_come_in_many_shapes(label: Any) -> None:
    assert iiif.label({"label": label}) == "Registre"


@pytest.mark.parametrize("data", [[], {}, {"type": "Canvas"}, "a", None, {"@type": []}])
def test_anything_else_is_unreadable(data: Any) -> None:
    with pytest.raises(Problem, match="iiif_unreadable"):
        iiif.links(data)


@pytest.mark.parametrize(
    "items",
    [None, [], "a", [None], [{"items": [{"items": [{"body": [None]}]}]}], [{"images": [1]}]],
)
def test_a_manifest_without_pictures_says_so(items: Any) -> None:
    for key in ("items", "sequences"):
        with pytest.raises(Problem, match="iiif_empty"):
            iiif.links({"type": "Manifest", key: items})


def test_of_pictures_to_choose_from_the_first_is_taken() -> None:
    data = manifests.manifest_3(["https://example.org/1.jpg"], width=800, service=False)
    annotation = data["items"][0]["items"][0]["items"][0]
    annotation["body"] = {"type": "Choice", "items": [annotation["body"]]}
    assert links(data) == [("Registre/0001 f. 1", "https://example.org/1.jpg")]


def test_addresses_of_other_kinds_are_left_out() -> None:
    data = manifests.manifest_3(["file:///etc/passwd"], width=800, service=False)
    with pytest.raises(Problem, match="iiif_empty"):
        iiif.links(data)

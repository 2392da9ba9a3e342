"""Static files as they are collected."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage, Storage

from crowd.config.statics import Apps, StaticFiles

STYLE = "p { color: black; background: url(dot.svg); }\n"
SHIPPED = {
    "dot.svg": f"<svg>{'<circle r=1 />' * 90}</svg>",
    "page.css": STYLE * 90,
    "page.css.map": "{}" * 900,
}


def collected(place: Path) -> set[str]:
    """Collect what is shipped; the result is what lies there, without the hashes."""
    (place / "shipped").mkdir(exist_ok=True)
    for name, text in SHIPPED.items():
        (place / "shipped" / name).write_text(text)
    found: dict[str, tuple[Storage, str]] = {
        name: (FileSystemStorage(place / "shipped"), name) for name in SHIPPED
    }
    static = StaticFiles(location=place / "static")
    for name, (storage, path) in found.items():
        with storage.open(path) as file:
            static.save(name, file)
    for name, _hashed, processed in static.post_process(found):
        assert not isinstance(processed, Exception), name
    return {each.name for each in (place / "static").iterdir()}


def test_files_are_kept_by_the_name_of_their_content_alone(tmp_path: Path) -> None:
    names = collected(tmp_path) - {"staticfiles.json"}
    assert {name.split(".")[0] for name in names} == {"dot", "page"}
    assert not names & set(SHIPPED)


def test_what_a_visitor_waits_for_is_compressed_twice_and_maps_are_not(tmp_path: Path) -> None:
    names = collected(tmp_path)
    for kind in ("svg", "css"):
        assert len([name for name in names if name.endswith((f".{kind}.br", f".{kind}.gz"))]) == 2
    assert not [name for name in names if name.endswith((".map.br", ".map.gz", ".half"))]


def test_what_is_compressed_already_is_not_compressed_again(tmp_path: Path) -> None:
    names = collected(tmp_path)
    small = [tmp_path / "static" / name for name in names if name.endswith((".br", ".gz"))]
    before = {each: each.stat().st_ino for each in small}
    assert collected(tmp_path) == names
    assert {each: each.stat().st_ino for each in small} == before


def test_what_no_page_uses_is_found_but_not_collected() -> None:
    listed = {name for name, _storage in Apps().list(None)}
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in listed
    unused = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
    assert unused not in listed
    assert finders.find(unused)

"""An archive opened from a disk: every page read, every link followed."""

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Browser, expect


def read(window: Browser, folder: Path) -> dict[str, str]:
    """Open every page of an archive from the disk it lies on; name → what one reads there.

    Raises:
        AssertionError: a link that leads nowhere, something loaded from elsewhere, or a picture
            that does not show.
    """
    context = window.new_context(offline=True)
    page = context.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    told = {}
    for file in sorted(folder.rglob("*.html")):
        name = file.relative_to(folder).as_posix()
        _check_links(file.read_text(encoding="utf-8"), name, folder)
        page.goto(file.as_uri())
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        blank = "images => images.filter(image => image.complete && !image.naturalWidth).length"
        assert page.locator("img").evaluate_all(blank) == 0, name
        told[name] = page.locator("body").inner_text()
    context.close()
    assert not failed
    return told


def _check_links(html: str, name: str, folder: Path) -> None:
    for there in re.findall(r'(?:href|src)="([^"#]+)', html):
        if there.startswith("https://"):  # where a document came from
            continue
        assert "://" not in there, there
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(there)))
        assert (folder / path).is_file(), f"{name} → {there}"

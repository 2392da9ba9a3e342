"""One running site for all programs of these tests."""

from collections.abc import Callable, Iterator

import pytest

from tests import site
from tests.site import Site


@pytest.fixture(scope="session")
def running() -> Iterator[Site]:
    with site.running(site.ROOT / "var" / "programs") as made:
        yield made


@pytest.fixture(scope="session")
def opened(running: Site) -> Callable[[str], str]:
    """Open a campaign on five letters at this address; its owner's key."""
    return lambda slug: running.python("-m", "tests.programs.drives", slug).strip()

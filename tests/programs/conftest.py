"""One running site for all programs of these tests."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests import site
from tests.site import Site


@pytest.fixture(scope="session")
def running() -> Iterator[Site]:
    # Processes that share the tests have a site each: one would empty the other's directory.
    mine = f"programs-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with site.running(site.ROOT / "var" / mine) as made:
        yield made


@pytest.fixture(scope="session")
def opened(running: Site) -> Callable[[str], str]:
    """Open a campaign on five letters at this address; its owner's key."""
    return lambda slug: running.python("-m", "tests.programs.drives", slug).strip()

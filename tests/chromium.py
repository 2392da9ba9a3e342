"""Which Chromium the browser tests drive: the machine's own, never a downloaded one.

`python -m tests.chromium` (from `make test`) installs it as root on Debian and its kin; elsewhere
it says in one sentence what cannot run without it. `TAMIS_TEST_CHROMIUM` names one by its path.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Playwright's driver lacks libatomic on a bare Debian. The fonts are for screenshots: without any,
# Chromium draws empty boxes.
PACKAGES = ("chromium", "libatomic1", "fonts-dejavu-core", "fonts-liberation")


@functools.cache
def path() -> Path | None:
    """The browser to drive, or None when none starts here, or nothing to drive it with."""
    if not driver_starts():
        return None
    named = os.environ.get("TAMIS_TEST_CHROMIUM")
    found = [named] if named else [*map(shutil.which, NAMES), *PLACES]
    return next((Path(one) for one in found if one and _starts(one)), None)


@functools.cache
def driver_starts() -> bool:
    """Whether Playwright's own program runs on this machine."""
    return _starts(*compute_driver_executable())


def _starts(*command: str) -> bool:
    # Ubuntu's `chromium-browser` is a script that asks for a snap.
    try:
        asked = subprocess.run(
            [*command, "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _install() -> None:
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        # Its remarks are for the machine's administrator; whether it worked is seen by the caller.
        subprocess.run([*apt, *arguments], env=settings, capture_output=True, check=False)
    path.cache_clear()
    driver_starts.cache_clear()


def main() -> None:
    """Find a browser, or install one, or say what goes untested."""
    if path() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests.", flush=True)
        _install()
    if path() is None:
        lacking = "No Chromium was found" if driver_starts() else "Playwright does not start"
        print(f"{lacking}: the browser stories (pytest -m browser) cannot run here.")


if __name__ == "__main__":
    main()

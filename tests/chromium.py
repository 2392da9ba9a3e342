"""Which Chromium the browser tests drive: the machine's own, never a downloaded one.

`python -m tests.chromium` (from `make test`) installs it as root on Debian and its kin; elsewhere
it says in one sentence what cannot run without it. `TAMIS_TEST_CHROMIUM` names one by its path.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# The fonts are for screenshots: without any, Chromium draws empty boxes.
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-liberation")


@functools.cache
def path() -> Path | None:
    """The browser to drive, or None when this machine has none that starts."""
    named = os.environ.get("TAMIS_TEST_CHROMIUM")
    found = [named] if named else [*map(shutil.which, NAMES), *PLACES]
    return next((Path(one) for one in found if one and _starts(one)), None)


def _starts(program: str) -> bool:
    # Ubuntu's `chromium-browser` is a script that asks for a snap.
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _install() -> None:
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], env=settings, check=False, stdin=subprocess.DEVNULL)
    subprocess.run(
        [*apt, "install", "-y", "--no-install-recommends", *PACKAGES],
        env=settings,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    path.cache_clear()


def main() -> None:
    """Find a browser, or install one, or say what goes untested."""
    if path() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests.", flush=True)
        _install()
    if path() is None:
        print("No Chromium was found: the browser stories (pytest -m browser) cannot run here.")


if __name__ == "__main__":
    main()

"""Make `.venv` and install a requirements file into it; nothing when that is done already.

The Makefile runs this file with the machine's own Python, so it needs nothing installed, and its
syntax is old enough to tell an old Python that it is too old.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def main(requirements: str) -> None:
    """Install the file named, with what it includes."""
    refuse_old_python()
    with open(os.path.join(ROOT, ".venv.lock"), "w") as lock:
        # Two `make` at once: the second one waits, and finds it done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        pinned = read(requirements)
        stamp = os.path.join(VENV, ".installed-" + requirements)
        digest = hashlib.sha256(pinned.encode()).hexdigest()
        if not works() or content(stamp) != digest or missing(pinned):
            make_venv()
            install(requirements, pinned)
            with open(stamp, "w") as done:
                done.write(digest)


def refuse_old_python() -> None:
    """End with a sentence on a Python that is too old."""
    if sys.version_info < OLDEST:
        fail(
            "Tamis needs Python {}.{} or newer; {} is Python {}. Name another one:"
            " make run PYTHON=python3.11".format(*OLDEST, sys.executable, sys.version.split()[0])
        )


def read(requirements: str) -> str:
    """The text of a requirements file, included files first."""
    with open(os.path.join(ROOT, requirements)) as file:
        text = file.read()
    included = re.findall(r"^-r (\S+)", text, re.MULTILINE)
    return "".join(read(name) for name in included) + text


def works() -> bool:
    """Whether the environment's Python starts and is recent enough."""
    code = "import sys; sys.exit(sys.version_info < " + repr(OLDEST) + ")"
    try:
        return subprocess.call([PYTHON, "-I", "-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def missing(pinned: str) -> list:  # type: ignore[type-arg]  # list[str] is too new for an old Python
    """The pinned libraries that are not installed in that version."""
    installed = set()
    lib = os.path.join(VENV, "lib")
    for python in os.listdir(lib):
        for name in os.listdir(os.path.join(lib, python, "site-packages")):
            if name.endswith(".dist-info"):
                installed.add(normal(name[: -len(".dist-info")].replace("-", "==", 1)))
    wanted = re.findall(r"^[\w.-]+==[^\s;]+", pinned, re.MULTILINE)
    return [one for one in wanted if normal(one) not in installed]


def normal(pin: str) -> str:
    """`Name_x==1.0` as `name-x==1.0`: spellings differ between a pin and its folder."""
    name, _, version = pin.partition("==")
    return re.sub("[-_.]+", "-", name).lower() + "==" + version


def make_venv() -> None:
    """Make the environment with the Python that runs this, unless one works already."""
    if works():
        return
    print("Making the environment in .venv.", flush=True)
    if not has_venv():
        install_venv_module()
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        fail("The environment could not be made in " + VENV + "; the reason is above.")


def has_venv() -> bool:
    """Debian splits the venv module from Python."""
    code = "import venv, ensurepip"
    return subprocess.call([sys.executable, "-c", code], stderr=subprocess.DEVNULL) == 0


def install_venv_module() -> None:
    """As root on Debian and its kin, install it; elsewhere say what to do."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        settings = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for arguments in (["update"], ["install", "-y", package]):
            # Its remarks are for the machine's administrator; whether it worked is seen below.
            subprocess.run([*quiet, *arguments], env=settings, capture_output=True, check=False)
    if not has_venv():
        fail("Python's venv module is missing; on Debian or Ubuntu: apt install " + package)


def install(requirements: str, pinned: str) -> None:
    """Let pip bring what is missing, if anything is."""
    lacking = missing(pinned)
    if not lacking:
        return
    print("Installing what is missing; this can take some minutes.", flush=True)
    pip = [
        PYTHON,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "--quiet",
        "--no-input",
        "install",
    ]
    if subprocess.call([*pip, "-r", os.path.join(ROOT, requirements)]) != 0 or missing(pinned):
        names = ", ".join(missing(pinned)[:5]) or "the libraries"
        fail("Missing: " + names + ". pip could not install it; its reason is above.")


def content(path: str) -> str:
    """A file's text, "" when there is no such file."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def fail(sentence: str) -> None:
    """End with a sentence."""
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)

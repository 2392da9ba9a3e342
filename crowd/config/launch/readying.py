"""What must be done once before the site is served: tables, static files, samples.

`python -m crowd.config.launch.readying` does all of it in one process, since loading Django takes
longer than the work itself when there is nothing to do. Its last line is a link that signs an admin
in.
"""

import hashlib
import multiprocessing
import os
import sys
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

from crowd.config import places
from crowd.samples.campaigns import CAMPAIGNS


def main() -> None:
    """Do it all; an error ends the process with its traceback in the log.

    What needs no tables is done while they are made: static files in a thread (compressing them
    lets others run), the samples' scans in a process of their own.
    """
    django.setup()
    # Spawned: a fork would copy a process that has threads.
    drawing = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with ThreadPoolExecutor(1) as compressing, drawing:
        statics = compressing.submit(collect_static)
        drawn = _drawn(by=drawing) if _is_new() else {}
        call_command("migrate", interactive=False, verbosity=1, stdout=sys.stderr)
        call_command("load_samples", drawn=drawn, stdout=sys.stderr)
        statics.result()
    call_command("signin_link", admin=True)


def _is_new() -> bool:
    """Whether nothing was ever kept in the database."""
    return not connection.introspection.table_names()


def _drawn(*, by: ProcessPoolExecutor) -> dict[str, Future[bytes]]:
    """The samples' documents, by name, as soon as they are there."""
    documents = [sample["document"] for sample in CAMPAIGNS]
    return {document["name"]: by.submit(document["make"]) for document in documents}


def collect_static() -> bool:
    """Gather and compress the static files if one changed since the last time.

    Returns:
        Whether there was anything to do.
    """
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    digest = _digest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
    stamp.write_text(digest)
    return True


def _digest() -> str:
    """Changes when a static file appears, changes or goes, or a library is replaced."""
    seen = hashlib.sha256((places.root() / "requirements.txt").read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return seen.hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")
    main()

"""The Celery application: three queues, tasks named in full, nothing pickled."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import celeryd_after_setup, worker_process_init

from crowd.config import tidiness

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")

app = Celery(
    "tamis",
    # Named one by one: autodiscovery looks for `<app>.tasks` and would miss them.
    include=[
        "tasks.amendments",
        "tasks.announcements",
        "tasks.consensus",
        "tasks.deliveries",
        "tasks.documents",
        "tasks.exports",
        "tasks.layouts",
        "tasks.people",
        "tasks.mails",
        "tasks.microtasks",
        "tasks.moves",
        "tasks.queues",
        "tasks.ranks",
        "tasks.rollups",
        "tasks.streams",
        "tasks.targets",
        "tasks.webhooks",
    ],
)
app.config_from_object("django.conf:settings", namespace="CELERY")
# On a busy machine who waits for a page comes first (web processes and PostgreSQL get three times
# this worker's share of it), then who waits for a verdict; long work gets what both of them leave.
COURTESY = {"consensus": 5, "documents": 10}

# Celery's current app belongs to the thread that made it; web threads send tasks, too.
app.set_default()


@celeryd_after_setup.connect
def _stand_back(instance: Any, **_: object) -> None:
    # The pool's processes are not told what their worker consumes: it is said before they fork.
    consumed = instance.app.amqp.queues.consume_from
    courtesy = min((n for queue, n in COURTESY.items() if queue in consumed), default=0)
    worker_process_init.connect(lambda **_: give_way(courtesy), weak=False)


def give_way(courtesy: int) -> None:
    """Step back behind whoever has less of it: 0 is none, 19 the most.

    Linux may first share the processors among sessions (autogroups, sched(7)), each of our workers
    being one, and only then look at the niceness within a session: a session has its own.
    """
    os.nice(courtesy)
    # Without autogroups there is no such file; where a sibling has just written to it, none is due.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(courtesy))


@worker_process_init.connect
def _settle(**_: object) -> None:
    tidiness.settle()
